using Sparkplug.Broker.Packets;
using static UnitTests.Broker.ClientPackets;

namespace UnitTests.Broker.Packets;

/// <summary>One wrong SUBSCRIBE or UNSUBSCRIBE for each rule of their formats.</summary>
public sealed class MalformedSubscribeTests
{
    private const ProtocolVersion V311 = ProtocolVersion.V311, V5 = ProtocolVersion.V5;
    private const ReasonCode Malformed = ReasonCode.MalformedPacket, ProtocolError = ReasonCode.ProtocolError;

    [Fact]
    [Spec("MQTT-2.2.1-3", "MQTT311-2.3.1-1")]
    public void The_packet_identifier_must_not_be_0()
    {
        Refused.InBoth(version => Subscribe(0, "a", version: version), ProtocolError, "SUBSCRIBE: Packet Identifier", "MQTT-2.2.1-3", "MQTT311-2.3.1-1");
        Refused.InBoth(version => Unsubscribe(0, version, "a"), ProtocolError, "UNSUBSCRIBE: Packet Identifier", "MQTT-2.2.1-3", "MQTT311-2.3.1-1");
    }

    [Fact]
    [Spec("MQTT-3.8.3-2", "MQTT311-3.8.3-3", "MQTT-3.10.3-2")]
    public void There_must_be_a_topic_filter()
    {
        Refused.InBoth(version => Subscribe(1, version, null), ProtocolError, "SUBSCRIBE: payload", "MQTT-3.8.3-2", "MQTT311-3.8.3-3");
        Refused.InBoth(version => Unsubscribe(1, version), ProtocolError, "UNSUBSCRIBE: payload", "MQTT-3.10.3-2");
    }

    [Fact]
    [Spec("MQTT311-3.8.3-4")]
    public void In_3_1_1_the_requested_QoS_must_be_0_1_or_2()
    {
        for (var qos = 3; qos < 256; qos++)
            Refused.In(V311, With(V311, (byte)qos), Malformed, "SUBSCRIBE: Requested QoS", "MQTT311-3.8.3-4");
    }

    [Fact]
    [Spec("MQTT-3.8.3-5")]
    public void In_5_reserved_options_must_be_0()
    {
        foreach (var options in (byte[])[0x40, 0x80, 0xC0, 0xC1])
            Refused.In(V5, With(V5, options), Malformed, "SUBSCRIBE: Subscription Options", "MQTT-3.8.3-5");
    }

    [Fact]
    public void In_5_QoS_and_retain_handling_must_not_be_3()
    {
        Refused.In(V5, With(V5, 0x03), ProtocolError, "SUBSCRIBE: Subscription Options have QoS 3", "MQTT 5, 3.8.3.1");
        Refused.In(V5, With(V5, 0x30), ProtocolError, "SUBSCRIBE: Subscription Options have Retain Handling 3", "MQTT 5, 3.8.3.1");
    }

    [Fact]
    [Spec("MQTT-3.8.3-4")]
    public void In_5_a_shared_subscription_must_not_have_No_Local()
    {
        Refused.In(V5, Subscribe(1, "$share/g/a", noLocal: true), ProtocolError, "SUBSCRIBE: Subscription Options", "MQTT-3.8.3-4");
        Assert.Equal("SUBSCRIBE 1 identifier=0 $shared/a:AtMostOnce+nl+SendAtSubscribe", PacketText.Read(Subscribe(1, "$shared/a", noLocal: true), V5));
    }

    [Fact]
    [Spec("MQTT-3.8.3-1", "MQTT-3.10.3-1", "MQTT-1.5.4-1", "MQTT311-1.5.3-1")]
    public void A_topic_filter_must_be_well_formed_UTF8()
    {
        var filter = Binary([0x61, 0xED, 0xA0, 0x80]);
        Refused.InBoth(version => Frame(0x82, [0, 1, .. Properties(version), .. filter, 0]), Malformed, "SUBSCRIBE: Topic Filter", "MQTT-1.5.4-1", "MQTT311-1.5.3-1");
        Refused.InBoth(version => Frame(0xA2, [0, 1, .. Properties(version), .. filter]), Malformed, "UNSUBSCRIBE: Topic Filter", "MQTT-1.5.4-1", "MQTT311-1.5.3-1");
    }

