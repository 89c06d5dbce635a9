using System.Text;
using Sparkplug.Broker.Packets;
using static UnitTests.Broker.ClientPackets;

namespace UnitTests.Broker.Packets;

/// <summary>One wrong CONNECT for each rule of its format.</summary>
public sealed class MalformedConnectTests
{
    private const ProtocolVersion V311 = ProtocolVersion.V311, V5 = ProtocolVersion.V5;
    private const ReasonCode Malformed = ReasonCode.MalformedPacket, ProtocolError = ReasonCode.ProtocolError;

    [Theory]
    [InlineData("MQIsdp", 3, "MQTT-3.1.2-1")]
    [InlineData("MQIsdp", 4, "MQTT-3.1.2-1")]
    [InlineData("mqtt", 4, "MQTT-3.1.2-1")]
    [InlineData("MQTT ", 5, "MQTT-3.1.2-1")]
    [InlineData("", 5, "MQTT-3.1.2-1")]
    [InlineData("MQTT", 0, "MQTT-3.1.2-2")]
    [InlineData("MQTT", 3, "MQTT-3.1.2-2")]
    [InlineData("MQTT", 6, "MQTT-3.1.2-2")]
    [InlineData("MQTT", 0x84, "MQTT-3.1.2-2")]
    [Spec("MQTT-3.1.2-1", "MQTT-3.1.2-2", "MQTT311-3.1.2-2")]
    public void Another_protocol_is_an_unsupported_version(string name, byte level, string clause) =>
        Refused.In(V311, Frame(0x10, [.. Text(name), level, 2, 0, 0, .. Text("a")]), ReasonCode.UnsupportedProtocolVersion, "CONNECT: Protocol", clause);

