using System.Text;
using Sparkplug.Broker.Packets;

namespace UnitTests.Broker.Packets;

public sealed class PacketWriterTests
{
    private const ProtocolVersion V311 = ProtocolVersion.V311, V5 = ProtocolVersion.V5;

    private static readonly byte[] Topic = Encoding.UTF8.GetBytes("a/b");

    /// <summary>What a server sends, drawn by hand: name, version, bytes, and the call that writes them.</summary>
    private static readonly Dictionary<string, (ProtocolVersion Version, string Hex, Action<OutputBuffer> Write)> Golden = new()
    {
        ["CONNACK 3.1.1"] = (V311, "20 02 00 00", output => PacketWriter.WriteConnack(output, new() { Reason = ReasonCode.Success }, V311)),
        ["CONNACK 3.1.1 resumed"] = (V311, "20 02 01 00", output => PacketWriter.WriteConnack(
            output, new() { Reason = ReasonCode.Success, SessionPresent = true, ReceiveMaximum = 10, ServerKeepAlive = 5 }, V311)),
        ["CONNACK 5"] = (V5, "20 03 00 00 00", output => PacketWriter.WriteConnack(output, new() { Reason = ReasonCode.Success }, V5)),
        ["CONNACK 5 with all"] = (V5, "20 2C 01 00 29 11 0000003C 21 000A 27 00010000 12 0003 696431 22 0005 1F 0001 72 13 001E 1A 0001 69 1C 0005 6F74686572",
            output => PacketWriter.WriteConnack(
                output,
                new()
                {
                    Reason = ReasonCode.Success, SessionPresent = true, SessionExpiryInterval = 60, ReceiveMaximum = 10, MaximumPacketSize = 65_536,
                    AssignedClientIdentifier = "id1", TopicAliasMaximum = 5, ReasonString = "r", ServerKeepAlive = 30, ResponseInformation = "i", ServerReference = "other",
                },
                V5)),
        ["PUBLISH 3.1.1 QoS 0"] = (V311, "30 07 0003 612F62 6869", output => Publish(output, V311, Qos.AtMostOnce, 0, "hi")),
        ["PUBLISH 3.1.1 says nothing of 5"] = (V311, "30 07 0003 612F62 6869", output => PacketWriter.WritePublish(
            output, V311, Qos.AtMostOnce, false, false, 0, Topic, 7, 60, [1, 1], [1, 2], "hi"u8)),
        ["PUBLISH 3.1.1 QoS 1"] = (V311, "3B 09 0003 612F62 0007 6869", output => PacketWriter.WritePublish(
            output, V311, Qos.AtLeastOnce, true, true, 7, Topic, 0, null, default, default, "hi"u8)),
        ["PUBLISH 5 QoS 0"] = (V5, "30 08 0003 612F62 00 6869", output => Publish(output, V5, Qos.AtMostOnce, 0, "hi")),
        ["PUBLISH 5 QoS 2"] = (V5, "34 08 0003 612F62 0100 00", output => Publish(output, V5, Qos.ExactlyOnce, 256, "")),
        ["PUBLISH 5 with an alias alone"] = (V5, "30 08 0000 03 23 0001 6869", output => PacketWriter.WritePublish(
            output, V5, Qos.AtMostOnce, false, false, 0, default, 1, null, default, default, "hi"u8)),
        ["PUBLISH 5 with all"] = (V5, "3D 19 0003 612F62 0007 0F 23 0005 02 0000003C 0B 01 0B 8001 01 01 6869",
            output => PacketWriter.WritePublish(output, V5, Qos.ExactlyOnce, true, true, 7, Topic, 5, 60, [1, 1], [1, 128], "hi"u8)),
        ["PUBACK 3.1.1"] = (V311, "40 02 0001", output => PacketWriter.WriteAck(output, PacketType.Puback, V311, 1)),
        ["PUBACK 3.1.1 cannot say why"] = (V311, "40 02 0001", output => PacketWriter.WriteAck(output, PacketType.Puback, V311, 1, ReasonCode.NotAuthorized, "no")),
        ["PUBACK 5"] = (V5, "40 02 0001", output => PacketWriter.WriteAck(output, PacketType.Puback, V5, 1)),
        ["PUBREC 5 with a reason"] = (V5, "50 03 0001 97", output => PacketWriter.WriteAck(output, PacketType.Pubrec, V5, 1, ReasonCode.QuotaExceeded)),
        ["PUBREL 5"] = (V5, "62 02 FFFF", output => PacketWriter.WriteAck(output, PacketType.Pubrel, V5, 65_535)),
        ["PUBCOMP 5 with a string"] = (V5, "70 09 0001 92 05 1F 0002 6E6F", output => PacketWriter.WriteAck(
            output, PacketType.Pubcomp, V5, 1, ReasonCode.PacketIdentifierNotFound, "no")),
        ["SUBACK 3.1.1"] = (V311, "90 06 000A 00 01 02 80", output => PacketWriter.WriteSuback(
            output, V311, 10, [ReasonCode.Success, ReasonCode.GrantedQos1, ReasonCode.GrantedQos2, ReasonCode.NotAuthorized])),
        ["SUBACK 5"] = (V5, "90 07 000A 00 00 01 02 87", output => PacketWriter.WriteSuback(
            output, V5, 10, [ReasonCode.Success, ReasonCode.GrantedQos1, ReasonCode.GrantedQos2, ReasonCode.NotAuthorized])),
        ["UNSUBACK 3.1.1"] = (V311, "B0 02 000A", output => PacketWriter.WriteUnsuback(output, V311, 10, [ReasonCode.Success])),
        ["UNSUBACK 5"] = (V5, "B0 05 000A 00 00 11", output => PacketWriter.WriteUnsuback(output, V5, 10, [ReasonCode.Success, ReasonCode.NoSubscriptionExisted])),
        ["PINGRESP"] = (V311, "D0 00", PacketWriter.WritePingresp),
        ["DISCONNECT 5"] = (V5, "E0 01 8B", output => PacketWriter.WriteDisconnect(output, ReasonCode.ServerShuttingDown)),
        ["DISCONNECT 5 with all"] = (V5, "E0 0B 9C 09 1F 0001 72 1C 0002 6F6B", output => PacketWriter.WriteDisconnect(output, ReasonCode.UseAnotherServer, "r", "ok")),
    };

