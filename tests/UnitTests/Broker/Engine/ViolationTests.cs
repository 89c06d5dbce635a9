using Sparkplug.Broker.Packets;

namespace UnitTests.Broker.Engine;

/// <summary>Whoever breaks the protocol is told why (5.0) or closed (3.1.1), and nobody else notices.</summary>
public sealed class ViolationTests : IDisposable
{
    private readonly EngineHarness _broker = new();
    private readonly TestClient _other;

    public ViolationTests() => _other = _broker.Connect("other").Subscribe("#");

    public void Dispose()
    {
        _other.Send(ClientPackets.Pingreq()).TakeOne(PacketType.Pingresp); // in every test
        _broker.Dispose();
    }

    /// <summary>What is sent after CONNECT, as hexadecimal; both versions frame these in the same way.</summary>
    public static TheoryData<string, string, byte> Violations => new()
    {
        { "a second CONNECT", Convert.ToHexString(ClientPackets.Connect("x")), (byte)ReasonCode.ProtocolError },
        { "packet type 0", "0000", (byte)ReasonCode.MalformedPacket },
        { "CONNACK from a client", "20020000", (byte)ReasonCode.ProtocolError },
        { "SUBACK from a client", "9003000100", (byte)ReasonCode.ProtocolError },
        { "UNSUBACK from a client", "B0020001", (byte)ReasonCode.ProtocolError },
        { "PINGRESP from a client", "D000", (byte)ReasonCode.ProtocolError },
        { "a Remaining Length of five bytes", "C08080808001", (byte)ReasonCode.MalformedPacket },
        { "PINGREQ with flags", "C100", (byte)ReasonCode.MalformedPacket },
        { "PINGREQ with a body", "C00100", (byte)ReasonCode.MalformedPacket },
        { "DISCONNECT with flags", "E100", (byte)ReasonCode.MalformedPacket },
        { "PUBACK with flags", "41020001", (byte)ReasonCode.MalformedPacket },
        { "PUBREL with wrong flags", "60020001", (byte)ReasonCode.MalformedPacket },
        { "SUBSCRIBE with wrong flags", "80050001000000", (byte)ReasonCode.MalformedPacket },
        { "UNSUBSCRIBE with wrong flags", "A00400010000", (byte)ReasonCode.MalformedPacket },
        { "PUBLISH with QoS 3", "3606000174000100", (byte)ReasonCode.MalformedPacket },
        { "PUBLISH QoS 0 with DUP", "380400017400", (byte)ReasonCode.ProtocolError },
        { "PUBLISH with packet identifier 0", "3206000174000000", (byte)ReasonCode.ProtocolError },
        { "PUBLISH with # in its topic", "300400012300", (byte)ReasonCode.TopicNameInvalid },
        { "PUBLISH with + in its topic", "300600032B2F7400", (byte)ReasonCode.TopicNameInvalid },
        { "PUBLISH with U+0000 in its topic", "300500020074" + "00", (byte)ReasonCode.MalformedPacket },
        { "PUBLISH with a surrogate in its topic", "30060003EDA08000", (byte)ReasonCode.MalformedPacket },
        { "PUBLISH with an overlong character", "30050002C0AF00", (byte)ReasonCode.MalformedPacket },
        { "PUBLISH whose topic is cut off", "3003000574", (byte)ReasonCode.MalformedPacket },
        { "PUBACK with packet identifier 0", "40020000", (byte)ReasonCode.ProtocolError },
        { "PUBACK that is cut off", "400100", (byte)ReasonCode.MalformedPacket },
    };

