using Sparkplug.Broker.Packets;
using static UnitTests.Broker.ClientPackets;

namespace UnitTests.Broker.Packets;

/// <summary>One wrong PUBLISH for each rule of its format.</summary>
public sealed class MalformedPublishTests
{
    private const ProtocolVersion V5 = ProtocolVersion.V5;
    private const ReasonCode Malformed = ReasonCode.MalformedPacket, ProtocolError = ReasonCode.ProtocolError;

    [Theory]
    [InlineData(0x36)]
    [InlineData(0x37)]
    [InlineData(0x3E)]
    [InlineData(0x3F)]
    [Spec("MQTT-3.3.1-4")]
    public void QoS_must_not_be_3(byte first) =>
        Refused.InBoth(_ => Frame(first, [0, 1, 0x61, 0, 1, 0]), Malformed, "PUBLISH: fixed header", "MQTT-3.3.1-4");

    [Theory]
    [InlineData(0x38)]
    [InlineData(0x39)]
    [Spec("MQTT-3.3.1-2")]
    public void DUP_must_be_0_at_QoS_0(byte first) =>
        Refused.InBoth(_ => Frame(first, [0, 1, 0x61, 0]), ProtocolError, "PUBLISH: fixed header", "MQTT-3.3.1-2");

    [Fact]
    [Spec("MQTT-2.2.1-3", "MQTT311-2.3.1-1")]
    public void The_packet_identifier_must_not_be_0()
    {
        foreach (var qos in (Qos[])[Qos.AtLeastOnce, Qos.ExactlyOnce])
            Refused.InBoth(version => Publish("a", "x", version, qos, packetId: 0), ProtocolError, "PUBLISH: Packet Identifier", "MQTT-2.2.1-3", "MQTT311-2.3.1-1");
    }

    [Theory]
    [InlineData("#")]
    [InlineData("+")]
    [InlineData("a/#")]
    [InlineData("a/+/b")]
    [InlineData("a#")]
    [InlineData("+a")]
    [InlineData("a very long name with more bytes than one vector register holds, and at the end +")]
    [Spec("MQTT-3.3.2-2", "MQTT-4.7.0-1")]
    public void The_topic_must_not_have_wildcards(string topic) =>
        Refused.InBoth(version => Publish(topic, "x", version), ReasonCode.TopicNameInvalid, "PUBLISH: Topic Name has a wildcard", "MQTT-3.3.2-2");

    [Fact]
    [Spec("MQTT-1.5.4-1", "MQTT311-1.5.3-1", "MQTT-3.3.2-1")]
    public void The_topic_must_be_well_formed_UTF8()
    {
        foreach (var bytes in (byte[][])[[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0x61, 0xC3]])
            Refused.InBoth(version => Frame(0x30, [.. Binary(bytes), .. version == V5 ? [0] : (byte[])[]]), Malformed, "PUBLISH: Topic Name", "MQTT-1.5.4-1", "MQTT311-1.5.3-1");
    }

    [Theory]
    [InlineData("\0")]
    [InlineData("a\0b")]
    [InlineData("+\0")]
    [Spec("MQTT-1.5.4-2", "MQTT311-1.5.3-2", "MQTT-4.7.3-2")]
    public void The_topic_must_not_have_U0000(string topic) =>
        Refused.InBoth(version => Publish(topic, "x", version), Malformed, "PUBLISH: Topic Name", "MQTT-1.5.4-2", "MQTT311-1.5.3-2");

    [Fact]
    [Spec("MQTT-4.7.3-1")]
    public void The_topic_must_not_be_empty_without_an_alias() =>
        Refused.InBoth(version => Publish("", "x", version), ProtocolError, "PUBLISH: Topic Name", "MQTT 5, 3.3.2.1", "MQTT311-4.7.3-1");

    [Fact]
    public void The_topic_must_not_have_more_than_128_levels()
    {
        Refused.InBoth(version => Publish(new string('/', 128), "x", version), ReasonCode.TopicNameInvalid, "PUBLISH: Topic Name", "a limit of this server");
        Refused.InBoth(version => Publish(string.Join('/', Enumerable.Repeat("ab", 129)), "x", version), ReasonCode.TopicNameInvalid, "PUBLISH: Topic Name", "a limit of this server");
    }

    [Fact]
    [Spec("MQTT-3.3.2-8")]
    public void The_topic_alias_must_not_be_0() =>
        Refused.In(V5, Publish("a", "x", topicAlias: 0), ReasonCode.TopicAliasInvalid, "PUBLISH: TopicAlias", "MQTT-3.3.2-8");

    [Theory]
    [InlineData("0B 01")]
    [InlineData("0B FFFFFF7F")]
    [Spec("MQTT-3.3.4-6")]
    public void A_client_sends_no_subscription_identifier(string property) =>
        Refused.In(V5, Publish("a", "x", properties: GoldenPackets.Parse(property)), ProtocolError, "PUBLISH: SubscriptionIdentifier", "MQTT-3.3.4-6");

