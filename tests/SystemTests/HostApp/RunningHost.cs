using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using HostApp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using SystemTests.Support;

namespace SystemTests.HostApp;

/// <summary>The host application as its composition root builds it, on a free port.</summary>
internal sealed class RunningHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningHost(WebApplication app, DirectoryInfo data)
    {
        _app = app;
        Data = data;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
    }

    public DirectoryInfo Data { get; }

    public Uri Address { get; }

    public HttpClient Http { get; }

    public static async Task<RunningHost> StartAsync(Uri server, params string[] more)
    {
        var data = Directory.CreateTempSubdirectory("sparkplug-host-");
        string[] arguments =
            [$"--Host:Servers:0={server}", "--Host:HostId=scada1", $"--Host:DataDirectory={data.FullName}", "--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning"];
        if (!more.Contains("--Host:AllowAnonymous=false")) arguments = [.. arguments, "--Host:AllowAnonymous=true"];
        var app = HostApplication.Build([.. arguments, .. more]);
        await app.StartAsync();
        var host = new RunningHost(app, data);
        await Wait.UntilAsync("the host is ready", 60, async () => (await host.Http.GetAsync(new Uri("/health/ready", UriKind.Relative))).IsSuccessStatusCode);
        return host;
    }

    public async Task<JsonNode> GetAsync(string path)
    {
        using var response = await Http.GetAsync(new Uri(path, UriKind.Relative));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    public async Task<HttpStatusCode> StatusAsync(HttpMethod method, string path, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        change?.Invoke(request);
        using var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return response.StatusCode;
    }

    public async Task<(HttpStatusCode Status, JsonNode Body, string? Location)> CommandAsync(string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        using var response = await Http.PostAsync(new Uri($"{path}/commands", UriKind.Relative), content);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!, response.Headers.Location?.ToString());
    }

    /// <summary>Issues a command and waits for its outcome.</summary>
    public async Task<JsonNode> OutcomeAsync(string path, string json)
    {
        var (status, body, location) = await CommandAsync(path, json);
        Assert.True(status == HttpStatusCode.Accepted, body.ToJsonString());
        await Wait.UntilAsync("the command ends", 30, async () => (string?)(body = await GetAsync(location!))["state"] != "Pending");
        return body;
    }

    /// <summary>The metrics of a node or device by name, once it is known.</summary>
    public async Task<Dictionary<string, JsonNode>> MetricsAsync(string path) =>
        (await GetAsync(path))["metrics"]!.AsArray().ToDictionary(metric => (string)metric!["name"]!, metric => metric!);

    public Task WaitForAsync(string path, Func<JsonNode, bool> isRight)
    {
        var last = "";
        return Wait.UntilAsync($"{path} is right", 30, async () =>
        {
            using var response = await Http.GetAsync(new Uri(path, UriKind.Relative));
            last = await response.Content.ReadAsStringAsync();
            return response.IsSuccessStatusCode && isRight(JsonNode.Parse(last)!);
        }, () => last);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Data.Delete(recursive: true);
    }
}
