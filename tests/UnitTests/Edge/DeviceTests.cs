using Sparkplug.Edge;
using Sparkplug.Metrics;

namespace UnitTests.Edge;

/// <summary>Devices that come, change and go.</summary>
public class DeviceTests
{
    private static MetricValue D(double value) => MetricValue.Double(value);

    [Fact, Spec("tck-id-topics-dbirth-seq", "tck-id-message-flow-device-birth-publish-dbirth-payload-seq")]
    public void A_Device_found_while_online_is_born_without_a_rebirth_of_anything_else()
    {
        var edge = new AnEdge().Found("valve", AnEdge.Switch("Open")).Online().Found("pump", AnEdge.Number("Flow"));
        Assert.Equal(["DBIRTH(pump) 2"], edge.Out.Log);
    }

    [Fact]
    public void A_Device_found_while_offline_waits_for_the_births()
    {
        var edge = new AnEdge().Found("pump", AnEdge.Number("Flow"));
        Assert.Empty(edge.Out.Log);
        Assert.Equal("DBIRTH(pump) 1", edge.Subscribed().Last.ToString());
    }

    [Fact]
    public void A_Device_that_describes_itself_as_before_is_silent()
    {
        var edge = new AnEdge().Found("pump", AnEdge.Number("Flow")).Online().Found("pump", AnEdge.Number("Flow"));
        Assert.Empty(edge.Out.Log);
    }

    [Fact]
    public void A_Device_that_describes_itself_as_before_brings_only_new_values()
    {
        var edge = new AnEdge().Found("pump", AnEdge.Number("Flow"), AnEdge.Number("Head")).Online().Found("pump", AnEdge.Number("Flow", 2), AnEdge.Number("Head"));
        Assert.Equal(["DDATA(pump) 2"], edge.Out.Log);
        Assert.Single(edge.Last.Payload.Metrics);
    }

    [Fact, Spec("tck-id-topics-dbirth-metric-reqs")]
    public void A_Device_with_other_metrics_is_born_again()
    {
        var edge = new AnEdge().Found("pump", AnEdge.Number("Flow")).Online();
        EdgeMetric[][] others =
        [
            [AnEdge.Number("Flow"), AnEdge.Number("Head")],
            [AnEdge.Number("Flow")],
            [AnEdge.Number("Flow", writable: true)],
            [AnEdge.Number("Flow") with { Properties = PropertySet.Empty.With("engUnit", MetricValue.String("l/s")) }],
            [AnEdge.Switch("Flow")],
        ];
        foreach (var metrics in others) edge.Found("pump", metrics);
        Assert.Equal(["DBIRTH(pump) 2", "DBIRTH(pump) 3", "DBIRTH(pump) 4", "DBIRTH(pump) 5", "DBIRTH(pump) 6"], edge.Out.Log);
    }

    [Fact, Spec("tck-id-operational-behavior-device-ddeath", "tck-id-topics-ddeath-topic", "tck-id-topics-ddeath-mqtt", "tck-id-topics-ddeath-seq-num",
        "tck-id-payloads-ddeath-timestamp", "tck-id-payloads-ddeath-seq", "tck-id-payloads-ddeath-seq-inc", "tck-id-payloads-ddeath-seq-number")]
    public void A_Device_that_is_lost_gets_a_DDEATH()
    {
        var edge = new AnEdge().Found("pump", AnEdge.Number("Flow")).Online();
        var now = edge.Now;
        var death = edge.Lost("pump").Last;
        Assert.Equal(("spBv1.0/Plant1/DDEATH/Line1/pump", 0, new Seq(2), now), (death.Topic.ToString(), death.Qos, death.Payload.Seq, death.Payload.Timestamp));
    }