    [Fact]
    [Spec("MQTT-4.7.3-2", "MQTT-1.5.4-2", "MQTT311-1.5.3-2")]
    public void A_topic_filter_must_not_have_U0000()
    {
        Refused.InBoth(version => Subscribe(1, "a\0", version: version), Malformed, "SUBSCRIBE: Topic Filter", "MQTT-1.5.4-2", "MQTT311-1.5.3-2");
        Refused.InBoth(version => Unsubscribe(1, version, "\0"), Malformed, "UNSUBSCRIBE: Topic Filter", "MQTT-1.5.4-2", "MQTT311-1.5.3-2");
    }

    [Fact]
    public void What_is_no_topic_filter_is_read_and_left_to_the_answer() =>
        Assert.Equal(
            "SUBSCRIBE 1 identifier=0 :AtMostOnce+SendAtSubscribe a#:AtMostOnce+SendAtSubscribe",
            PacketText.Read(Subscribe(1, V5, null, new RequestedSubscription("", Qos.AtMostOnce), new RequestedSubscription("a#", Qos.AtMostOnce)), V5));

    [Fact]
    public void A_subscription_identifier_is_from_1_to_268435455()
    {
        Assert.Contains("identifier=1 ", PacketText.Read(Subscribe(1, "a", identifier: 1), V5), StringComparison.Ordinal);
        Assert.Contains("identifier=268435455 ", PacketText.Read(Subscribe(1, "a", identifier: 268_435_455), V5), StringComparison.Ordinal);
        Refused.In(V5, Subscribe(1, "a", identifier: 0), ProtocolError, "SUBSCRIBE: SubscriptionIdentifier", "MQTT 5, 3.8.2.1.2");
        Refused.In(V5, Frame(0x82, [0, 1, 6, 0x0B, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0, 1, 0x61, 0]), Malformed, "SUBSCRIBE: SubscriptionIdentifier", "MQTT 5, 1.5.5");
        Refused.In(V5, Frame(0x82, [0, 1, 3, 0x0B, 0x81, 0x00, 0, 1, 0x61, 0]), Malformed, "SUBSCRIBE: SubscriptionIdentifier", "MQTT-1.5.5-1");
        Refused.In(V5, Frame(0x82, [0, 1, 4, 0x0B, 1, 0x0B, 2, 0, 1, 0x61, 0]), ProtocolError, "SUBSCRIBE: SubscriptionIdentifier", "MQTT 5, 2.2.2.2");
    }

    [Fact]
    public void A_property_of_another_packet_is_malformed()
    {
        for (byte id = 0; id < 128; id++)
        {
            if (id is not (0x0B or 0x26)) Refused.In(V5, Frame(0x82, [0, 1, 5, id, 0, 0, 0, 0, 0, 1, 0x61, 0]), Malformed, "SUBSCRIBE: ", "MQTT 5, 2.2.2.2");
            if (id is not 0x26) Refused.In(V5, Frame(0xA2, [0, 1, 5, id, 0, 0, 0, 0, 0, 1, 0x61]), Malformed, "UNSUBSCRIBE: ", "MQTT 5, 2.2.2.2");
        }
    }

    [Fact]
    public void The_last_filter_ends_with_the_packet()
    {
        Refused.InBoth(version => Frame(0x82, [0, 1, .. Properties(version), 0, 1, 0x61]), Malformed, "SUBSCRIBE: Subscription Options", "MQTT-4.13.1-1", "MQTT311-4.8.0-1");
        Refused.InBoth(version => Frame(0x82, [0, 1, .. Properties(version), 0, 1, 0x61, 0, 0]), Malformed, "SUBSCRIBE: Topic Filter", "MQTT-4.13.1-1", "MQTT311-4.8.0-1");
        Refused.InBoth(version => Frame(0xA2, [0, 1, .. Properties(version), 0, 2, 0x61]), Malformed, "UNSUBSCRIBE: Topic Filter", "MQTT-4.13.1-1", "MQTT311-4.8.0-1");
    }

    private static byte[] With(ProtocolVersion version, byte options) => Frame(0x82, [0, 1, .. Properties(version), 0, 1, 0x61, options]);

    private static byte[] Properties(ProtocolVersion version) => version == V5 ? [0] : [];
}
