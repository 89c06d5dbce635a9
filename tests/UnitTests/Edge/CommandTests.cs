using Sparkplug.Edge;
using Sparkplug.Metrics;
using Sparkplug.Payloads;
using Sparkplug.Topics;

namespace UnitTests.Edge;

/// <summary>NCMD and DCMD.</summary>
public class CommandTests
{
    private static readonly MetricValue True = MetricValue.Boolean(true);

    private static AnEdge Pump(int servers = 1, bool aliases = true) => new AnEdge(servers: servers, aliases: aliases, metrics: AnEdge.Number("Rate", writable: true))
        .Found("pump", AnEdge.Switch("On"), AnEdge.Number("Flow"), AnEdge.Number("Setpoint", writable: true));

    [Fact, Spec("tck-id-operational-behavior-data-commands-rebirth-action-1", "tck-id-operational-behavior-data-commands-rebirth-action-2",
        "tck-id-operational-behavior-data-commands-rebirth-action-3")]
    public void A_rebirth_request_sends_all_births_without_a_death_or_a_disconnect()
    {
        var edge = Pump().Online().RebirthCommanded();
        Assert.Equal(["NBIRTH 0", "DBIRTH(pump) 1"], edge.Out.Log);
        Assert.Equal(MetricValue.Int64(0), edge.Messages[0]["bdSeq"].Value);
    }

    [Fact]
    public void A_rebirth_request_may_lack_a_time_and_may_name_the_datatype()
    {
        var edge = Pump().Online();
        edge.Received(AnEdge.NodeCommands, PayloadCodec.Encode(new Payload
        {
            Seq = new Seq(9),
            Metrics = [new Metric { Name = "Node Control/Rebirth", DataType = DataType.Boolean, Value = True }],
        }));
        Assert.Equal(["NBIRTH 0", "DBIRTH(pump) 1"], edge.Out.Log);
    }

    [Fact]
    public void A_rebirth_request_of_false_is_ignored()
    {
        Assert.Empty(Pump().Online().Commanded(null, AnEdge.Write("Node Control/Rebirth", MetricValue.Boolean(false))).Out.Log);
    }

    [Fact]
    public void Two_rebirth_requests_in_one_command_are_one()
    {
        var request = AnEdge.Write("Node Control/Rebirth", True);
        Assert.Equal(["NBIRTH 0", "DBIRTH(pump) 1"], Pump().Online().Commanded(null, request, request).Out.Log);
    }

    [Fact]
    public void Rebirth_is_a_control_of_the_node_alone()
    {
        Assert.Equal(["ignored UnknownMetric"], Pump().Online().Commanded("pump", AnEdge.Write("Node Control/Rebirth", True)).Out.Log);
    }

    [Fact, Spec("tck-id-operational-behavior-edge-node-intentional-disconnect-ndeath", "tck-id-payloads-ndeath-will-message-publisher")]
    public void Next_Server_leaves_with_an_NDEATH_and_connects_to_the_next_server()
    {
        var edge = Pump(servers: 2).Online().Commanded(null, AnEdge.Write("Node Control/Next Server", True), AnEdge.Write("Rate", MetricValue.Double(1)));
        Assert.Equal(["NDEATH", "disconnect", "-> Disconnecting", "ignored NotOnline"], edge.Out.Log);
        edge.Forget().Step(new EdgeInput.Disconnected(edge.Now)).Step(new EdgeInput.ConnectDue(edge.Now));
        Assert.Equal(["-> Offline", "connect 1 bdSeq 1", "-> Connecting"], edge.Out.Log);
    }

    [Fact]
    public void Next_Server_by_its_alias_is_understood()
    {
        var edge = Pump().Subscribed();
        var alias = edge.Messages[0]["Node Control/Next Server"].Alias;
        Assert.Equal(EdgePhase.Disconnecting, edge.Commanded(null, new Metric { Alias = alias, Value = True }).Phase);
    }