    [Theory, MemberData(nameof(Violations))]
    [Spec("MQTT-4.13.1-1", "MQTT-3.1.0-2", "MQTT-2.1.3-1", "MQTT-1.5.4-1", "MQTT-1.5.4-2", "MQTT-3.3.1-4", "MQTT-3.3.2-2", "MQTT-4.7.0-1", "MQTT-4.7.3-2")]
    [Spec("MQTT-3.6.1-1", "MQTT-3.8.1-1", "MQTT-3.10.1-1", "MQTT-3.14.1-1", "MQTT-3.14.2-1", "MQTT-3.14.4-1", "MQTT-3.14.4-2", "MQTT-4.13.2-1")]
    public void Ends_the_connection_in_both_versions(string what, string hex, byte reason)
    {
        foreach (var version in (ProtocolVersion[])[ProtocolVersion.V5, ProtocolVersion.V311])
        {
            var client = _broker.Connect("c", version);
            client.Send([.. Convert.FromHexString(hex), .. ClientPackets.Publish("t", "after", version)]);
            Assert.True(client.IsClosed, what);
            client.WasEnded((ReasonCode)reason);
            client.Send(ClientPackets.Publish("t", "after", version)).TakeNothing();
        }

        _other.TakeNothing();
    }

    /// <summary>What only 5.0 has.</summary>
    public static TheoryData<string, string, byte> ViolationsOfVersion5 => new()
    {
        { "a Remaining Length longer than it need be", "C08000", (byte)ReasonCode.MalformedPacket },
        { "PUBLISH with an unknown property", "300600017402" + "7F00", (byte)ReasonCode.MalformedPacket },
        { "PUBLISH with a property twice", "300800017404" + "01000100", (byte)ReasonCode.ProtocolError },
        { "PUBLISH with a subscription identifier", "300600017402" + "0B01", (byte)ReasonCode.ProtocolError },
        { "PUBLISH with wildcards in its response topic", "300800017404" + "08000123", (byte)ReasonCode.TopicNameInvalid },
        { "PUBLISH with a payload format of 2", "300600017402" + "0102", (byte)ReasonCode.ProtocolError },
        { "PUBLISH without topic and alias", "3003000000", (byte)ReasonCode.ProtocolError },
        { "PUBACK with a reason code of another packet", "4003000192", (byte)ReasonCode.ProtocolError },
        { "SUBSCRIBE without filters", "8203000100", (byte)ReasonCode.ProtocolError },
        { "SUBSCRIBE with reserved options", "820700010000017440", (byte)ReasonCode.MalformedPacket },
        { "SUBSCRIBE with retain handling 3", "820700010000017430", (byte)ReasonCode.ProtocolError },
        { "SUBSCRIBE with subscription identifier 0", "8209000102" + "0B00" + "00017400", (byte)ReasonCode.ProtocolError },
        { "UNSUBSCRIBE without filters", "A203000100", (byte)ReasonCode.ProtocolError },
        { "DISCONNECT with a reason of a server", "E0018B", (byte)ReasonCode.ProtocolError },
        { "AUTH with flags", "F100", (byte)ReasonCode.MalformedPacket },
        { "AUTH without a method", "F000", (byte)ReasonCode.ProtocolError },
    };

    [Theory, MemberData(nameof(ViolationsOfVersion5))]
    [Spec("MQTT-4.13.1-1", "MQTT-1.5.5-1", "MQTT-3.3.4-6", "MQTT-3.3.2-14", "MQTT-3.8.3-5", "MQTT-3.15.1-1", "MQTT-3.14.2-1")]
    public void Ends_the_connection_in_5_0(string what, string hex, byte reason)
    {
        var client = _broker.Connect("c").Send(Convert.FromHexString(hex));
        Assert.True(client.IsClosed, what);
        client.WasEnded((ReasonCode)reason);
        _other.TakeNothing();
    }

