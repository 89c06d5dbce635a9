using Sparkplug.Host;
using Sparkplug.Metrics;
using Sparkplug.Payloads;
using Sparkplug.Topics;

namespace UnitTests.Host;

public sealed class NodePartsTests
{
    [Fact]
    public void A_late_time_added_to_the_largest_stays_the_largest() =>
        Assert.Equal(new Timestamp(ulong.MaxValue), new Timestamp(ulong.MaxValue - 1).After(TimeSpan.FromSeconds(1)));

    [Fact]
    public void Of_two_deadlines_the_earlier_counts_and_none_is_never()
    {
        Assert.Null(Deadlines.Earlier(null, null));
        Assert.Equal(new Timestamp(1), Deadlines.Earlier(new Timestamp(1), null));
        Assert.Equal(new Timestamp(1), Deadlines.Earlier(new Timestamp(2), new Timestamp(1)));
    }

    [Fact]
    public void A_clock_that_was_set_back_silences_the_host_for_no_longer_than_an_interval()
    {
        var limiter = new RebirthLimiter(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5));
        limiter.Want(RebirthReason.NoBirth, 0);
        Assert.True(limiter.TryTake(new Timestamp(3_600_000)));
        Assert.True(limiter.TryTake(new Timestamp(1000)));
        Assert.False(limiter.TryTake(new Timestamp(1001)));
    }

    [Fact]
    public void An_alias_is_free_again_when_its_device_is_born_anew()
    {
        var aliases = new AliasTable();
        var (device, metric) = (new DeviceState("D1"), new MetricState("Temp", DataType.Double) { Alias = 0 });
        device.MetricTable.Add("Temp", metric);
        Assert.True(aliases.TryAdd(0, device, metric));
        aliases.Remove(device);
        Assert.False(aliases.TryGet(0, device, out _));
        Assert.True(aliases.TryAdd(0, null, metric));
    }

    [Fact]
    public void An_alias_that_a_device_made_ambiguous_is_forgotten_with_its_next_birth()
    {
        var aliases = new AliasTable();
        var device = new DeviceState("D1");
        aliases.TryAdd(7, null, new MetricState("A", DataType.Int32) { Alias = 7 });
        Assert.False(aliases.TryAdd(7, device, new MetricState("B", DataType.Int32)));
        Assert.False(aliases.TryAdd(7, device, new MetricState("C", DataType.Int32)));
        Assert.True(aliases.IsAmbiguous(7));
        aliases.Remove(device);
        Assert.False(aliases.IsAmbiguous(7));
    }

    [Theory]
    [InlineData(0, Quality.Bad)]
    [InlineData(192, Quality.Good)]
    [InlineData(500, Quality.Stale)]
    [InlineData(7, Quality.Bad)]
    [Spec("tck-id-payloads-propertyset-quality-value-value")]
    public void A_quality_code_that_is_none_of_the_three_is_Bad(int code, Quality expected) =>
        Assert.Equal(expected, QualityProperty.Of(new PropertySet([KeyValuePair.Create("Quality", MetricValue.Int32(code))])));

    [Fact]
    public void Nodes_wait_in_the_order_of_their_times()
    {
        var waiting = new WaitingNodes();
        var nodes = new[] { 3, 1, 2 }.Select(second => (Node: Waits(second), second)).ToArray();
        foreach (var (node, _) in nodes) waiting.Note(node);
        waiting.Note(nodes[0].Node);
        Assert.Equal([nodes[1].Node, nodes[2].Node], waiting.TakeDue(new Timestamp(4000)));
        Assert.Equal(new Timestamp(5000), waiting.Next);
        nodes[0].Node.Step(new NodeInput.ServerLost(0, new Timestamp(4500)), new NodeUnderTest());
        waiting.Note(nodes[0].Node);
        Assert.Null(waiting.Next);
    }

    // A node whose gap opened at that second, with a Reorder Timeout of two.
    private static NodeState Waits(int second)
    {
        var node = new NodeState(new EdgeNodeDescriptor("G", $"E{second}"), new NodeStateOptions());
        var outputs = new NodeUnderTest();
        foreach (var (type, seq) in new[] { (MessageType.NBIRTH, (byte)0), (MessageType.NDATA, (byte)2) })
            node.Step(new NodeInput.Received(0, type, null, new Payload { Seq = new Seq(seq), Timestamp = new Timestamp(seq) }, new Timestamp((ulong)second * 1000)), outputs);
        return node;
    }
}
