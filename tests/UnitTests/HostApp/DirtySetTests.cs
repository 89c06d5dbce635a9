using HostApp.Streaming;
using Sparkplug.Host;
using Sparkplug.Topics;

namespace UnitTests.HostApp;

public class DirtySetTests
{
    private readonly NodeState _node = new(new EdgeNodeDescriptor("Plant1", "Line1"), new NodeStateOptions());

    [Fact]
    public void A_metric_that_changes_often_waits_once_and_in_its_place()
    {
        var set = new DirtySet(10);
        foreach (var metric in new[] { "a", "b", "a", "a" }) set.Add(_node, "Uno", metric);
        Assert.Equal(2, set.Count);
        Assert.Equal(["a", "b"], Metrics(set));
        Assert.True(set.IsEmpty);
    }

    [Fact]
    public void A_metric_does_not_wait_beside_its_owner()
    {
        var set = new DirtySet(10);
        set.Add(_node);
        set.Add(_node, "Uno");
        set.Add(_node, null, "a");
        set.Add(_node, "Uno", "a");
        set.Add(_node, "Mega", "a");
        Assert.Equal(["a"], Metrics(set));
        Assert.True(set.HasOwners);
        Assert.True(set.TryTakeNode(out _));
        Assert.True(set.TryTakeDevice(out var device));
        Assert.Equal("Uno", device.DeviceId);
        Assert.True(set.IsEmpty);
    }

    [Fact]
    public void Beyond_the_capacity_the_owner_takes_the_place_of_its_metrics()
    {
        var set = new DirtySet(2);
        for (var i = 0; i < 1000; i++) set.Add(_node, "Uno", $"metric {i}");
        for (var i = 0; i < 1000; i++) set.Add(_node, null, $"metric {i}");
        Assert.Equal(4, set.Count);
        Assert.True(set.TryTakeNode(out var node));
        Assert.Same(_node, node);
        Assert.True(set.TryTakeDevice(out _));
        Assert.Equal(2, Metrics(set).Count);
    }

    private static List<string> Metrics(DirtySet set)
    {
        var metrics = new List<string>();
        while (set.TryTakeMetric(out var metric)) metrics.Add(metric.Metric);
        return metrics;
    }
}
