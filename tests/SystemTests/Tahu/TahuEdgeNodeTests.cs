using System.Text.Json.Nodes;
using SystemTests.EndToEnd;
using SystemTests.Support;

namespace SystemTests.Tahu;

/// <summary>Somebody else's edge node under our broker and our host.</summary>
[Collection(RealClock.Name)]
public sealed class TahuEdgeNodeTests
{
    private const string Group = "Tahu", Node = "js1", Device = $"/api/nodes/{Group}/{Node}/devices/dev1";

    [Fact]
    public async Task Its_births_data_and_deaths_are_understood()
    {
        await using var site = await BrokerAndHost.StartAsync();
        await using var tahu = TahuEdgeNode.Start(site.Server, Group, Node);

        await site.WaitForMetricAsync(Device, "temperature", metric => (double?)metric["value"] == 20.5);
        var node = (await site.Api.TryGetAsync($"/api/nodes/{Group}/{Node}"))!;
        var table = Metric(node, "table")["value"]!;
        Assert.Equal("Double", (string?)table["columns"]![1]!["type"]);
        Assert.Equal(2.5, (double?)table["rows"]![1]![1]);
        Assert.Equal(4294967296, (long?)Metric(node, "uptime")["value"]);
        var device = (await site.Api.TryGetAsync(Device))!;
        Assert.Equal(-7, (int?)Metric(device, "counter")["value"]);
        Assert.Equal("°C", (string?)Metric(device, "temperature")["properties"]!["engUnit"]);

        await tahu.DoAsync("data 21.75");
        await site.WaitForMetricAsync(Device, "temperature", metric => (double?)metric["value"] == 21.75);
        await tahu.DoAsync("count -2147483648");
        await site.WaitForMetricAsync(Device, "counter", metric => (long?)metric["value"] == int.MinValue);

        await tahu.DoAsync("lose");
        await site.WaitForMetricAsync(Device, "temperature", metric => (string?)metric["quality"] == "Stale");
        Assert.True(await site.Api.IsOnlineAsync(Group, Node));
        await tahu.DoAsync("find");
        await site.WaitForMetricAsync(Device, "temperature", metric => (string?)metric["quality"] == "Good");

        await tahu.DoAsync("stop");
        await Wait.UntilAsync("the node is offline", 20, async () => await site.Api.IsOnlineAsync(Group, Node) == false, site.Describe);
    }

    [Fact]
    public async Task A_write_is_confirmed_by_the_metrics_next_value()
    {
        await using var site = await BrokerAndHost.StartAsync();
        await using var tahu = TahuEdgeNode.Start(site.Server, Group, Node);
        await site.WaitForMetricAsync(Device, "output", metric => (bool?)metric["value"] == false);

        var outcome = await site.Api.CommandAsync(Device, "output", true);

        Assert.Equal("Confirmed", (string?)outcome["state"]);
        await site.WaitForMetricAsync(Device, "output", metric => (bool?)metric["value"] == true);
    }

    [Fact]
    public async Task A_host_that_starts_late_asks_for_the_births()
    {
        await using var site = await BrokerAndHost.StartAsync();
        await using var tahu = TahuEdgeNode.Start(site.Server, Group, Node);
        await site.WaitForMetricAsync(Device, "temperature", metric => (double?)metric["value"] == 20.5);

        await site.Host.KillAsync();
        site.StartHost();
        await Wait.UntilAsync("the host is ready", 60, site.Api.IsReadyAsync, site.Describe);
        await tahu.DoAsync("data 30.25");

        await tahu.Process.WaitForLineAsync("ncmd", 30);
        await site.WaitForMetricAsync(Device, "temperature", metric => (double?)metric["value"] == 30.25);
    }

    private static JsonNode Metric(JsonNode owner, string name) =>
        owner["metrics"]!.AsArray().Single(metric => (string?)metric!["name"] == name)!;
}