    [Fact]
    public void A_lost_Device_is_in_no_rebirth_takes_no_samples_and_no_commands()
    {
        var edge = new AnEdge().Found("pump", AnEdge.Number("Flow", writable: true)).Online().Lost("pump").Forget();
        edge.RebirthCommanded().Sampled("pump", "Flow", D(1)).Commanded("pump", AnEdge.Write("Flow", D(1)));
        Assert.Equal(["NBIRTH 0", "ignored UnknownSample", "ignored UnknownMetric"], edge.Out.Log);
    }

    [Fact]
    public void A_lost_Device_that_is_found_is_born_again()
    {
        var edge = new AnEdge().Found("pump", AnEdge.Number("Flow")).Online().Lost("pump").Found("pump", AnEdge.Number("Flow"));
        Assert.Equal(["DDEATH(pump) 2", "DBIRTH(pump) 3"], edge.Out.Log);
    }

    [Fact]
    public void A_Device_lost_while_offline_is_not_born()
    {
        var edge = new AnEdge().Found("pump", AnEdge.Number("Flow")).Lost("pump").Subscribed();
        Assert.Equal(["NBIRTH 0"], edge.Messages.Select(sent => sent.ToString()));
    }

    [Fact]
    public void The_loss_of_a_Device_that_is_not_known_changes_nothing()
    {
        Assert.Equal(["ignored UnexpectedInput"], new AnEdge().Online().Lost("pump").Out.Log);
    }

    [Fact, Spec("tck-id-topic-structure-namespace-unique-device-id")]
    public void Two_finds_of_one_id_are_one_Device_the_last_that_was_found()
    {
        var edge = new AnEdge().Found("pump", AnEdge.Number("Flow")).Found("valve", AnEdge.Switch("Open")).Found("pump", AnEdge.Number("Head")).Subscribed();
        Assert.Equal(["NBIRTH 0", "DBIRTH(pump) 1", "DBIRTH(valve) 2"], edge.Messages.Select(sent => sent.ToString()));
        Assert.Equal("Head", Assert.Single(edge.Messages[1].Payload.Metrics).Name);
    }

    public static TheoryData<string, EdgeMetric[]> Impossible { get; } = new()
    {
        { "a/b", [AnEdge.Number("Flow")] },
        { "", [AnEdge.Number("Flow")] },
        { "+", [AnEdge.Number("Flow")] },
        { "pump", [AnEdge.Number("Flow"), AnEdge.Switch("Flow")] },
        { "pump", [AnEdge.Number("")] },
        { "pump", [AnEdge.Number("Flow") with { DataType = DataType.Int32 }] },
        { "pump", [AnEdge.Number("Flow") with { DataType = DataType.Unknown, Value = default }] },
        { "pump", [AnEdge.Number("Flow") with { DataType = DataType.PropertySet, Value = MetricValue.PropertySet(PropertySet.Empty) }] },
        { "pump", [AnEdge.Number("Flow") with { Properties = PropertySet.Empty.With("x", MetricValue.Bytes([1])) }] },
        { "pump", [Motors.Definition] },
        { "pump", [Motors.Instance(1)] },
    };

    [Theory, MemberData(nameof(Impossible), DisableDiscoveryEnumeration = true)]
    [Spec("tck-id-topic-structure-namespace-valid-device-id", "tck-id-payloads-metric-datatype-value", "tck-id-payloads-metric-propertyvalue-type-value",
        "tck-id-payloads-template-definition-nbirth-only", "tck-id-payloads-template-definition-nbirth", "tck-id-payloads-name-requirement")]
    public void A_Device_that_breaks_a_rule_is_not_born(string deviceId, EdgeMetric[] metrics)
    {
        Assert.Equal(["ignored InvalidDevice"], new AnEdge().Online().Found(deviceId, metrics).Out.Log);
    }

    [Fact]
    public void A_Device_that_breaks_a_rule_does_not_replace_the_one_that_is_alive()
    {
        var edge = new AnEdge().Found("pump", AnEdge.Number("Flow")).Online().Found("pump", AnEdge.Number("")).Forget().Sampled("pump", "Flow", D(1));
        Assert.Equal(["DDATA(pump) 2"], edge.Out.Log);
    }
}
