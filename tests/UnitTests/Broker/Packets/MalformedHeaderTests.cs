using Sparkplug.Broker.Packets;
using static UnitTests.Broker.ClientPackets;

namespace UnitTests.Broker.Packets;

/// <summary>Every first byte, and every Remaining Length that is none.</summary>
public sealed class MalformedHeaderTests
{
    private const ProtocolVersion V311 = ProtocolVersion.V311, V5 = ProtocolVersion.V5;

    /// <summary>The one allowed value of the flags of each type that a client may send (MQTT 5, 2.1.3), but PUBLISH.</summary>
    private static readonly Dictionary<PacketType, int> Flags = new()
    {
        [PacketType.Connect] = 0, [PacketType.Puback] = 0, [PacketType.Pubrec] = 0, [PacketType.Pubrel] = 2, [PacketType.Pubcomp] = 0,
        [PacketType.Subscribe] = 2, [PacketType.Unsubscribe] = 2, [PacketType.Pingreq] = 0, [PacketType.Disconnect] = 0, [PacketType.Auth] = 0,
    };

    [Fact]
    [Spec("MQTT-2.1.3-1", "MQTT311-2.2.2-1", "MQTT311-2.2.2-2", "MQTT-3.6.1-1", "MQTT-3.8.1-1", "MQTT-3.10.1-1", "MQTT-3.14.1-1", "MQTT-3.15.1-1")]
    public void Reserved_flags_must_have_their_values()
    {
        foreach (var (type, allowed) in Flags)
        {
            for (var flags = 0; flags < 16; flags++)
            {
                var first = (byte)(((int)type << 4) | flags);
                if (flags == allowed)
                {
                    PacketReader.CheckHeader(first, 2, 10, V5);
                    continue;
                }
                var what = $"{type.ToString().ToUpperInvariant()}: fixed header";
                Refused.In(V5, [first, 0], ReasonCode.MalformedPacket, what, "MQTT-2.1.3-1");
                if (type != PacketType.Auth) Refused.In(V311, [first, 0], ReasonCode.MalformedPacket, what, "MQTT311-2.2.2-2");
            }
        }
    }

    [Fact]
    public void The_flags_of_a_PUBLISH_have_meanings()
    {
        for (var flags = 0; flags < 16; flags++)
            PacketReader.CheckHeader((byte)(0x30 | flags), 2, 10, V5);
    }

    [Fact]
    public void A_client_sends_no_packet_of_a_server()
    {
        foreach (var type in (PacketType[])[PacketType.Connack, PacketType.Suback, PacketType.Unsuback, PacketType.Pingresp])
            Refused.InBoth(_ => [(byte)((int)type << 4), 0], ReasonCode.ProtocolError, $"{type.ToString().ToUpperInvariant()}: packet", "MQTT 5, 2.1.2; MQTT 3.1.1, 2.2.1");
    }

    [Fact]
    public void A_reserved_packet_type_is_malformed()
    {
        Refused.InBoth(_ => [0x00, 0], ReasonCode.MalformedPacket, "Fixed header: packet type 0", "MQTT 5, 2.1.2; MQTT 3.1.1, 2.2.1");
        Refused.In(V311, [0xF0, 0], ReasonCode.MalformedPacket, "Fixed header: packet type 15", "MQTT 5, 2.1.2; MQTT 3.1.1, 2.2.1");
    }

    [Theory]
    [InlineData("30 FF FF FF FF")]
    [InlineData("30 80 80 80 80")]
    [InlineData("30 FF FF FF FF 7F")]
    public void A_remaining_length_of_five_bytes_is_malformed_as_soon_as_it_shows(string hex) =>
        Refused.InBoth(_ => GoldenPackets.Parse(hex), ReasonCode.MalformedPacket, "Fixed header: Remaining Length", "MQTT 5, 1.5.5; MQTT 3.1.1, 2.2.3");

    [Theory]
    [InlineData("C0 80 00")]
    [InlineData("C0 80 80 00")]
    [InlineData("C0 80 80 80 00")]
    [InlineData("40 82 00 0001")]
    [Spec("MQTT-1.5.5-1")]
    public void A_remaining_length_that_is_longer_than_need_be_is_malformed_in_5(string hex)
    {
        Refused.In(V5, GoldenPackets.Parse(hex), ReasonCode.MalformedPacket, "Fixed header: Remaining Length", "MQTT-1.5.5-1");
        Assert.DoesNotContain("incomplete", PacketText.Read(GoldenPackets.Parse(hex), V311), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_stands_behind_the_last_field()
    {
        foreach (var golden in GoldenPackets.Client.Values)
        {
            var type = PacketReader.TypeOf(golden.Bytes[0]);
            if (type == PacketType.Publish) continue; // its payload goes to the end
            byte[] longer = Frame(golden.Bytes[0], [.. golden.Bytes[2..], 0x00]);
            var violation = Record.Exception(() => PacketText.Read(longer, golden.Version)) as MqttViolation;
            if (violation is null) Assert.True(MayEndWithZero(type, golden), $"{golden.Hex} with another byte is read");
        }
    }

    [Fact]
    [Spec("MQTT-4.13.1-1", "MQTT311-4.8.0-1")]
    public void A_packet_that_ends_too_late_is_malformed()
    {
        Refused.InBoth(_ => [0xC0, 1, 0], ReasonCode.MalformedPacket, "PINGREQ: end", "MQTT-4.13.1-1", "MQTT311-4.8.0-1");
        Refused.InBoth(version => [.. Grown(Connect("a", version)), 0], ReasonCode.MalformedPacket, "CONNECT: end", "MQTT-4.13.1-1", "MQTT311-4.8.0-1");
        Refused.In(V311, [0xE0, 1, 0], ReasonCode.MalformedPacket, "DISCONNECT: end", "MQTT311-4.8.0-1");
        Refused.In(V5, [0xE0, 3, 0, 0, 0], ReasonCode.MalformedPacket, "DISCONNECT: end", "MQTT-4.13.1-1");
        Refused.In(V5, GoldenPackets.Parse("F0 07 18 04 15 0001 6D 00"), ReasonCode.MalformedPacket, "AUTH: end", "MQTT-4.13.1-1");
        foreach (var first in (byte[])[0x40, 0x50, 0x62, 0x70])
        {
            var name = PacketReader.TypeOf(first).ToString().ToUpperInvariant();
            Refused.In(V311, [first, 3, 0, 1, 0], ReasonCode.MalformedPacket, $"{name}: end", "MQTT311-4.8.0-1");
            Refused.In(V5, [first, 5, 0, 1, 0, 0, 0], ReasonCode.MalformedPacket, $"{name}: end", "MQTT-4.13.1-1");
        }
    }

    /// <summary>Where a further 0 is a field that the packet had left out: a Reason Code or a Property Length.</summary>
    private static bool MayEndWithZero(PacketType type, GoldenPackets.FromClient golden) => golden.Version == V5 && (type, golden.Bytes[1]) is
        (PacketType.Puback or PacketType.Pubrec or PacketType.Pubrel or PacketType.Pubcomp, < 4) or (PacketType.Disconnect, < 2);

    private static byte[] Grown(byte[] packet) => [packet[0], (byte)(packet[1] + 1), .. packet[2..]];
}
