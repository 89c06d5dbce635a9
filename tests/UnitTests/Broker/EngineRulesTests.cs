using MQTTnet.Exceptions;
using Sparkplug.Broker.Engine;

namespace UnitTests.Broker;

public sealed class EngineRulesTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("/", true)]
    [InlineData("a//b c", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("a/+", false)]
    [InlineData("#", false)]
    [InlineData("a\0b", false)]
    [InlineData("a/\uFFFD", false)] // what ill-formed UTF-8 has become
    [Spec("MQTT-3.3.2-2", "MQTT-4.7.3-1", "MQTT-4.7.3-2")]
    public void A_topic_name_has_no_wildcard_and_is_not_empty(string? topic, bool valid) => Assert.Equal(valid, MqttTopics.IsName(topic));

    [Theory]
    [InlineData("#", true)]
    [InlineData("+", true)]
    [InlineData("a/+/b/#", true)]
    [InlineData("/+", true)]
    [InlineData("$sparkplug/#", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("a/#/b", false)]
    [InlineData("a#", false)]
    [InlineData("a/b+", false)]
    [InlineData("+a/b", false)]
    [InlineData("a\0", false)]
    [InlineData("a/\uFFFD/#", false)]
    [Spec("MQTT-4.7.1-1", "MQTT-4.7.1-2")]
    public void A_wildcard_fills_its_level_and_the_multi_level_one_is_last(string? filter, bool valid) => Assert.Equal(valid, MqttTopics.IsFilter(filter));

    [Fact]
    public void Packets_within_the_limits_pass_however_they_are_cut()
    {
        // A CONNECT of 4 bytes, a PINGREQ without a body, a PUBLISH of 200 bytes (a length of two bytes), another PINGREQ.
        byte[] stream = [0x10, 4, 1, 2, 3, 4, 0xC0, 0, 0x30, 0xC8, 0x01, .. new byte[200], 0xC0, 0];
        for (var first = 0; first <= stream.Length; first++)
        {
            var limit = new PacketLimit(connect: 4, others: 200);
            limit.Observe(stream.AsSpan(0, first));
            limit.Observe(stream.AsSpan(first));
        }
    }

    [Theory]
    [InlineData(new byte[] { 0x10, 5 })] // the first packet: above its own limit
    [InlineData(new byte[] { 0x10, 0, 0x30, 0xC9, 0x01 })] // a later one
    [InlineData(new byte[] { 0x10, 0xFF, 0xFF, 0xFF, 0xFF })] // a length of more than four bytes
    public void A_packet_is_refused_by_its_announced_length(byte[] stream)
    {
        var limit = new PacketLimit(connect: 4, others: 200);
        limit.Observe(stream.AsSpan(0, stream.Length - 1));
        Assert.Throws<MqttProtocolViolationException>(() => limit.Observe(stream.AsSpan(stream.Length - 1)));
    }

    [Theory]
    [InlineData("Line1", "Line1")]
    [InlineData(null, "")]
    [InlineData("a\nb\u001b[31m", "a?b?[31m")]
    public void What_a_client_made_up_cannot_break_a_log_line(string? text, string shown) => Assert.Equal(shown, Shown.Text(text));

    [Fact]
    public void An_anonymous_client_and_a_version_of_mqtt_read_well_in_a_log()
    {
        Assert.Equal("anonymous", Shown.User(null));
        Assert.Equal("anonymous", Shown.User(""));
        Assert.Equal("line1?", Shown.User("line1\n"));
        Assert.Equal("MQTT 3.1.1", Shown.Protocol(MQTTnet.Formatter.MqttProtocolVersion.V311));
        Assert.Equal("MQTT 5", Shown.Protocol(MQTTnet.Formatter.MqttProtocolVersion.V500));
    }

    [Fact]
    public void A_long_text_is_cut_in_the_log() => Assert.Equal(121, Shown.Text(new string('x', 65_535)).Length);
}
