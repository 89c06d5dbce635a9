using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Sparkplug.Metrics;
using SystemTests.Mqtt;
using SystemTests.Support;

namespace SystemTests.HostApp;

/// <summary>The stream of server-sent events.</summary>
[Collection(RealClock.Name)]
public sealed class StreamTests
{
    [Fact]
    public async Task It_begins_with_the_whole_and_goes_on_with_births_changes_outcomes_and_deaths()
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        await using var host = await RunningHost.StartAsync(mosquitto.Address);
        await using var first = await TestEdgeNode.StartAsync(mosquitto.Address);
        await host.WaitForAsync("/api/nodes/Plant1/Line1/devices/Uno", device => (bool?)device["online"] == true);
        await using var stream = Read(host, TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);

        var snapshot = await NextAsync(stream, "snapshot");
        Assert.Equal("scada1", (string?)snapshot["hostId"]);
        Assert.True((bool?)snapshot["servers"]![0]!["online"]);
        Assert.Equal("Line1", (string?)(await NextAsync(stream, "node"))["edgeNodeId"]);
        Assert.Equal("Uno", (string?)(await NextAsync(stream, "device"))["deviceId"]);
        await NextAsync(stream, "ready");

        await first.PublishAsync("temperature", MetricValue.Float(30));
        var metric = await NextAsync(stream, "metric");
        Assert.Equal("Uno", (string?)metric["deviceId"]);
        Assert.Equal(30, (double?)metric["metric"]!["value"]);

        var second = await TestEdgeNode.StartAsync(mosquitto.Address, node: "Line2");
        Assert.Equal("Line2", (string?)(await NextAsync(stream, "node"))["edgeNodeId"]);

        var (_, issued, _) = await host.CommandAsync("/api/nodes/Plant1/Line1/devices/Uno", """{ "metric": "relay", "value": true }""");
        var command = await NextAsync(stream, "command");
        Assert.Equal((string?)issued["id"], (string?)command["id"]);
        Assert.Equal("Confirmed", (string?)command["state"]);

        await second.DisposeAsync();
        var dead = await NextAsync(stream, "node", node => (bool?)node["online"] == false);
        Assert.Equal("Line2", (string?)dead["edgeNodeId"]);

        await mosquitto.KillAsync();
        var server = await NextAsync(stream, "server", server => (bool?)server["online"] == false);
        Assert.Equal(0, (int?)server["index"]);
    }

    [Fact]
    public async Task The_end_of_the_host_ends_it_at_once()
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        var host = await RunningHost.StartAsync(mosquitto.Address);
        using var http = new HttpClient { BaseAddress = host.Address };
        using var response = await http.GetAsync(new Uri("/api/stream", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        var reading = response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        await host.DisposeAsync();
        try
        {
            Assert.Contains("event: ready", await reading.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
        catch (HttpRequestException)
        {
            // The connection was cut instead: an end as well.
        }
    }

    private static async Task<JsonNode> NextAsync(IAsyncEnumerator<(string Name, JsonNode Data)> stream, string name, Func<JsonNode, bool>? isRight = null)
    {
        while (await stream.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)))
            if (stream.Current.Name == name && isRight?.Invoke(stream.Current.Data) != false) return stream.Current.Data;
        throw new InvalidOperationException($"the stream ended before an event '{name}'");
    }

    private static async IAsyncEnumerable<(string Name, JsonNode Data)> Read(RunningHost host, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        using var http = new HttpClient { BaseAddress = host.Address, Timeout = Timeout.InfiniteTimeSpan };
        await using var body = await http.GetStreamAsync(new Uri("/api/stream", UriKind.Relative), cancel);
        using var reader = new StreamReader(body);
        var name = "";
        while (await reader.ReadLineAsync(cancel) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal)) name = line[7..];
            if (line.StartsWith("data: ", StringComparison.Ordinal)) yield return (name, JsonNode.Parse(line[6..])!);
        }
    }
}
