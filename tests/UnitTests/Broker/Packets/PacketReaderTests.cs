using System.Text;
using Sparkplug.Broker.Packets;
using static UnitTests.Broker.ClientPackets;

namespace UnitTests.Broker.Packets;

public sealed class PacketReaderTests
{
    private const ProtocolVersion V311 = ProtocolVersion.V311, V5 = ProtocolVersion.V5;

    public static TheoryData<string> Golden => [.. GoldenPackets.Client.Keys];

    [Theory]
    [MemberData(nameof(Golden))]
    [Spec("MQTT-3.1.3-1", "MQTT-3.3.2-1", "MQTT-2.2.1-2")]
    public void A_packet_says_what_the_standard_draws(string name)
    {
        var golden = GoldenPackets.Client[name];
        Assert.Equal(golden.Text, PacketText.Read(golden.Bytes, golden.Version));
    }

    [Theory]
    [MemberData(nameof(Golden))]
    public void A_header_is_read_only_when_it_has_come_as_a_whole(string name)
    {
        var bytes = GoldenPackets.Client[name].Bytes;
        Assert.False(PacketReader.TryReadHeader([], out _, out _, out _));
        Assert.False(PacketReader.TryReadHeader(bytes.AsSpan(0, 1), out _, out _, out _));
        Assert.True(PacketReader.TryReadHeader(bytes.AsSpan(0, 2), out var first, out var headerLength, out var bodyLength));
        Assert.Equal((bytes[0], 2, bytes.Length - 2), (first, headerLength, bodyLength));
    }

    [Theory]
    [InlineData("30 7F", 2, 127)]
    [InlineData("30 80 01", 3, 128)]
    [InlineData("30 FF 7F", 3, 16_383)]
    [InlineData("30 80 80 01", 4, 16_384)]
    [InlineData("30 FF FF 7F", 4, 2_097_151)]
    [InlineData("30 80 80 80 01", 5, 2_097_152)]
    [InlineData("30 FF FF FF 7F", 5, 268_435_455)]
    public void A_remaining_length_has_up_to_four_bytes(string hex, int headerLength, int bodyLength)
    {
        var bytes = GoldenPackets.Parse(hex);
        for (var cut = 0; cut < bytes.Length; cut++)
            Assert.False(PacketReader.TryReadHeader(bytes.AsSpan(0, cut), out _, out _, out _));
        Assert.True(PacketReader.TryReadHeader(bytes, out var first, out var readHeader, out var readBody));
        Assert.Equal((0x30, headerLength, bodyLength), (first, readHeader, readBody));
        PacketReader.CheckHeader(first, readHeader, readBody, V5);
    }

    [Theory]
    [InlineData("0004 4D515454 04", 4)]
    [InlineData("0004 4D515454 05 02", 5)]
    [InlineData("0004 4D515454 03", 0)]
    [InlineData("0004 4D515454", 0)]
    [InlineData("0006 4D5149736470 04", 0)]
    public void The_version_of_a_CONNECT_is_known_before_it_is_read(string body, int version) =>
        Assert.Equal(version == 0 ? null : (ProtocolVersion)version, PacketReader.VersionOf(GoldenPackets.Parse(body)));

    [Fact]
    [Spec("MQTT-3.3.2-4", "MQTT-3.3.2-15", "MQTT-3.3.2-16", "MQTT-3.3.2-17", "MQTT-3.3.2-18", "MQTT-3.3.2-20")]
    public void Forwarded_properties_that_stand_together_are_not_copied()
    {
        byte[] properties = [1, 1, .. UserProperty("a", "1"), .. UserProperty("a", "2"), .. Property(9, new byte[] { 0xFF })];
        var packet = Publish("t", "x", topicAlias: 1, messageExpiryInterval: 5, properties: properties);
        byte[]? scratch = null;
        var publish = PacketReader.ReadPublish(packet[0], packet.AsSpan(2), V5, ref scratch);
        Assert.Equal(properties, publish.Properties);
        Assert.True(packet.AsSpan().Overlaps(publish.Properties));
        Assert.Null(scratch);
    }

    [Fact]
    [Spec("MQTT-3.3.2-17", "MQTT-3.3.2-18")]
    public void Forwarded_properties_that_stand_apart_are_brought_together_in_order()
    {
        byte[] properties =
        [
            .. UserProperty("a", "1"), .. Property(2, 7u), .. UserProperty("b", "2"), .. Property(3, "text"), .. Property(0x23, (ushort)9), .. UserProperty("c", "3"),
        ];
        var packet = Publish("t", "x", properties: properties);
        byte[]? scratch = null;
        for (var round = 0; round < 2; round++)
        {
            var before = scratch;
            var publish = PacketReader.ReadPublish(packet[0], packet.AsSpan(2), V5, ref scratch);
            Assert.Equal([.. UserProperty("a", "1"), .. UserProperty("b", "2"), .. Property(3, "text"), .. UserProperty("c", "3")], publish.Properties);
            Assert.Equal((7u, 9), (publish.MessageExpiryInterval!.Value, publish.TopicAlias));
            if (round == 1) Assert.Same(before, scratch);
        }
    }

    [Fact]
    [Spec("MQTT-1.5.4-3", "MQTT311-1.5.3-3")]
    public void A_byte_order_mark_stays_in_a_string()
    {
        const string Text = "\uFEFFa\uFEFF";
        Assert.Contains($"topic={Text} ", PacketText.Read(Publish(Text, "x"), V5), StringComparison.Ordinal);
        Assert.Contains($"id={Text} ", PacketText.Read(Connect(Text, V311), V311), StringComparison.Ordinal);
    }

    [Fact]
    [Spec("MQTT-4.7.3-3")]
    public void A_string_may_have_65535_bytes()
    {
        var text = new string('a', 65_535);
        var packet = Publish(text, "x");
        byte[]? scratch = null;
        Assert.Equal(Encoding.ASCII.GetBytes(text), PacketReader.ReadPublish(packet[0], packet.AsSpan(4), V5, ref scratch).Topic);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("/")]
    [InlineData("//")]
    [InlineData("$SYS/x")]
    [InlineData(" spaced name ")]
    [InlineData("Grüße/東京/\U0001F600")]
    [InlineData("\u0001\u007F\uFFFF")]
    [Spec("MQTT-1.5.4-1", "MQTT-4.7.3-4")]
    public void A_topic_name_may_have_any_character_but_wildcards_and_null(string topic) =>
        Assert.Contains($"topic={topic} ", PacketText.Read(Publish(topic, "x"), V5), StringComparison.Ordinal);

    [Fact]
    public void A_topic_name_may_have_128_levels()
    {
        var deepest = string.Join('/', Enumerable.Repeat("ab", 128));
        Assert.Contains("topic=ab/", PacketText.Read(Publish(deepest, "x"), V5), StringComparison.Ordinal);
        Assert.Contains("topic=////", PacketText.Read(Publish(new string('/', 127), "x"), V5), StringComparison.Ordinal);
    }

    [Fact]
    public void The_bytes_around_a_packet_do_not_matter()
    {
        foreach (var (name, golden) in GoldenPackets.Client)
        {
            foreach (var poison in (byte[])[0x00, 0xFF])
            {
                var around = Enumerable.Repeat(poison, golden.Bytes.Length + 64).ToArray();
                golden.Bytes.CopyTo(around, 32);
                Assert.Equal((name, golden.Text), (name, PacketText.Read(around.AsSpan(32, golden.Bytes.Length), golden.Version)));
            }
        }
    }
}
