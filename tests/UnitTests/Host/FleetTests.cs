using Sparkplug.Host;
using Sparkplug.Metrics;
using Sparkplug.Payloads;
using Sparkplug.Topics;
using static UnitTests.Host.NodeUnderTest;

namespace UnitTests.Host;

public sealed class FleetTests
{
    private readonly Fleet _fleet = new(new FleetOptions { HostId = "scada1", NodeCapacity = 3, HostCapacity = 2 });
    private readonly NodeUnderTest _outputs = new();

    [Fact]
    public void Nodes_are_told_apart_by_group_and_id()
    {
        Receive("spBv1.0/G1/NBIRTH/E1", Payload(0, BdSeq(1), Born("A", MetricValue.Int32(1))));
        Receive("spBv1.0/G2/NBIRTH/E1", Payload(0, BdSeq(2), Born("B", MetricValue.Int32(2))));
        Receive("spBv1.0/G1/NDEATH/E1", new Payload { Metrics = [BdSeq(1)] });
        Assert.False(Node("G1", "E1").IsOnline);
        Assert.True(Node("G2", "E1").IsOnline);
        Assert.Equal(["B", "bdSeq"], Node("G2", "E1").Metrics.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    [Spec("tck-id-topic-structure-namespace-duplicate-device-id-across-edge-node")]
    public void One_device_id_under_two_nodes_is_two_devices()
    {
        foreach (var node in new[] { "E1", "E2" })
        {
            Receive($"spBv1.0/G1/NBIRTH/{node}", Payload(0, BdSeq()));
            Receive($"spBv1.0/G1/DBIRTH/{node}/D1", Payload(1, Born("Temp", MetricValue.Double(1), 0)));
        }
        Receive("spBv1.0/G1/DDATA/E2/D1", Payload(2, Aliased(0, MetricValue.Double(-12.5))));
        Assert.Equal(MetricValue.Double(1), Node("G1", "E1").Devices["D1"].Metrics["Temp"].Value);
        Assert.Equal(MetricValue.Double(-12.5), Node("G1", "E2").Devices["D1"].Metrics["Temp"].Value);
    }

    [Fact]
    public void Values_keep_their_sign_over_the_wire()
    {
        Receive("spBv1.0/G1/NBIRTH/E1", Payload(0, BdSeq(), Born("N", MetricValue.Int32(0), 0)));
        Receive("spBv1.0/G1/NDATA/E1", Payload(1, Aliased(0, MetricValue.Int32(-12))));
        Assert.Equal(MetricValue.Int32(-12), Node("G1", "E1").Metrics["N"].Value);
    }

    [Theory]
    [InlineData("spBv1.0/G1/NCMD/E1")]
    [InlineData("spBv1.0/G1/DCMD/E1/D1")]
    [InlineData("$sparkplug/certificates/spBv1.0/G1/NBIRTH/E1")]
    public void Commands_and_stored_births_make_no_node(string topic)
    {
        Receive(topic, Payload(0, BdSeq()));
        Assert.Empty(_fleet.Nodes);
        Assert.Equal(1, _fleet.Counts.NotForHosts);
    }

    [Theory]
    [InlineData("spAv1.0/G1/NBIRTH/E1")]
    [InlineData("spBv1.0/G1/NBIRTH")]
    [InlineData("spBv1.0/G1/NBIRTH/E1/D1")]
    [InlineData("")]
    public void A_topic_that_is_not_Sparkplug_is_counted_with_what_is_wrong(string topic)
    {
        Receive(topic, Payload(0));
        Assert.Equal(1, _fleet.Counts.UnparsableTopics);
        Assert.NotNull(_fleet.Counts.LastTopicFault);
    }

    [Fact]
    public void A_payload_that_cannot_be_decoded_asks_the_node_for_a_rebirth()
    {
        _fleet.Receive(0, "spBv1.0/G1/NDATA/E1", [0xFF, 0xFF, 0xFF], _outputs.Now, _outputs);
        Assert.Equal(["fault MalformedPayload", "rebirth MalformedPayload on 0"], _outputs.Log);
    }

    [Fact]
    public void The_STATE_of_another_host_is_listed_and_changes_nothing_else()
    {
        Receive("spBv1.0/G1/NBIRTH/E1", Payload(0, BdSeq()));
        var before = _outputs.Log.Count;
        State("other", """{"online":true,"timestamp":5}""");
        State("other", """{"online":false,"timestamp":6}""");
        State("scada1", """{"online":false,"timestamp":7}""");
        Assert.Equal([new OtherHost("other", 0, false, new Timestamp(6))], _fleet.Hosts);
        Assert.True(Node("G1", "E1").IsOnline);
        Assert.Equal(before, _outputs.Log.Count);
    }

    [Fact]
    public void Hosts_beyond_the_capacity_and_malformed_STATEs_are_counted()
    {
        foreach (var host in new[] { "a", "b", "c" }) State(host, """{"online":true,"timestamp":5}""");
        State("a", "OFFLINE");
        Assert.Equal((2, 1, 1), (_fleet.Hosts.Count, _fleet.Counts.HostsRefused, _fleet.Counts.MalformedStates));
    }

    [Fact]
    public void Nodes_beyond_the_capacity_are_refused_and_counted()
    {
        for (var i = 0; i < 5; i++) Receive($"spBv1.0/G1/NBIRTH/E{i}", Payload(0, BdSeq()));
        Assert.Equal((3, 2), (_fleet.Nodes.Count, _fleet.Counts.NodesRefused));
    }

    [Fact]
    public void The_NDEATH_of_a_node_that_was_never_heard_of_makes_no_node()
    {
        Receive("spBv1.0/G1/NDEATH/E1", new Payload { Metrics = [BdSeq()] });
        Assert.Empty(_fleet.Nodes);
        Assert.Equal(1, _fleet.Counts.UnknownDeaths);
    }

    [Fact]
    public void Only_the_nodes_of_a_server_that_is_lost_go_offline()
    {
        Receive("spBv1.0/G1/NBIRTH/E0", Payload(0, BdSeq()), server: 0);
        Receive("spBv1.0/G1/NBIRTH/E1", Payload(0, BdSeq()), server: 1);
        _fleet.ServerLost(1, _outputs.Now, _outputs);
        Assert.Equal((true, false), (Node("G1", "E0").IsOnline, Node("G1", "E1").IsOnline));
        _fleet.ServerBack(1, _outputs.Now, _outputs);
        Assert.Equal(_outputs.Now.Milliseconds + 2000, _fleet.NextTick?.Milliseconds);
    }

    [Fact]
    public void Ticks_come_in_order_of_time_and_only_to_nodes_that_wait()
    {
        foreach (var node in new[] { "E0", "E1", "E2" }) Receive($"spBv1.0/G1/NBIRTH/{node}", Payload(0, BdSeq(), Born("N", MetricValue.Int32(0))));
        Assert.Null(_fleet.NextTick);
        Receive("spBv1.0/G1/NDATA/E1", Payload(2, Named("N", MetricValue.Int32(1))));
        _outputs.Wait(TimeSpan.FromSeconds(1));
        Receive("spBv1.0/G1/NDATA/E0", Payload(2, Named("N", MetricValue.Int32(1))));
        Receive("spBv1.0/G1/NDATA/E2", Payload(2, Named("N", MetricValue.Int32(1))));
        Receive("spBv1.0/G1/NDATA/E2", Payload(1, Named("N", MetricValue.Int32(1))));
        _outputs.Wait(TimeSpan.FromSeconds(1));
        Assert.Equal(_outputs.Now, _fleet.NextTick);
        _fleet.Tick(_outputs.Now, _outputs);
        Assert.Equal((0, 1, 0), (Requests("E0"), Requests("E1"), Requests("E2")));
        _outputs.Wait(TimeSpan.FromSeconds(1));
        _fleet.Tick(_outputs.Now, _outputs);
        Assert.Equal((1, 1, 0), (Requests("E0"), Requests("E1"), Requests("E2")));
    }

    [Fact]
    public void A_persons_request_reaches_the_node_that_it_names()
    {
        Receive("spBv1.0/G1/NBIRTH/E1", Payload(0, BdSeq()), server: 2);
        Assert.True(_fleet.RequestRebirth(new EdgeNodeDescriptor("G1", "E1"), _outputs.Now, _outputs));
        Assert.Equal("rebirth Wanted on 2", _outputs.Log[^1]);
        Assert.False(_fleet.RequestRebirth(new EdgeNodeDescriptor("G1", "E9"), _outputs.Now, _outputs));
    }

    private void Receive(string topic, Payload payload, int server = 0)
    {
        // Datatypes stand in births only; everywhere else the value arrives untyped.
        var metrics = topic.Contains("BIRTH", StringComparison.Ordinal) ? payload.Metrics : [.. payload.Metrics.Select(metric => metric with { DataType = null })];
        _fleet.Receive(server, topic, PayloadCodec.Encode(payload with { Metrics = metrics }), _outputs.Now, _outputs);
    }

    private void State(string host, string json) => _fleet.Receive(0, $"spBv1.0/STATE/{host}", System.Text.Encoding.UTF8.GetBytes(json), _outputs.Now, _outputs);

    private NodeState Node(string group, string node) => _fleet.Nodes[new EdgeNodeDescriptor(group, node)];

    private long Requests(string node) => Node("G1", node).Counts.RebirthRequests;
}