    [Theory]
    [InlineData("#")]
    [InlineData("a/+")]
    [Spec("MQTT-3.3.2-14")]
    public void The_response_topic_must_not_have_wildcards(string topic) =>
        Refused.In(V5, Publish("a", "x", properties: Property(8, topic)), ReasonCode.TopicNameInvalid, "PUBLISH: ResponseTopic", "MQTT-3.3.2-14");

    [Fact]
    [Spec("MQTT-4.7.3-1")]
    public void The_response_topic_must_not_be_empty() =>
        Refused.In(V5, Publish("a", "x", properties: Property(8, "")), ProtocolError, "PUBLISH: ResponseTopic", "MQTT-4.7.3-1");

    [Theory]
    [InlineData("08 0001 FF", "ResponseTopic")]
    [InlineData("03 0002 C080", "ContentType")]
    [InlineData("26 0001 FF 0000", "UserProperty")]
    [InlineData("26 0000 0001 80", "UserProperty's value")]
    [Spec("MQTT-3.3.2-13", "MQTT-3.3.2-19", "MQTT-1.5.7-1")]
    public void The_strings_of_properties_must_be_well_formed_UTF8(string property, string field) =>
        Refused.In(V5, Publish("a", "x", properties: GoldenPackets.Parse(property)), Malformed, $"PUBLISH: {field}", "MQTT-1.5.4-1");

    [Theory]
    [InlineData("02")]
    [InlineData("FF")]
    public void The_payload_format_indicator_is_0_or_1(string value) =>
        Refused.In(V5, Publish("a", "x", properties: GoldenPackets.Parse("01" + value)), ProtocolError, "PUBLISH: PayloadFormatIndicator", "MQTT 5, 3.3.2.3.2");

    [Theory]
    [InlineData("01 01")]
    [InlineData("02 00000001")]
    [InlineData("03 0000")]
    [InlineData("08 0001 61")]
    [InlineData("09 0000")]
    [InlineData("23 0001")]
    public void A_property_comes_once(string property)
    {
        var bytes = GoldenPackets.Parse(property);
        Assert.StartsWith("PUBLISH", PacketText.Read(Publish("a", "x", properties: bytes), V5), StringComparison.Ordinal);
        Refused.In(V5, Publish("a", "x", properties: [.. bytes, .. UserProperty("", ""), .. bytes]), ProtocolError, "PUBLISH: ", "MQTT 5, 2.2.2.2");
    }

    [Fact]
    public void A_property_of_another_packet_is_malformed()
    {
        byte[] known = [0x01, 0x02, 0x03, 0x08, 0x09, 0x0B, 0x23, 0x26];
        for (byte id = 0; id < 128; id++)
            if (!known.Contains(id)) Refused.In(V5, Publish("a", "x", properties: [id, 0, 0, 0, 0]), Malformed, "PUBLISH: ", "MQTT 5, 2.2.2.2");
    }

    [Fact]
    public void Properties_end_with_their_length()
    {
        Refused.In(V5, Frame(0x30, [0, 1, 0x61, 5, 2, 0, 0]), Malformed, "PUBLISH: Properties", "MQTT-4.13.1-1");
        Refused.In(V5, Frame(0x30, [0, 1, 0x61, 3, 2, 0, 0, 0, 1]), Malformed, "PUBLISH: MessageExpiryInterval", "MQTT-4.13.1-1");
        Refused.In(V5, Frame(0x30, [0, 1, 0x61, 0x80, 0]), Malformed, "PUBLISH: Property Length", "MQTT-1.5.5-1");
        Refused.In(V5, Frame(0x30, [0, 1, 0x61]), Malformed, "PUBLISH: Property Length", "MQTT-4.13.1-1");
    }

    [Fact]
    public void A_topic_ends_within_the_packet()
    {
        Refused.InBoth(_ => Frame(0x30, []), Malformed, "PUBLISH: Topic Name", "MQTT-4.13.1-1", "MQTT311-4.8.0-1");
        Refused.InBoth(_ => Frame(0x30, [0]), Malformed, "PUBLISH: Topic Name", "MQTT-4.13.1-1", "MQTT311-4.8.0-1");
        Refused.InBoth(_ => Frame(0x30, [0, 5, 0x61]), Malformed, "PUBLISH: Topic Name", "MQTT-4.13.1-1", "MQTT311-4.8.0-1");
        Refused.InBoth(_ => Frame(0x32, [0, 1, 0x61, 0]), Malformed, "PUBLISH: Packet Identifier", "MQTT-4.13.1-1", "MQTT311-4.8.0-1");
    }

    [Fact]
    public void Properties_are_bounded_in_number()
    {
        byte[] many = [.. Enumerable.Repeat(UserProperty("", ""), PropertyReader.MaximumCount + 1).SelectMany(bytes => bytes)];
        Refused.In(V5, Publish("a", "x", properties: many), ReasonCode.QuotaExceeded, "PUBLISH: Properties", "a limit of this server");
    }
}
