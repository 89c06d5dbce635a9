using Sparkplug.Metrics;
using Sparkplug.Mqtt;
using SystemTests.Support;
using UnitTests;

namespace SystemTests.Wire;

/// <summary>What the commands of a Host Application look like on the wire.</summary>
[Collection(RealClock.Name)]
public sealed class HostCommandWireTests(RecordedHost recorded) : IClassFixture<RecordedHost>
{
    private const string NodeTopic = "spBv1.0/Plant/NCMD/Line1";
    private const string DeviceTopic = "spBv1.0/Plant/DCMD/Line1/Oven";

    public static TheoryData<MqttVersion> Versions => [MqttVersion.V311, MqttVersion.V5];

    [Theory, MemberData(nameof(Versions))]
    [Spec("tck-id-topics-ncmd-topic", "tck-id-topics-ncmd-mqtt", "tck-id-topics-ncmd-timestamp", "tck-id-operational-behavior-data-commands-ncmd-verb",
        "tck-id-payloads-ncmd-timestamp", "tck-id-payloads-ncmd-seq", "tck-id-payloads-ncmd-qos", "tck-id-payloads-ncmd-retain")]
    public void NCMD_has_QoS_0_is_not_retained_and_has_the_time_of_sending_and_no_seq(MqttVersion version)
    {
        AssertCommand(version, "rate", NodeTopic);
        AssertCommand(version, "mode", NodeTopic);
    }

    [Theory, MemberData(nameof(Versions))]
    [Spec("tck-id-topics-dcmd-topic", "tck-id-topics-dcmd-mqtt", "tck-id-topics-dcmd-timestamp", "tck-id-operational-behavior-data-commands-dcmd-verb",
        "tck-id-payloads-dcmd-timestamp", "tck-id-payloads-dcmd-seq", "tck-id-payloads-dcmd-qos", "tck-id-payloads-dcmd-retain")]
    public void DCMD_has_QoS_0_is_not_retained_and_has_the_time_of_sending_and_no_seq(MqttVersion version)
    {
        AssertCommand(version, "heater", DeviceTopic);
        AssertCommand(version, "setpoint", DeviceTopic);
    }

    [Theory, MemberData(nameof(Versions))]
    [Spec("tck-id-topics-ncmd-payload", "tck-id-operational-behavior-data-commands-ncmd-metric-name",
        "tck-id-operational-behavior-data-commands-ncmd-metric-value", "tck-id-payloads-alias-data-cmd-requirement", "tck-id-payloads-metric-datatype-not-req")]
    public void NCMD_holds_the_metric_by_the_alias_of_its_NBIRTH_else_by_name_and_the_value_of_its_type(MqttVersion version)
    {
        AssertMetric(version, "rate", name: null, alias: 3, MetricValue.Double(2.5));
        AssertMetric(version, "mode", "Mode", alias: null, MetricValue.String("auto"));
    }

    [Theory, MemberData(nameof(Versions))]
    [Spec("tck-id-topics-dcmd-payload", "tck-id-operational-behavior-data-commands-dcmd-metric-name",
        "tck-id-operational-behavior-data-commands-dcmd-metric-value", "tck-id-payloads-alias-data-cmd-requirement", "tck-id-payloads-metric-datatype-not-req")]
    public void DCMD_holds_the_metric_by_the_alias_of_its_DBIRTH_else_by_name_and_the_value_of_its_type(MqttVersion version)
    {
        AssertMetric(version, "heater", name: null, alias: 0, MetricValue.Boolean(true));
        AssertMetric(version, "setpoint", "Setpoint", alias: null, MetricValue.Int32(-180));
    }

    [Theory, MemberData(nameof(Versions))]
    public void A_command_that_is_to_name_its_datatype_names_that_of_the_birth(MqttVersion version) =>
        Assert.Equal(DataType.Int32, Assert.Single(Commands(version, "typed")).Metric.DataType);

    [Theory, MemberData(nameof(Versions))]
    [Spec("tck-id-operational-behavior-data-commands-ncmd-metric-value", "tck-id-operational-behavior-data-commands-dcmd-metric-value")]
    public void A_value_that_the_datatype_cannot_hold_is_refused_and_nothing_is_sent(MqttVersion version)
    {
        AssertRefused(version, "a text for a Double", CommandRefusal.WrongType);
        AssertRefused(version, "a Double for an Int32", CommandRefusal.WrongType);
    }

    [Theory, MemberData(nameof(Versions))]
    [Spec("tck-id-operational-behavior-data-commands-ncmd-metric-name", "tck-id-operational-behavior-data-commands-dcmd-metric-name")]
    public void A_metric_that_was_not_in_the_birth_is_refused_and_nothing_is_sent(MqttVersion version)
    {
        AssertRefused(version, "a metric of the Device for the node", CommandRefusal.UnknownMetric);
        AssertRefused(version, "a metric of the node for the Device", CommandRefusal.UnknownMetric);
    }

    [Theory, MemberData(nameof(Versions))]
    [Spec("tck-id-operational-behavior-data-commands-ncmd-rebirth-verb", "tck-id-operational-behavior-data-commands-ncmd-rebirth-name",
        "tck-id-operational-behavior-data-commands-ncmd-rebirth-value", "tck-id-payloads-ncmd-timestamp", "tck-id-payloads-ncmd-seq",
        "tck-id-payloads-ncmd-qos", "tck-id-payloads-ncmd-retain")]
    public void A_request_for_births_is_an_NCMD_that_writes_true_to_Node_Control_Rebirth_by_name(MqttVersion version)
    {
        // It is the one command without an id.
        var request = recorded[version].Single(packet => packet.Topic == NodeTopic && packet.Payload.Uuid is null);
        AssertSent(request, recorded.Asked[(version, "rebirth")]);
        Assert.Equal(("Node Control/Rebirth", (ulong?)null, MetricValue.Boolean(true)), (request.Metric.Name, request.Metric.Alias, request.Metric.Value));
    }

    private void AssertCommand(MqttVersion version, string id, string topic)
    {
        var asked = recorded.Asked[(version, id)];
        Assert.Equal(CommandRefusal.None, asked.Refusal);
        var sent = Assert.Single(Commands(version, id));
        Assert.Equal(topic, sent.Topic);
        AssertSent(sent, asked);
    }

    private static void AssertSent(SentPacket sent, AskedCommand asked)
    {
        Assert.Equal(SentPacket.PlainPublish, sent.Header);
        Assert.Null(sent.Payload.Seq);
        Assert.InRange(sent.Payload.Timestamp!.Value.Milliseconds, asked.Before.Milliseconds, asked.After.Milliseconds);
    }

    private void AssertMetric(MqttVersion version, string id, string? name, ulong? alias, MetricValue value)
    {
        var metric = Assert.Single(Commands(version, id)).Metric;
        Assert.Equal((name, alias, (DataType?)null), (metric.Name, metric.Alias, metric.DataType));
        Assert.True(metric.Value.TryAs(value.Type, out var typed));
        Assert.Equal(value, typed);
    }

    private void AssertRefused(MqttVersion version, string id, CommandRefusal refusal)
    {
        Assert.Equal(refusal, recorded.Asked[(version, id)].Refusal);
        Assert.Empty(Commands(version, id));
    }

    private IEnumerable<SentPacket> Commands(MqttVersion version, string id) => recorded[version].Where(packet =>
        packet.Topic?.Contains("CMD/", StringComparison.Ordinal) == true && packet.Payload.Uuid == id);
}
