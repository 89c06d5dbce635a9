using MQTTnet.Packets;
using MQTTnet.Protocol;
using Sparkplug.Metrics;
using Sparkplug.Mqtt;
using SystemTests.Support;
using UnitTests;

namespace SystemTests.Wire;

/// <summary>What an Edge Node puts on the wire: flags, QoS and order of its packets.</summary>
[Collection(RealClock.Name)]
public sealed class EdgeNodeWireTests(RecordedEdgeNode recorded) : IClassFixture<RecordedEdgeNode>
{
    public static TheoryData<MqttVersion> Versions => [MqttVersion.V311, MqttVersion.V5];

    [Theory, MemberData(nameof(Versions))]
    [Spec("tck-id-principles-persistence-clean-session-311", "tck-id-principles-persistence-clean-session-50")]
    public void An_Edge_Node_asks_for_a_session_that_is_clean_and_ends_with_its_connection(MqttVersion version)
    {
        var connect = recorded[version][0];
        Assert.Equal(version == MqttVersion.V5 ? 5 : 4, connect.ProtocolLevel);
        Assert.True(connect.ConnectFlags.HasFlag(ConnectFlags.Clean));
        Assert.Equal(0u, connect.Connect.SessionExpiryInterval);
    }

    [Theory, MemberData(nameof(Versions))]
    [Spec("tck-id-message-flow-edge-node-birth-publish-will-message", "tck-id-message-flow-edge-node-birth-publish-will-message-qos",
        "tck-id-message-flow-edge-node-birth-publish-will-message-will-retained", "tck-id-payloads-ndeath-will-message",
        "tck-id-payloads-ndeath-will-message-qos", "tck-id-payloads-ndeath-will-message-retain")]
    public void The_Will_is_the_NDEATH_at_QoS_1_and_is_not_retained_or_delayed(MqttVersion version)
    {
        var connect = recorded[version][0];
        Assert.Equal(ConnectFlags.Will | ConnectFlags.WillQoS1, connect.ConnectFlags & ~ConnectFlags.Clean);
        Assert.Equal("spBv1.0/Plant/NDEATH/Line1", connect.Connect.WillTopic);
        Assert.Equal(0u, connect.Connect.WillDelayInterval);
        var will = SentPacket.Decode(connect.Connect.WillMessage);
        Assert.Equal((null, "bdSeq"), (will.Seq, Assert.Single(will.Metrics).Name));
        Assert.Equal(will.Metrics[0].Value, Of(version, "NBIRTH/Line1").Payload.Metrics.Single(metric => metric.Name == "bdSeq").Value);
    }

    [Theory, MemberData(nameof(Versions))]
    [Spec("tck-id-message-flow-edge-node-ncmd-subscribe", "tck-id-message-flow-device-dcmd-subscribe",
        "tck-id-message-flow-edge-node-birth-publish-phid-wait")]
    public void Before_its_primary_host_is_online_an_Edge_Node_only_connects_and_subscribes_at_QoS_1(MqttVersion version)
    {
        Assert.Equal(["CONNECT", "SUBSCRIBE"], recorded.BeforeTheHost[version].Select(packet => packet.ToString()));
        var filters = recorded[version][1].Subscribe.TopicFilters;
        Assert.Equal(["spBv1.0/Plant/NCMD/Line1", "spBv1.0/Plant/DCMD/Line1/+", "spBv1.0/STATE/scada1"], filters.Select(filter => filter.Topic));
        Assert.All(filters, filter => Assert.Equal(MqttQualityOfServiceLevel.AtLeastOnce, filter.QualityOfServiceLevel));
    }

    [Theory, MemberData(nameof(Versions))]
    [Spec("tck-id-message-flow-device-birth-publish-nbirth-wait", "tck-id-operational-behavior-edge-node-intentional-disconnect-ndeath",
        "tck-id-operational-behavior-edge-node-intentional-disconnect-packet", "tck-id-payloads-ndeath-will-message-publisher",
        "tck-id-payloads-ndeath-will-message-publisher-disconnect-mqtt311")]
    public void All_packets_of_a_life_are_in_order_with_the_NDEATH_before_the_DISCONNECT(MqttVersion version)
    {
        // PUBACKs may go out between any others.
        var order = recorded[version].Where(packet => packet.Packet is not MqttPubAckPacket).Select(packet => packet.ToString());
        Assert.Equal(
            [
                "CONNECT", "SUBSCRIBE",
                "PUBLISH spBv1.0/Plant/NBIRTH/Line1", "PUBLISH spBv1.0/Plant/DBIRTH/Line1/Oven", "PUBLISH spBv1.0/Plant/DBIRTH/Line1/Fan",
                "PUBLISH spBv1.0/Plant/NDATA/Line1", "PUBLISH spBv1.0/Plant/DDATA/Line1/Oven", "PUBLISH spBv1.0/Plant/DDEATH/Line1/Fan",
                "PUBLISH spBv1.0/Plant/DDEATH/Line1/Oven", "PUBLISH spBv1.0/Plant/NDEATH/Line1", "DISCONNECT",
            ], order);
    }

