using SystemTests.EndToEnd;
using SystemTests.Support;

namespace SystemTests.Library;

/// <summary>The library as a reader of the README would use it.</summary>
[Collection(RealClock.Name)]
public sealed class PumpExampleTests
{
    private const string Device = "/api/nodes/Plant1/Pump7/devices/motor";

    [Fact]
    public async Task The_example_is_an_edge_node_that_a_host_can_read_and_write()
    {
        await using var site = await BrokerAndHost.StartAsync();
        using var stop = new CancellationTokenSource();
        var running = PumpExample.RunAsync(site.Server, stop.Token);

        await site.WaitForMetricAsync(Device, "speed", metric => (double?)metric["value"] == 1450.5);
        var outcome = await site.Api.CommandAsync(Device, "enabled", true);

        Assert.Equal("Confirmed", (string?)outcome["state"]);
        await stop.CancelAsync();
        await running;
        await Wait.UntilAsync("the node is offline", 20, async () => await site.Api.IsOnlineAsync("Plant1", "Pump7") == false, site.Describe);
    }

    [Fact]
    public async Task The_README_shows_the_example_that_runs_here()
    {
        var source = await File.ReadAllLinesAsync(Repository.PathOf("tests", "SystemTests", "Library", "PumpExample.cs"), TestContext.Current.CancellationToken);
        var readme = await File.ReadAllTextAsync(Repository.PathOf("README.md"), TestContext.Current.CancellationToken);
        var example = string.Join('\n', source.SkipWhile(line => line.Trim() != "// example").Skip(1).TakeWhile(line => line.Trim() != "// end of example")
            .Select(line => line.Length > 8 ? line[8..] : line));

        Assert.Contains(example, readme, StringComparison.Ordinal);
    }
}