    [Fact]
    public void A_write_to_a_Device_is_handed_on_with_the_id_of_the_command()
    {
        var edge = Pump().Online().Commanded("pump", "id-7", AnEdge.Write("On", True), AnEdge.Write("Setpoint", MetricValue.Double(2)));
        Assert.Equal([new EdgeCommand("pump", "On", True, "id-7"), new EdgeCommand("pump", "Setpoint", MetricValue.Double(2), "id-7")], edge.Out.Commands);
        Assert.Empty(edge.Messages);
    }

    [Theory, Spec("tck-id-payloads-name-cmd-requirement")]
    [InlineData(null)]
    [InlineData(0UL)]
    [InlineData(1_700_000_000_000UL)]
    public void A_write_may_have_a_timestamp_and_needs_none(ulong? milliseconds)
    {
        var timestamp = milliseconds is { } time ? new Timestamp(time) : (Timestamp?)null;
        var edge = Pump().Online()
            .Commanded(null, AnEdge.Write("Rate", MetricValue.Double(2)) with { Timestamp = timestamp })
            .Commanded("pump", AnEdge.Write("On", True) with { Timestamp = timestamp });
        Assert.Equal(["command Rate = Double 2", "command On = Boolean true"], edge.Out.Log);
    }

    [Fact]
    public void A_write_to_the_node_is_handed_on()
    {
        var edge = Pump().Online().Commanded(null, AnEdge.Write("Rate", MetricValue.Double(2)));
        Assert.Equal([new EdgeCommand(null, "Rate", MetricValue.Double(2), null)], edge.Out.Commands);
    }

    [Fact, Spec("tck-id-payloads-alias-data-cmd-requirement")]
    public void A_write_by_alias_is_the_same_as_one_by_name()
    {
        var edge = Pump().Subscribed();
        var alias = edge.Messages[1]["On"].Alias;
        edge.Commanded("pump", new Metric { Alias = alias, Value = True });
        Assert.Equal("On", Assert.Single(edge.Out.Commands).Metric);
    }

    [Fact]
    public void An_alias_of_another_Device_is_not_understood()
    {
        var edge = Pump().Subscribed();
        edge.Commanded(null, new Metric { Alias = edge.Messages[1]["On"].Alias, Value = True });
        Assert.Equal(EdgeFault.UnknownMetric, Assert.Single(edge.Out.Faults).Fault);
    }

    [Fact]
    public void A_name_wins_over_an_alias_that_says_otherwise()
    {
        var edge = Pump().Subscribed();
        edge.Commanded("pump", new Metric { Name = "On", Alias = edge.Messages[1]["Setpoint"].Alias, Value = True });
        Assert.Equal("On", Assert.Single(edge.Out.Commands).Metric);
    }

    public static TheoryData<EdgeFault, Metric> Refused { get; } = new()
    {
        { EdgeFault.UnknownMetric, AnEdge.Write("Nonsense", True) },
        { EdgeFault.UnknownMetric, new Metric { Alias = 0, Value = True } },
        { EdgeFault.NotWritable, AnEdge.Write("Flow", MetricValue.Double(1)) },
        { EdgeFault.WrongType, AnEdge.Write("On", MetricValue.Double(1)) },
        { EdgeFault.WrongType, AnEdge.Write("Setpoint", True) },
        { EdgeFault.WrongType, AnEdge.Write("Setpoint", default) },
        { EdgeFault.WrongType, new Metric { Name = "Setpoint", DataType = DataType.Float, Value = MetricValue.Float(1) } },
    };