    [Theory, MemberData(nameof(Versions))]
    [Spec("tck-id-topics-nbirth-mqtt", "tck-id-message-flow-edge-node-birth-publish-nbirth-qos", "tck-id-message-flow-edge-node-birth-publish-nbirth-retained",
        "tck-id-payloads-nbirth-qos", "tck-id-payloads-nbirth-retain")]
    public void NBIRTH_has_QoS_0_and_is_not_retained(MqttVersion version) => AssertPlain(version, "NBIRTH/Line1");

    [Theory, MemberData(nameof(Versions))]
    [Spec("tck-id-topics-dbirth-mqtt", "tck-id-message-flow-device-birth-publish-dbirth-qos", "tck-id-message-flow-device-birth-publish-dbirth-retained",
        "tck-id-payloads-dbirth-qos", "tck-id-payloads-dbirth-retain")]
    public void DBIRTH_has_QoS_0_and_is_not_retained(MqttVersion version)
    {
        AssertPlain(version, "DBIRTH/Line1/Oven");
        AssertPlain(version, "DBIRTH/Line1/Fan");
    }

    [Theory, MemberData(nameof(Versions))]
    [Spec("tck-id-topics-ndata-mqtt", "tck-id-payloads-ndata-qos", "tck-id-payloads-ndata-retain")]
    public void NDATA_has_QoS_0_and_is_not_retained(MqttVersion version) => AssertPlain(version, "NDATA/Line1");

    [Theory, MemberData(nameof(Versions))]
    [Spec("tck-id-topics-ddata-mqtt", "tck-id-payloads-ddata-qos", "tck-id-payloads-ddata-retain")]
    public void DDATA_has_QoS_0_and_is_not_retained(MqttVersion version) => AssertPlain(version, "DDATA/Line1/Oven");

    [Theory, MemberData(nameof(Versions))]
    [Spec("tck-id-topics-ddeath-mqtt")]
    public void DDEATH_has_QoS_0_and_is_not_retained(MqttVersion version)
    {
        AssertPlain(version, "DDEATH/Line1/Oven");
        AssertPlain(version, "DDEATH/Line1/Fan");
    }

    [Theory, MemberData(nameof(Versions))]
    [Spec("tck-id-payloads-sequence-num-incrementing", "tck-id-payloads-sequence-num-zero-nbirth")]
    public void From_NBIRTH_to_the_last_DDEATH_seq_counts_on_from_0(MqttVersion version)
    {
        var numbered = recorded[version].Where(packet => packet.Topic is { } topic && !topic.Contains("NDEATH", StringComparison.Ordinal));
        Assert.Equal(Enumerable.Range(0, 7).Select(number => (Seq?)new Seq((byte)number)), numbered.Select(packet => packet.Payload.Seq));
    }

    [Theory, MemberData(nameof(Versions))]
    [Spec("tck-id-payloads-ndeath-bdseq", "tck-id-payloads-ndeath-seq", "tck-id-topics-ndeath-seq")]
    public void The_NDEATH_at_the_end_says_what_the_Will_would_and_is_not_retained(MqttVersion version)
    {
        var death = Of(version, "NDEATH/Line1");
        Assert.Equal(0, death.Header & 1);
        Assert.Null(death.Payload.Seq);
        Assert.Equal(SentPacket.Decode(recorded[version][0].Connect.WillMessage).Metrics, death.Payload.Metrics);
    }

    [Fact]
    [Spec("tck-id-payloads-ndeath-will-message-publisher-disconnect-mqtt50")]
    public void Under_MQTT_5_the_DISCONNECT_asks_for_the_Will_and_under_3_1_1_it_has_no_reason()
    {
        Assert.Equal(0x04, recorded[MqttVersion.V5][^1].Body[0]);
        Assert.Empty(recorded[MqttVersion.V311][^1].Body);
    }

    private SentPacket Of(MqttVersion version, string topic) => recorded[version].Single(packet => packet.Topic == $"spBv1.0/Plant/{topic}");

    private void AssertPlain(MqttVersion version, string topic) => Assert.Equal(SentPacket.PlainPublish, Of(version, topic).Header);
}
