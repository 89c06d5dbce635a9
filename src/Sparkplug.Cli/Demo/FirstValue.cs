using System.Globalization;
using System.Text.Json.Nodes;

namespace Sparkplug.Cli.Demo;

/// <summary>Waits for the first value of the first board at the host, as anyone with a browser would see it, and tells it.</summary>
internal sealed class FirstValue(string address, string group, string node, TextWriter output)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public async Task WaitAsync(Task stopping)
    {
        using var http = new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(5) };
        var start = TimeProvider.System.GetTimestamp();
        var hasComplained = false;
        while (!stopping.IsCompleted)
        {
            if (await FindAsync(http) is { } found)
            {
                await output.WriteLineAsync($"  {found} ({TimeProvider.System.GetElapsedTime(start).TotalSeconds.ToString("F1", CultureInfo.InvariantCulture)} s)\n");
                return;
            }
            if (!hasComplained && TimeProvider.System.GetElapsedTime(start) > Patience)
            {
                hasComplained = true;
                await output.WriteLineAsync("  No board has spoken yet. Is it plugged in, with a SparkplugBoard sketch on it? Is this user in the group dialout?");
            }
            await Task.WhenAny(stopping, Task.Delay(Pause, TimeProvider.System, CancellationToken.None));
        }
    }

    private async Task<string?> FindAsync(HttpClient http)
    {
        if (await GetAsync(http, $"/api/nodes/{group}/{node}") is not { } state) return null;
        var device = state["devices"]?.AsArray().FirstOrDefault(item => (bool?)item?["online"] == true);
        if ((string?)device?["deviceId"] is not { } id) return null;
        var metrics = (await GetAsync(http, $"/api/nodes/{group}/{node}/devices/{Uri.EscapeDataString(id)}"))?["metrics"]?.AsArray();
        var metric = metrics?.FirstOrDefault(item => item?["value"] is JsonValue && item["properties"]?["engUnit"] is not null);
        return metric is null ? null : $"{id} says: {metric["name"]} is {metric["value"]} {metric["properties"]!["engUnit"]}";
    }

    // A host that is slow to answer, or about to end, has no value yet.
    private static async Task<JsonNode?> GetAsync(HttpClient http, string path)
    {
        try
        {
            using var response = await http.GetAsync(new Uri(path, UriKind.Relative));
            return response.IsSuccessStatusCode ? JsonNode.Parse(await response.Content.ReadAsStringAsync()) : null;
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }
}
