using Sparkplug.Broker.Packets;
using static UnitTests.Broker.ClientPackets;

namespace UnitTests.Broker.Packets;

/// <summary>One wrong acknowledgement, DISCONNECT or AUTH for each rule of their formats.</summary>
public sealed class MalformedAckTests
{
    private const ProtocolVersion V5 = ProtocolVersion.V5;
    private const ReasonCode Malformed = ReasonCode.MalformedPacket, ProtocolError = ReasonCode.ProtocolError;

    private static readonly byte[] OfPublish = [0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99];

    private static readonly byte[] OfRelease = [0x00, 0x92];

    private static readonly byte[] OfClientsDisconnect = [0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99];

    [Theory]
    [InlineData(0x40, "PUBACK", "MQTT-3.4.2-1")]
    [InlineData(0x50, "PUBREC", "MQTT-3.5.2-1")]
    [InlineData(0x62, "PUBREL", "MQTT-3.6.2-1")]
    [InlineData(0x70, "PUBCOMP", "MQTT-3.7.2-1")]
    [Spec("MQTT-3.4.2-1", "MQTT-3.5.2-1", "MQTT-3.6.2-1", "MQTT-3.7.2-1")]
    public void An_acknowledgement_has_one_of_its_own_reason_codes(byte first, string name, string clause)
    {
        for (var code = 0; code < 256; code++)
        {
            byte[] packet = [first, 3, 0, 1, (byte)code];
            if ((first < 0x60 ? OfPublish : OfRelease).Contains((byte)code))
                Assert.Equal($"{name} 1 {(ReasonCode)code}", PacketText.Read(packet, V5));
            else
                Refused.In(V5, packet, ProtocolError, $"{name}: Reason Code", clause);
        }
    }

    [Fact]
    [Spec("MQTT-3.14.2-1")]
    public void A_DISCONNECT_has_a_reason_code_that_a_client_may_send()
    {
        for (var code = 0; code < 256; code++)
        {
            byte[] packet = [0xE0, 1, (byte)code];
            if (OfClientsDisconnect.Contains((byte)code))
                Assert.Equal($"DISCONNECT {(ReasonCode)code} expiry=-", PacketText.Read(packet, V5));
            else
                Refused.In(V5, packet, ProtocolError, "DISCONNECT: Disconnect Reason Code", "MQTT-3.14.2-1");
        }
    }

    [Fact]
    [Spec("MQTT-3.15.2-1")]
    public void An_AUTH_has_one_of_its_own_reason_codes()
    {
        for (var code = 0; code < 256; code++)
        {
            if (code is 0x00 or 0x18 or 0x19)
                Assert.Equal($"AUTH {(ReasonCode)code}", PacketText.Read(Auth((ReasonCode)code, "m"), V5));
            else
                Refused.In(V5, Auth((ReasonCode)code, "m"), ProtocolError, "AUTH: Authenticate Reason Code", "MQTT-3.15.2-1");
        }
    }

    [Fact]
    public void An_AUTH_names_its_method() =>
        Refused.In(V5, Auth(ReasonCode.ContinueAuthentication, null, [1]), ProtocolError, "AUTH: AuthenticationMethod", "MQTT 5, 3.15.2.2.2");

    [Fact]
    public void The_packet_identifier_must_not_be_0()
    {
        foreach (var type in (PacketType[])[PacketType.Puback, PacketType.Pubrec, PacketType.Pubrel, PacketType.Pubcomp])
            Refused.InBoth(version => Ack(type, 0, version: version), ProtocolError, $"{type.ToString().ToUpperInvariant()}: Packet Identifier", "MQTT-2.2.1-3", "MQTT311-2.3.1-1");
    }

    [Fact]
    public void An_acknowledgement_has_a_packet_identifier()
    {
        foreach (var first in (byte[])[0x40, 0x50, 0x62, 0x70])
        {
            Refused.InBoth(_ => [first, 0], Malformed, PacketReader.TypeOf(first).ToString().ToUpperInvariant(), "MQTT-4.13.1-1", "MQTT311-4.8.0-1");
            Refused.InBoth(_ => [first, 1, 0], Malformed, PacketReader.TypeOf(first).ToString().ToUpperInvariant(), "MQTT-4.13.1-1", "MQTT311-4.8.0-1");
        }
    }

    [Fact]
    public void A_property_of_another_packet_is_malformed()
    {
        for (byte id = 0; id < 128; id++)
        {
            byte[] properties = [5, id, 0, 0, 0, 0];
            foreach (var first in (byte[])[0x40, 0x50, 0x62, 0x70])
                if (id is not (0x1F or 0x26)) Refused.In(V5, Frame(first, [0, 1, 0, .. properties]), Malformed, "PUB", "MQTT 5, 2.2.2.2");
            if (id is not (0x11 or 0x1F or 0x26)) Refused.In(V5, Frame(0xE0, [0, .. properties]), Malformed, "DISCONNECT: ", "MQTT 5, 2.2.2.2");
            if (id is not (0x15 or 0x16 or 0x1F or 0x26)) Refused.In(V5, Frame(0xF0, [0, .. properties]), Malformed, "AUTH: ", "MQTT 5, 2.2.2.2");
        }
    }

    [Theory]
    [InlineData("40", "0001 00", "1F 0001 61")]
    [InlineData("E0", "00", "1F 0001 61")]
    [InlineData("E0", "00", "11 00000001")]
    [InlineData("F0", "00", "15 0001 61")]
    [InlineData("F0", "00", "16 0001 61")]
    public void A_property_comes_once(string first, string head, string property)
    {
        var bytes = GoldenPackets.Parse(property);
        Refused.In(
            V5, Frame(GoldenPackets.Parse(first)[0], [.. GoldenPackets.Parse(head), .. Counted([.. bytes, .. bytes])]), ProtocolError, "", "MQTT 5, 2.2.2.2");
    }
}
