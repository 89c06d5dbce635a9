using System.Text;
using CsCheck;
using Sparkplug.Broker.Packets;
using UnitTests.Serial;

namespace UnitTests.Broker.Packets;

/// <summary>What holds for all packets, right and wrong ones.</summary>
public sealed class PacketPropertyTests
{
    private const ProtocolVersion V311 = ProtocolVersion.V311, V5 = ProtocolVersion.V5;

    private static readonly Gen<ProtocolVersion> Version = Gen.Bool.Select(isV5 => isV5 ? V5 : V311);

    private static readonly Gen<Qos> AnyQos = Gen.Int[0, 2].Select(qos => (Qos)qos);

    /// <summary>Well-formed, with characters of one to four bytes.</summary>
    private static readonly Gen<string> Text = Pick.Of("a", "/", "ß", "東", "\U0001F600", "$", " ", "spBv1.0").Array[0, 20].Select(string.Concat);

    private static readonly Gen<byte[]> Forwarded = Gen.OneOf(
        Text.Select(text => ClientPackets.UserProperty(text, text + "v")), Text.Select(text => ClientPackets.UserProperty("k", text)))
        .Array[0, 4].Select(parts => parts.SelectMany(part => part).ToArray())
        .Select(Gen.Int[0, 3], (users, more) => more == 0 ? users : [1, 1, .. ClientPackets.Property(9, new byte[more]), .. users, .. ClientPackets.Property(3, "t")]);

    [Fact]
    public void A_PUBLISH_that_is_read_and_written_says_the_same() =>
        Gen.Select(Gen.Select(Version, AnyQos, Gen.UShort[1, 65535]), Gen.Select(Text, Gen.Byte.Array[0, 300], Forwarded), Gen.Select(Gen.UShort, Gen.UInt.Nullable(), Gen.Bool))
            .Sample((head, content, more) =>
            {
                var ((version, qos, packetId), (topic, payload, properties), (alias, expiry, flag)) = (head, content, more);
                if (topic.Length == 0 && (alias == 0 || version == V311)) topic = "t";
                var dup = flag && qos > 0;
                var sent = ClientPackets.Publish(
                    topic, payload, version, qos, packetId, flag, dup, alias == 0 ? null : alias, expiry, properties);
                Assert.True(PacketReader.TryReadHeader(sent, out var first, out var headerLength, out var bodyLength));
                PacketReader.CheckHeader(first, headerLength, bodyLength, version);
                byte[]? scratch = null;
                var packet = PacketReader.ReadPublish(first, sent.AsSpan(headerLength, bodyLength), version, ref scratch);
                Assert.Equal(topic, Encoding.UTF8.GetString(packet.Topic));
                Assert.Equal(payload, packet.Payload);
                Assert.Equal((qos, dup, flag, qos == 0 ? 0 : packetId), (packet.Qos, packet.Dup, packet.Retain, packet.PacketId));
                Assert.Equal(version == V5 ? properties : [], packet.Properties);

                var output = new OutputBuffer();
                PacketWriter.WritePublish(
                    output, version, packet.Qos, packet.Dup, packet.Retain, packet.PacketId, packet.Topic, packet.TopicAlias, packet.MessageExpiryInterval,
                    packet.Properties, default, packet.Payload);
                Assert.Equal(sent, output.Written);
                Assert.Equal(topic, Assert.Single(ServerPacket.ReadAll(output.Written, version)).Topic);
                output.Clear();
            });

    [Fact]
    public void A_CONNECT_says_what_the_client_meant() =>
        Gen.Select(Version, Text, Text, Gen.Byte.Array[0, 40], Gen.Bool).Sample((version, id, topic, payload, flag) =>
        {
            if (topic.Length == 0) topic = "t";
            var will = new ConnectWill { Topic = Encoding.UTF8.GetBytes(topic), Payload = payload, Qos = Qos.AtLeastOnce, Retain = flag, DelayInterval = version == V5 ? 9u : 0 };
            var sent = ClientPackets.Connect(id, version, cleanStart: flag, keepAlive: 7, userName: topic, password: flag ? id : null, will: will, receiveMaximum: 3);
            PacketReader.TryReadHeader(sent, out _, out var headerLength, out _);
            var packet = PacketReader.ReadConnect(sent.AsSpan(headerLength));
            Assert.Equal((version, id, flag, 7, topic), (packet.Version, packet.ClientId, packet.CleanStart, packet.KeepAlive, packet.UserName));
            Assert.Equal(flag ? Encoding.UTF8.GetBytes(id) : null, packet.Password);
            Assert.Equal(will.Topic, packet.Will!.Topic);
            Assert.Equal(payload, packet.Will.Payload);
            Assert.Equal((flag, will.DelayInterval, version == V5 ? 3 : 65_535), (packet.Will.Retain, packet.Will.DelayInterval, packet.ReceiveMaximum));
        });

    [Fact]
    public void A_packet_cut_off_anywhere_is_read_or_a_violation()
    {
        foreach (var golden in GoldenPackets.Client.Values)
        {
            var bytes = golden.Bytes;
            for (var cut = 0; cut < bytes.Length; cut++)
            {
                Assert.Equal("incomplete", PacketText.Read(bytes.AsSpan(0, cut), golden.Version));
                if (cut < 2) continue;
                ReadOrViolation(ClientPackets.Frame(bytes[0], bytes[2..cut]), golden.Version);
            }
        }
    }

    [Fact]
    public void A_packet_with_any_one_bit_or_byte_changed_is_read_or_a_violation()
    {
        foreach (var golden in GoldenPackets.Client.Values)
        {
            for (var at = 0; at < golden.Bytes.Length; at++)
            {
                for (var value = 0; value < 256; value++)
                {
                    var changed = golden.Bytes;
                    changed[at] = (byte)value;
                    ReadOrViolation(changed, V311);
                    ReadOrViolation(changed, V5);
                }
            }
        }
    }

    [Fact]
    public void Any_bytes_are_read_or_a_violation() =>
        Gen.Select(Gen.Byte, Gen.Byte.Array[0, 60], Version).Sample((first, body, version) => ReadOrViolation(ClientPackets.Frame(first, body), version));

    [Fact]
    public void Two_packets_spliced_are_read_or_a_violation()
    {
        var all = GoldenPackets.Client.Values.Select(golden => golden.Bytes).ToArray();
        Gen.Select(Gen.Int[0, all.Length - 1], Gen.Int[0, all.Length - 1], Gen.Int[0, 110], Gen.Int[0, 110], Version).Sample((one, other, to, from, version) =>
            ReadOrViolation(ClientPackets.Frame(all[one][0], [.. all[one].Skip(2).Take(to), .. all[other].Skip(from)]), version));
    }

    /// <summary>Anything but a <see cref="MqttViolation"/> fails the test; what was read is read again, and says the same.</summary>
    private static void ReadOrViolation(byte[] packet, ProtocolVersion version)
    {
        try
        {
            Assert.Equal(PacketText.Read(packet, version), PacketText.Read(packet, version));
        }
        catch (MqttViolation violation)
        {
            Assert.True((byte)violation.Reason >= 0x80, violation.Message);
            Assert.Matches(@"^[A-Z][A-Za-z ]+: .+ \(.+\)$", violation.Message);
        }
    }
}
