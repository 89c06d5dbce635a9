using MQTTnet.Packets;
using MQTTnet.Protocol;
using Sparkplug.Metrics;
using Sparkplug.Mqtt;
using Sparkplug.Payloads;
using SystemTests.Support;
using UnitTests;

namespace SystemTests.Wire;

/// <summary>What a Host Application puts on the wire when it comes and goes: flags, QoS and order of its packets, and its STATE.</summary>
[Collection(RealClock.Name)]
public sealed class HostWireTests(RecordedHost recorded) : IClassFixture<RecordedHost>
{
    private const string StateTopic = "spBv1.0/STATE/scada1";

    public static TheoryData<MqttVersion> Versions => [MqttVersion.V311, MqttVersion.V5];

    [Theory, MemberData(nameof(Versions))]
    [Spec("tck-id-message-flow-phid-sparkplug-clean-session-311", "tck-id-message-flow-phid-sparkplug-clean-session-50")]
    public void A_host_asks_for_a_session_that_is_clean_and_ends_with_its_connection(MqttVersion version)
    {
        var connect = recorded[version][0];
        Assert.Equal(version == MqttVersion.V5 ? 5 : 4, connect.ProtocolLevel);
        Assert.True(connect.ConnectFlags.HasFlag(ConnectFlags.Clean));
        Assert.Equal(0u, connect.Connect.SessionExpiryInterval);
    }

    [Theory, MemberData(nameof(Versions))]
    [Spec("tck-id-host-topic-phid-death-qos", "tck-id-host-topic-phid-death-retain", "tck-id-host-topic-phid-death-required",
        "tck-id-operational-behavior-host-application-connect-will", "tck-id-operational-behavior-host-application-connect-will-topic",
        "tck-id-operational-behavior-host-application-connect-will-qos", "tck-id-operational-behavior-host-application-connect-will-retained",
        "tck-id-payloads-state-will-message", "tck-id-payloads-state-will-message-qos", "tck-id-payloads-state-will-message-retain")]
    public void The_Will_is_a_STATE_death_at_QoS_1_and_is_retained_and_not_delayed(MqttVersion version)
    {
        var connect = recorded[version][0];
        Assert.Equal(ConnectFlags.Will | ConnectFlags.WillQoS1 | ConnectFlags.WillRetain, connect.ConnectFlags & ~ConnectFlags.Clean);
        Assert.Equal((StateTopic, 0u), (connect.Connect.WillTopic, connect.Connect.WillDelayInterval));
        Assert.False(WillOf(version).Online);
    }

    [Theory, MemberData(nameof(Versions))]
    [Spec("tck-id-host-topic-phid-birth-sub-required", "tck-id-message-flow-phid-sparkplug-subscription", "tck-id-payloads-state-subscribe",
        "tck-id-host-topic-phid-birth-message", "tck-id-operational-behavior-host-application-connect-birth")]
    public void A_host_subscribes_at_QoS_1_and_then_its_STATE_birth_is_the_first_that_it_publishes(MqttVersion version)
    {
        Assert.Equal(["CONNECT", "SUBSCRIBE", $"PUBLISH {StateTopic}"], recorded[version].Take(3).Select(packet => packet.ToString()));
        var filters = recorded[version][1].Subscribe.TopicFilters;
        Assert.Equal(["spBv1.0/#", StateTopic], filters.Select(filter => filter.Topic));
        Assert.All(filters, filter => Assert.Equal(MqttQualityOfServiceLevel.AtLeastOnce, filter.QualityOfServiceLevel));
    }

    [Theory, MemberData(nameof(Versions))]
    [Spec("tck-id-host-topic-phid-birth-qos", "tck-id-host-topic-phid-birth-retain", "tck-id-operational-behavior-host-application-connect-birth-qos",
        "tck-id-operational-behavior-host-application-connect-birth-retained", "tck-id-payloads-state-birth",
        "tck-id-host-topic-phid-birth-payload-timestamp", "tck-id-message-flow-phid-sparkplug-state-publish-payload-timestamp")]
    public void The_STATE_birth_has_QoS_1_is_retained_and_has_the_timestamp_of_the_Will(MqttVersion version)
    {
        var birth = States(version)[0];
        Assert.Equal(SentPacket.RetainedPublishAtQoS1, birth.Header);
        Assert.Equal(new StatePayload(true, WillOf(version).Timestamp), birth.State);
    }

    [Theory, MemberData(nameof(Versions))]
    [Spec("tck-id-host-topic-phid-death-qos", "tck-id-host-topic-phid-death-retain", "tck-id-operational-behavior-host-application-death-qos",
        "tck-id-operational-behavior-host-application-death-retained", "tck-id-operational-behavior-host-application-termination",
        "tck-id-host-topic-phid-death-payload-timestamp-disconnect-clean")]
    public void The_STATE_death_has_QoS_1_is_retained_and_has_the_time_of_the_stop(MqttVersion version)
    {
        var (states, stop) = (States(version), recorded.Asked[(version, "stop")]);
        Assert.Equal(2, states.Length);
        Assert.Equal((SentPacket.RetainedPublishAtQoS1, false), (states[1].Header, states[1].State.Online));
        Assert.InRange(states[1].State.Timestamp.Milliseconds, stop.Before.Milliseconds, stop.After.Milliseconds);
    }

    [Theory, MemberData(nameof(Versions))]
    [Spec("tck-id-operational-behavior-host-application-termination", "tck-id-operational-behavior-host-application-disconnect-intentional")]
    public void A_normal_DISCONNECT_follows_the_STATE_death(MqttVersion version)
    {
        var packets = recorded[version].Where(packet => packet.Packet is not MqttPubAckPacket).ToArray();
        Assert.Equal([$"PUBLISH {StateTopic}", "DISCONNECT"], packets[^2..].Select(packet => packet.ToString()));
        Assert.Equal(MqttDisconnectReasonCode.NormalDisconnection, ((MqttDisconnectPacket)packets[^1].Packet).ReasonCode);
    }

    private StatePayload WillOf(MqttVersion version)
    {
        Assert.True(StatePayload.TryDecode(recorded[version][0].Connect.WillMessage, out var state));
        return state;
    }

    private SentPacket[] States(MqttVersion version) => [.. recorded[version].Where(packet => packet.Topic == StateTopic)];
}