    [Theory]
    [InlineData("82020001")]
    [InlineData("A2020001")]
    [InlineData("820600010001" + "7403")]
    [InlineData("820600010001" + "7404")]
    [Spec("MQTT311-3.8.3-4", "MQTT311-4.8.0-1")]
    public void Ends_the_connection_in_3_1_1(string hex) =>
        _broker.Connect("c", ProtocolVersion.V311).Send(Convert.FromHexString(hex)).WasEnded(ReasonCode.MalformedPacket);

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-3.1.0-1", "MQTT-3.2.0-1", "MQTT-3.14.0-1")]
    public void Whatever_is_not_CONNECT_at_first_closes_the_connection_without_a_word(byte version)
    {
        byte[][] packets =
        [
            ClientPackets.Publish("t", "x", (ProtocolVersion)version), ClientPackets.Pingreq(), ClientPackets.Subscribe(1, "#", version: (ProtocolVersion)version),
            ClientPackets.Disconnect((ProtocolVersion)version), ClientPackets.Auth(ReasonCode.Success, "x"), [0, 0], "GET / HTTP/1.1\r\n\r\n"u8.ToArray(),
            [0x16, 3, 1, 2, 0],
        ];
        foreach (var packet in packets)
        {
            var client = _broker.Open((ProtocolVersion)version).Send(packet);
            Assert.True(client.IsClosed);
            client.TakeNothing();
        }
    }

    [Theory]
    [InlineData("100C00044D51545403020000" + "0000", 1, true)] // level 3
    [InlineData("100C00044D51545406020000" + "0000", 1, true)] // level 6
    [InlineData("100E00064D514973647003020000" + "0000", 1, true)] // MQTT 3.1
    [InlineData("100C00044D51545404030000" + "0000", 0, true)] // the reserved flag
    [InlineData("100C00044D51545404820000" + "0000", 0, true)] // a user name that is not there
    [InlineData("110C00044D51545404020000" + "0000", 0, true)] // flags
    [Spec("MQTT-3.1.2-1", "MQTT-3.1.2-2", "MQTT-3.1.2-3", "MQTT-3.1.4-1")]
    [Spec("MQTT311-3.1.2-2", "MQTT311-3.1.4-1", "MQTT311-3.2.2-6")]
    public void A_CONNECT_that_is_wrong_closes_the_connection_and_only_the_version_is_told(string hex, int returnCode, bool isClosed)
    {
        var client = _broker.Open(ProtocolVersion.V311).Send(Convert.FromHexString(hex));
        Assert.Equal(isClosed, client.IsClosed);
        var packets = client.Take();
        Assert.Equal(returnCode == 0 ? [] : [(byte)returnCode], packets.Select(packet => (byte)packet.Reason));
    }

    [Fact]
    [Spec("MQTT-3.1.4-1", "MQTT-3.2.2-8")]
    public void A_wrong_CONNECT_of_5_0_gets_a_CONNACK_with_the_reason()
    {
        byte[] twice = [.. ClientPackets.Property(0x11, 1u), .. ClientPackets.Property(0x11, 1u)];
        var client = _broker.Open().Send(ClientPackets.Connect("c", moreProperties: twice));
        Assert.Equal(ReasonCode.ProtocolError, client.TakeOne(PacketType.Connack).Reason);
        Assert.True(client.IsClosed);
        client = _broker.Open().Send([0x10, 0x8D, 0x00, .. ClientPackets.Connect("")[2..]]); // a length longer than it need be
        Assert.Equal(ReasonCode.MalformedPacket, client.TakeOne(PacketType.Connack).Reason);
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-4.2.0-1", "MQTT-6.0.0-2")]
    public void Packets_may_come_cut_anywhere(byte version)
    {
        var v = (ProtocolVersion)version;
        byte[] stream =
        [
            .. ClientPackets.Connect("c", v), .. ClientPackets.Subscribe(1, "t", Qos.AtLeastOnce, v), .. ClientPackets.Publish("t", new byte[200], v, Qos.AtLeastOnce, 1),
            .. ClientPackets.Pingreq(),
        ];
        for (var cut = 1; cut < stream.Length; cut++)
        {
            var client = _broker.Open(v);
            client.Send(stream[..cut]).Send(stream[cut..]);
            Assert.Equal([PacketType.Connack, PacketType.Suback, PacketType.Publish, PacketType.Puback, PacketType.Pingresp], client.Take().Select(packet => packet.Type));
            client.Vanish();
        }

        _other.Take();
    }
}
