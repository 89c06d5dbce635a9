using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace SystemTests.Support;

/// <summary>The host application's HTTP API, as a script would use it.</summary>
internal sealed class HostApi(string address) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>GET; null when the answer is 404 or nobody listens yet.</summary>
    public async Task<JsonNode?> TryGetAsync(string path)
    {
        try
        {
            using var response = await _http.GetAsync(new Uri(path, UriKind.Relative));
            return response.IsSuccessStatusCode ? JsonNode.Parse(await response.Content.ReadAsStringAsync()) : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>True when the service answers that it is ready.</summary>
    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await _http.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>One metric of a device, or null.</summary>
    public async Task<JsonNode?> MetricAsync(string group, string node, string device, string metric) =>
        (await TryGetAsync($"/api/nodes/{group}/{node}/devices/{device}"))?["metrics"]?.AsArray()
            .FirstOrDefault(item => (string?)item?["name"] == metric);

    /// <summary>The ids of the devices of a node that are online.</summary>
    public async Task<IReadOnlyList<string>> DevicesOnlineAsync(string group, string node) =>
        [.. ((await TryGetAsync($"/api/nodes/{group}/{node}"))?["devices"]?.AsArray() ?? [])
            .Where(device => (bool?)device?["online"] == true).Select(device => (string)device!["deviceId"]!)];

    /// <summary>True when the node is known and online, false when it is known and offline, null when it is not known.</summary>
    public async Task<bool?> IsOnlineAsync(string group, string node) => (bool?)(await TryGetAsync($"/api/nodes/{group}/{node}"))?["online"];

    /// <summary>Writes a metric and waits for the final outcome.</summary>
    public async Task<JsonNode> CommandAsync(string path, string metric, JsonNode value, double seconds = 20)
    {
        var body = new JsonObject { ["metric"] = metric, ["value"] = value };
        using var response = await _http.PostAsJsonAsync(new Uri($"{path}/commands", UriKind.Relative), body);
        Assert.True(response.StatusCode == System.Net.HttpStatusCode.Accepted, $"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        var location = response.Headers.Location!.ToString();
        JsonNode? state = null;
        await Wait.UntilAsync($"command for {metric} ends", seconds,
            async () => (string?)(state = await TryGetAsync(location))?["state"] is not (null or "Pending"), () => $"{state}");
        return state!;
    }

    /// <summary>Asks for a node's births.</summary>
    public async Task RebirthAsync(string group, string node)
    {
        using var body = JsonContent.Create(new JsonObject());
        using var response = await _http.PostAsync(new Uri($"/api/nodes/{group}/{node}/rebirth", UriKind.Relative), body);
        Assert.Equal(System.Net.HttpStatusCode.Accepted, response.StatusCode);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