    [Theory, MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void A_write_that_makes_no_sense_is_ignored_and_the_next_one_is_not(EdgeFault fault, Metric write)
    {
        var edge = Pump().Online().Commanded("pump", write, AnEdge.Write("On", True));
        Assert.Equal([$"ignored {fault}", "command On = Boolean true"], edge.Out.Log);
    }

    [Theory, MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void A_refused_write_with_an_id_deserves_an_answer(EdgeFault fault, Metric write)
    {
        var edge = Pump().Online().Commanded("pump", "c1", write);
        var refusal = Assert.Single(edge.Out.Refusals);
        Assert.Equal(("pump", "c1", write.Name ?? "with alias 0"), (refusal.DeviceId, refusal.CommandId, refusal.Metric));
        Assert.Equal(fault, Assert.Single(edge.Out.Faults).Fault);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("an id that is far longer than any id that our hosts would ever send")]
    public void A_refused_write_whose_id_cannot_be_repeated_has_no_answer(string? id)
    {
        var edge = Pump().Online().Commanded("pump", id, AnEdge.Write("Nonsense", True));
        Assert.Empty(edge.Out.Refusals);
        Assert.Single(edge.Out.Faults);
    }

    [Theory]
    [InlineData("Node Control/Rebirth")]
    [InlineData("Node Control/Next Server")]
    public void A_control_that_is_not_a_Boolean_is_ignored(string name)
    {
        var edge = Pump().Online().Commanded(null, AnEdge.Write(name, MetricValue.Int32(1)), AnEdge.Write(name, default), AnEdge.Write("bdSeq", MetricValue.Int64(4)));
        Assert.Equal(["ignored WrongType", "ignored WrongType", "ignored NotWritable"], edge.Out.Log);
    }

    [Theory]
    [InlineData("spBv1.0/Plant1/DCMD/Line1/nobody", EdgeFault.UnknownMetric)]
    [InlineData("spBv1.0/Plant1/DCMD/Line1/", EdgeFault.UnexpectedTopic)]
    [InlineData("spBv1.0/Plant1/DCMD/Line1/pump/x", EdgeFault.UnexpectedTopic)]
    [InlineData("spBv1.0/Plant1/NCMD/Line2", EdgeFault.UnexpectedTopic)]
    [InlineData("spBv1.0/Plant2/NCMD/Line1", EdgeFault.UnexpectedTopic)]
    [InlineData("spBv1.0/STATE/scada1", EdgeFault.UnexpectedTopic)]
    [InlineData("", EdgeFault.UnexpectedTopic)]
    public void A_message_that_is_not_for_us_is_ignored(string topic, EdgeFault fault)
    {
        var rebirth = PayloadCodec.Encode(new Payload { Metrics = [AnEdge.Write("Node Control/Rebirth", True)] });
        Assert.Equal([$"ignored {fault}"], Pump().Online().Received(topic, rebirth).Out.Log);
    }

    [Fact]
    public void Bytes_that_are_no_payload_are_ignored()
    {
        var edge = Pump().Online().Received(AnEdge.NodeCommands, new byte[] { 0xFF, 0xFF, 0xFF }).Received(AnEdge.NodeCommands, new byte[2 * 1024 * 1024]);
        Assert.Equal(["ignored MalformedPayload", "ignored MalformedPayload"], edge.Out.Log);
    }

    [Fact]
    public void A_metric_that_cannot_be_read_does_not_hinder_the_others()
    {
        // Field 2 (metrics), then a metric of length 3 whose datatype (field 4) is 99.
        byte[] unreadable = [0x12, 0x02, 0x20, 99];
        var good = PayloadCodec.Encode(new Payload { Metrics = [AnEdge.Write("On", True)] });
        var edge = Pump().Online().Received("spBv1.0/Plant1/DCMD/Line1/pump", (byte[])[.. unreadable, .. good]);
        Assert.Equal(["ignored MalformedPayload", "command On = Boolean true"], edge.Out.Log);
    }

    [Fact]
    public void An_empty_command_does_nothing()
    {
        Assert.Empty(Pump().Online().Received(AnEdge.NodeCommands, default).Out.Log);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_answer_to_a_write_is_data(bool aliases)
    {
        var edge = Pump(aliases: aliases).Online().Commanded("pump", AnEdge.Write("On", True)).Sampled("pump", "On", True);
        Assert.Equal((MessageType.DDATA, "pump"), (edge.Last.Type, edge.Last.DeviceId));
    }
}