    public static TheoryData<string> Names => [.. Golden.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    [Spec("MQTT-2.2.2-1", "MQTT-3.2.2-1", "MQTT-3.9.3-1", "MQTT-3.8.4-6", "MQTT-3.11.3-1", "MQTT-3.12.4-1")]
    public void A_packet_has_the_bytes_that_the_standard_draws(string name)
    {
        var (version, hex, write) = Golden[name];
        var output = new OutputBuffer();
        write(output);
        Assert.Equal(Convert.ToHexString(GoldenPackets.Parse(hex)), Convert.ToHexString(output.Written));
        Assert.Single(ServerPacket.ReadAll(output.Written, version));
    }

    [Fact]
    public void Packets_stand_one_after_the_other()
    {
        var output = new OutputBuffer();
        foreach (var (_, _, write) in Golden.Values.Where(row => row.Version == V5)) write(output);
        Assert.Equal(Golden.Values.Count(row => row.Version == V5), ServerPacket.ReadAll(output.Written).Count);
    }

    [Fact]
    [Spec("MQTT-3.2.2-6", "MQTT311-3.2.2-4")]
    public void A_refusal_never_says_session_present()
    {
        foreach (var version in (ProtocolVersion[])[V311, V5])
        {
            var output = new OutputBuffer();
            PacketWriter.WriteConnack(output, new() { Reason = ReasonCode.NotAuthorized, SessionPresent = true }, version);
            Assert.False(Assert.Single(ServerPacket.ReadAll(output.Written, version)).SessionPresent);
        }
    }

    [Theory]
    [InlineData(0x00, 0)]
    [InlineData(0x84, 1)]
    [InlineData(0x85, 2)]
    [InlineData(0x88, 3)]
    [InlineData(0x89, 3)]
    [InlineData(0x8B, 3)]
    [InlineData(0x97, 3)]
    [InlineData(0x9C, 3)]
    [InlineData(0x9D, 3)]
    [InlineData(0x9F, 3)]
    [InlineData(0x86, 4)]
    [InlineData(0x8C, 4)]
    [InlineData(0x87, 5)]
    [InlineData(0x8A, 5)]
    public void A_3_1_1_client_is_told_the_return_code_that_comes_nearest(byte reason, byte code)
    {
        var output = new OutputBuffer();
        PacketWriter.WriteConnack(output, new() { Reason = (ReasonCode)reason }, V311);
        Assert.Equal([0x20, 2, 0, code], output.Written.ToArray());
    }

    [Theory]
    [InlineData(0x80)]
    [InlineData(0x81)]
    [InlineData(0x82)]
    [InlineData(0x90)]
    [InlineData(0x95)]
    [InlineData(0x9B)]
    [Spec("MQTT311-3.2.2-6")]
    public void A_3_1_1_client_gets_no_CONNACK_where_no_return_code_applies(byte reason)
    {
        var output = new OutputBuffer();
        PacketWriter.WriteConnack(output, new() { Reason = (ReasonCode)reason }, V311);
        Assert.Equal(0, output.Length);
    }

    [Fact]
    public void Every_failed_subscription_is_0x80_in_3_1_1()
    {
        foreach (var reason in Enum.GetValues<ReasonCode>())
            Assert.Equal(reason <= ReasonCode.GrantedQos2 ? (byte)reason : (byte)0x80, reason.ToSubackCode());
    }

    [Fact]
    [Spec("MQTT-3.1.2-24", "MQTT-3.2.2-19", "MQTT-3.4.2-2", "MQTT-3.5.2-2", "MQTT-3.6.2-2", "MQTT-3.7.2-2", "MQTT-3.14.2-3")]
    public void A_reason_string_goes_only_where_it_fits()
    {
        var why = new string('y', 200);
        var writers = new List<Action<OutputBuffer, string?, uint?>>
        {
            (output, text, maximum) => PacketWriter.WriteConnack(output, new() { Reason = ReasonCode.ServerBusy, ReasonString = text }, V5, maximum),
            (output, text, maximum) => PacketWriter.WriteDisconnect(output, ReasonCode.ServerBusy, text, null, maximum),
        };
        foreach (var type in (PacketType[])[PacketType.Puback, PacketType.Pubrec, PacketType.Pubrel, PacketType.Pubcomp])
            writers.Add((output, text, maximum) => PacketWriter.WriteAck(output, type, V5, 1, ReasonCode.PacketIdentifierNotFound, text, maximum));
        foreach (var write in writers)
        {
            var full = Written(output => write(output, why, null));
            Assert.Equal(why, full.Properties.ReasonString);
            Assert.Equal(full.Bytes, Written(output => write(output, why, (uint)full.Bytes.Length)).Bytes);
            var cut = Written(output => write(output, why, (uint)full.Bytes.Length - 1));
            Assert.True(cut.Properties.IsEmpty);
            Assert.Equal(full.Reason, cut.Reason);
        }
    }

    [Fact]
    public void A_server_reference_outlives_the_reason_string()
    {
        var packet = Written(output => PacketWriter.WriteDisconnect(output, ReasonCode.UseAnotherServer, new string('y', 100), "other:1883", 40));
        Assert.Equal(("other:1883", null), (packet.Properties.ServerReference, packet.Properties.ReasonString));
        Assert.True(Written(output => PacketWriter.WriteDisconnect(output, ReasonCode.UseAnotherServer, null, "other:1883", 10)).Properties.IsEmpty);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(120)]
    [InlineData(121)]
    [InlineData(16_376)]
    [InlineData(16_377)]
    [InlineData(2_097_144)]
    [InlineData(2_097_145)]
    [Spec("MQTT-3.1.2-25")]
    public void The_size_of_a_PUBLISH_is_known_before_it_is_written(int payload)
    {
        var bytes = new byte[payload];
        foreach (var version in (ProtocolVersion[])[V311, V5])
        {
            foreach (var qos in Enum.GetValues<Qos>())
            {
                var output = new OutputBuffer();
                PacketWriter.WritePublish(output, version, qos, false, false, 1, Topic, 3, 4, [1, 1], [1, 200, 20_000, 3_000_000], bytes);
                Assert.Equal(output.Length, PacketWriter.PublishSize(version, qos, Topic, 3, 4, [1, 1], [1, 200, 20_000, 3_000_000], bytes));
                var read = Assert.Single(ServerPacket.ReadAll(output.Written, version));
                Assert.Equal((payload, qos, version == V5 ? 4 : 0), (read.Payload.Length, read.Qos, read.Properties.SubscriptionIdentifiers.Count));
                output.Clear();
            }
        }
    }

    [Fact]
    public void Reading_and_writing_a_PUBLISH_allocates_nothing()
    {
        var packet = ClientPackets.Publish(
            "spBv1.0/Plant/NDATA/Line1", new byte[256], messageExpiryInterval: 60, properties: [1, 0, .. ClientPackets.UserProperty("key", "value")]);
        Assert.True(PacketReader.TryReadHeader(packet, out var first, out var headerLength, out var bodyLength));
        var output = new OutputBuffer();
        output.Write([0]); // holds its block while packets come and go behind it
        byte[]? scratch = null;
        uint[] identifiers = [1, 2];

        void Forward(int rounds)
        {
            for (var i = 0; i < rounds; i++)
            {
                PacketReader.TryReadHeader(packet, out _, out _, out _);
                PacketReader.CheckHeader(first, headerLength, bodyLength, V5);
                var publish = PacketReader.ReadPublish(first, packet.AsSpan(headerLength, bodyLength), V5, ref scratch);
                PacketWriter.WritePublish(
                    output, V5, publish.Qos, publish.Dup, publish.Retain, publish.PacketId, publish.Topic, publish.TopicAlias, publish.MessageExpiryInterval,
                    publish.Properties, identifiers, publish.Payload);
                output.Consume(output.Length - 1);
                if (i % 8 == 7) output.Clear();
            }
        }

        Forward(1_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Forward(10_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Publish(OutputBuffer output, ProtocolVersion version, Qos qos, ushort packetId, string payload) =>
        PacketWriter.WritePublish(output, version, qos, false, false, packetId, Topic, 0, null, default, default, Encoding.UTF8.GetBytes(payload));

    private static ServerPacket Written(Action<OutputBuffer> write)
    {
        var output = new OutputBuffer();
        write(output);
        return Assert.Single(ServerPacket.ReadAll(output.Written));
    }
}