    [Fact]
    public void MQTT_3_1_is_named_in_the_refusal()
    {
        var packet = Frame(0x10, [.. Text("MQIsdp"), 3, 2, 0, 0, .. Text("a")]);
        Assert.Contains("MQTT 3.1 is not served", Assert.Throws<MqttViolation>(() => PacketText.Read(packet, V311)).Message, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("MQTT-3.1.2-3")]
    public void The_reserved_flag_must_be_0() => Refused.InBoth(version => With(version, flags: 0x03), Malformed, "CONNECT: Connect Flags", "MQTT-3.1.2-3");

    [Fact]
    [Spec("MQTT-3.1.2-11", "MQTT311-3.1.2-11", "MQTT311-3.1.2-13")]
    public void Will_QoS_without_a_Will_must_be_0()
    {
        foreach (var qos in (byte[])[0x08, 0x10])
            Refused.InBoth(version => With(version, (byte)(0x02 | qos)), Malformed, "CONNECT: Connect Flags", "MQTT-3.1.2-11", "MQTT311-3.1.2-13");
    }

    [Fact]
    [Spec("MQTT-3.1.2-13", "MQTT311-3.1.2-15", "MQTT311-3.1.2-11")]
    public void Will_Retain_without_a_Will_must_be_0() =>
        Refused.InBoth(version => With(version, 0x22), Malformed, "CONNECT: Connect Flags", "MQTT-3.1.2-13", "MQTT311-3.1.2-15");

    [Fact]
    [Spec("MQTT-3.1.2-12", "MQTT311-3.1.2-14")]
    public void Will_QoS_must_not_be_3()
    {
        foreach (var flags in (byte[])[0x1A, 0x1E])
            Refused.InBoth(version => With(version, flags), Malformed, "CONNECT: Connect Flags", "MQTT-3.1.2-12", "MQTT311-3.1.2-14");
    }

    [Fact]
    [Spec("MQTT311-3.1.2-22")]
    public void A_password_needs_a_user_name_in_3_1_1() =>
        Refused.In(V311, Connect("a", V311, password: "p"), Malformed, "CONNECT: Connect Flags", "MQTT311-3.1.2-22");

    [Fact]
    [Spec("MQTT-3.1.2-9", "MQTT-3.1.2-17", "MQTT-3.1.2-19", "MQTT-3.1.3-3", "MQTT311-3.1.2-19", "MQTT311-3.1.2-21")]
    public void What_the_flags_promise_must_be_there()
    {
        Missing("Client Identifier", 0x02);
        Missing("Will Topic", 0x06, Text("a"));
        Missing("Will Payload", 0x06, Text("a"), Text("w"));
        Missing("User Name", 0x82, Text("a"));
        Missing("Password", 0xC2, Text("a"), Text("u"));
        Refused.In(V5, Frame(0x10, [.. Text("MQTT"), 5, 0x06, 0, 0, 0, .. Text("a")]), Malformed, "CONNECT: Property Length", "MQTT-4.13.1-1");
    }

    [Fact]
    [Spec("MQTT-3.1.2-16", "MQTT-3.1.2-18", "MQTT311-3.1.2-18", "MQTT311-3.1.2-20")]
    public void What_the_flags_do_not_promise_must_not_be_there() =>
        Refused.InBoth(version => With(version, 0x02, Text("u")), Malformed, "CONNECT: end", "MQTT-4.13.1-1", "MQTT311-4.8.0-1");

    [Theory]
    [InlineData("C0 80")]           // overlong
    [InlineData("C1 BF")]
    [InlineData("E0 80 80")]
    [InlineData("F0 80 80 80")]
    [InlineData("ED A0 80")]        // surrogates
    [InlineData("ED BF BF")]
    [InlineData("ED A0 BD ED B8 80")]
    [InlineData("F4 90 80 80")]     // beyond U+10FFFF
    [InlineData("F5 80 80 80")]
    [InlineData("80")]              // a continuation of nothing
    [InlineData("C3")]              // cut off
    [InlineData("E2 82")]
    [InlineData("F0 9F 98")]
    [InlineData("FF")]
    [InlineData("61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 FE")]
    [Spec("MQTT-1.5.4-1", "MQTT311-1.5.3-1", "MQTT-3.1.3-4", "MQTT-3.1.3-11", "MQTT-3.1.3-12", "MQTT311-3.1.3-10", "MQTT311-3.1.3-11")]
    public void Ill_formed_UTF8_is_malformed(string hex)
    {
        var text = Binary(GoldenPackets.Parse(hex));
        Refused.InBoth(version => WithClientId(version, 0x02, text), Malformed, "CONNECT: Client Identifier", "MQTT-1.5.4-1", "MQTT311-1.5.3-1");
        Refused.InBoth(version => With(version, 0x06, Properties(version), text, Text("x")), Malformed, "CONNECT: Will Topic", "MQTT-1.5.4-1", "MQTT311-1.5.3-1");
        Refused.InBoth(version => With(version, 0x82, text), Malformed, "CONNECT: User Name", "MQTT-1.5.4-1", "MQTT311-1.5.3-1");
        Refused.In(V5, Connect(moreProperties: [0x15, .. text]), Malformed, "CONNECT: AuthenticationMethod", "MQTT-1.5.4-1");
    }

    [Fact]
    [Spec("MQTT-1.5.4-2", "MQTT311-1.5.3-2")]
    public void A_null_character_is_malformed()
    {
        Refused.InBoth(version => WithClientId(version, 0x02, Text("a\0")), Malformed, "CONNECT: Client Identifier", "MQTT-1.5.4-2", "MQTT311-1.5.3-2");
        Refused.InBoth(version => With(version, 0x06, Properties(version), Text("\0"), Text("x")), Malformed, "CONNECT: Will Topic", "MQTT-1.5.4-2", "MQTT311-1.5.3-2");
        Refused.InBoth(version => With(version, 0x82, Text("a\0b")), Malformed, "CONNECT: User Name", "MQTT-1.5.4-2", "MQTT311-1.5.3-2");
    }

    [Fact]
    public void A_password_and_a_will_payload_may_be_any_bytes() =>
        Assert.Contains("password=00FF", PacketText.Read(With(V5, 0x46, [0], Text("w"), Binary([0, 0xFF]), Binary([0, 0xFF])), V5), StringComparison.Ordinal);

    [Fact]
    [Spec("MQTT-4.7.3-1", "MQTT-4.7.0-1")]
    public void A_will_topic_is_a_topic_name()
    {
        Refused.InBoth(version => WithWill(version, ""), ReasonCode.TopicNameInvalid, "CONNECT: Will Topic", "MQTT-4.7.3-1");
        foreach (var topic in (string[])["#", "a/#", "+", "a/+/b", "a+"])
            Refused.InBoth(version => WithWill(version, topic), ReasonCode.TopicNameInvalid, "CONNECT: Will Topic", "MQTT 5, 3.1.3.3");
        Refused.InBoth(version => WithWill(version, new string('/', 128)), ReasonCode.TopicNameInvalid, "CONNECT: Will Topic", "a limit of this server");
    }

    [Theory]
    [InlineData("11 00000001")]
    [InlineData("21 0001")]
    [InlineData("27 00000001")]
    [InlineData("22 0001")]
    [InlineData("19 01")]
    [InlineData("17 01")]
    [InlineData("15 0001 6D")]
    [InlineData("16 0001 6D")]
    public void A_property_comes_once(string hex) =>
        Refused.In(V5, Connect(moreProperties: [.. GoldenPackets.Parse(hex), .. GoldenPackets.Parse(hex)]), ProtocolError, "CONNECT: ", "MQTT 5, 2.2.2.2");

    [Theory]
    [InlineData("18 00000001")]
    [InlineData("01 01")]
    [InlineData("02 00000001")]
    [InlineData("03 0001 63")]
    [InlineData("08 0001 72")]
    [InlineData("09 0001 72")]
    public void A_property_of_a_will_comes_once(string hex)
    {
        byte[] properties = [.. GoldenPackets.Parse(hex), .. GoldenPackets.Parse(hex)];
        Refused.In(V5, With(V5, 0x06, Counted(properties), Text("w"), Text("x")), ProtocolError, "CONNECT: ", "MQTT 5, 2.2.2.2");
    }

    [Theory]
    [InlineData("21 0000", "ReceiveMaximum", "MQTT 5, 3.1.2.11.3")]
    [InlineData("27 00000000", "MaximumPacketSize", "MQTT 5, 3.1.2.11.4")]
    [InlineData("19 02", "RequestResponseInformation", "MQTT 5, 3.1.2.11.6")]
    [InlineData("17 FF", "RequestProblemInformation", "MQTT 5, 3.1.2.11.7")]
    [InlineData("16 0001 61", "AuthenticationData", "MQTT 5, 3.1.2.11.10")]
    public void A_value_that_a_property_cannot_have_is_a_protocol_error(string hex, string field, string clause) =>
        Refused.In(V5, Connect(moreProperties: GoldenPackets.Parse(hex)), ProtocolError, $"CONNECT: {field}", clause);

    [Fact]
    public void A_property_of_another_packet_is_malformed()
    {
        byte[] allowed = [0x11, 0x15, 0x16, 0x17, 0x19, 0x21, 0x22, 0x26, 0x27];
        byte[] ofAWill = [0x01, 0x02, 0x03, 0x08, 0x09, 0x18, 0x26];
        for (byte id = 0; id < 128; id++)
        {
            if (!allowed.Contains(id)) Refused.In(V5, Connect(moreProperties: [id, 0, 0, 0, 0]), Malformed, "CONNECT: ", "MQTT 5, 2.2.2.2");
            if (!ofAWill.Contains(id)) Refused.In(V5, With(V5, 0x06, Counted([id, 0, 0, 0, 0]), Text("w"), Text("x")), Malformed, "CONNECT: ", "MQTT 5, 2.2.2.2");
        }
    }

    [Fact]
    [Spec("MQTT-1.5.5-1")]
    public void A_property_length_is_the_shortest_and_ends_within_the_packet()
    {
        byte[] Connect5(params byte[] rest) => Frame(0x10, [.. Text("MQTT"), 5, 2, 0, 0, .. rest]);
        Refused.In(V5, Connect5(0x80, 0x00, 0, 1, 0x61), Malformed, "CONNECT: Property Length", "MQTT-1.5.5-1");
        Refused.In(V5, Connect5(0xFF, 0xFF, 0xFF, 0xFF, 0x7F), Malformed, "CONNECT: Property Length", "MQTT 5, 1.5.5");
        Refused.In(V5, Connect5(0x7F, 0, 1, 0x61), Malformed, "CONNECT: Properties", "MQTT-4.13.1-1");
        Refused.In(V5, Connect5(2, 0x11, 0, 0, 1, 0x61), Malformed, "CONNECT: SessionExpiryInterval", "MQTT-4.13.1-1");
        Refused.In(V5, Connect5(3, 0x91, 0x00, 0, 0, 1, 0x61), Malformed, "CONNECT: Property Identifier", "MQTT-1.5.5-1");
    }

    [Fact]
    [Spec("MQTT-1.5.7-1")]
    public void Both_strings_of_a_user_property_are_checked()
    {
        Refused.In(V5, Connect(moreProperties: [0x26, 0, 1, 0xFF, 0, 1, 0x61]), Malformed, "CONNECT: UserProperty", "MQTT-1.5.4-1");
        Refused.In(V5, Connect(moreProperties: [0x26, 0, 1, 0x61, 0, 1, 0xFF]), Malformed, "CONNECT: UserProperty's value", "MQTT-1.5.4-1");
        Refused.In(V5, Connect(moreProperties: [0x26, 0, 1, 0x61, 0, 1, 0x00]), Malformed, "CONNECT: UserProperty's value", "MQTT-1.5.4-2");
    }

    [Fact]
    public void Properties_are_bounded_in_number()
    {
        var property = UserProperty("", "");
        byte[] Many(int count) => [.. Enumerable.Repeat(property, count).SelectMany(bytes => bytes)];
        Assert.StartsWith("CONNECT", PacketText.Read(Connect(moreProperties: Many(PropertyReader.MaximumCount)), V5), StringComparison.Ordinal);
        Refused.In(V5, Connect(moreProperties: Many(PropertyReader.MaximumCount + 1)), ReasonCode.QuotaExceeded, "CONNECT: Properties", "a limit of this server");
    }

    [Fact]
    public void A_violation_repeats_no_bytes_of_the_peer()
    {
        var secret = Binary([.. Encoding.ASCII.GetBytes("secret"), 0xFF]);
        var violation = Assert.Throws<MqttViolation>(() => PacketText.Read(With(V5, 0x82, secret), V5));
        Assert.DoesNotContain("secret", violation.Message, StringComparison.Ordinal);
    }

    private static void Missing(string field, byte flags, params byte[][] payload) =>
        Refused.In(V311, Frame(0x10, [.. Text("MQTT"), 4, flags, 0, 0, .. payload.SelectMany(part => part)]), Malformed, $"CONNECT: {field}", "MQTT311-4.8.0-1");

    private static byte[] With(ProtocolVersion version, byte flags, params byte[][] payload) => WithClientId(version, flags, Text("a"), payload);

    private static byte[] WithClientId(ProtocolVersion version, byte flags, byte[] clientId, params byte[][] payload) =>
        Frame(0x10, [.. Text("MQTT"), (byte)version, flags, 0, 0, .. Properties(version), .. clientId, .. payload.SelectMany(part => part)]);

    private static byte[] WithWill(ProtocolVersion version, string topic) => With(version, 0x06, Properties(version), Text(topic), Text("x"));

    /// <summary>No properties: a length of 0 in 5.0 (MQTT-2.2.2-1), nothing in 3.1.1.</summary>
    private static byte[] Properties(ProtocolVersion version) => version == V5 ? [0] : [];
}
