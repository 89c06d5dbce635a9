using System.Buffers;
using CsCheck;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using Sparkplug.Mqtt;

namespace UnitTests.Mqtt;

public sealed class OutboxTests
{
    [Fact]
    public void Packets_leave_in_the_order_of_their_queueing()
    {
        var outbox = new Outbox(100, 1000);
        foreach (var topic in (string[])["a", "b", "c"]) Assert.True(outbox.TryAdd(Message(topic, qos: topic == "b" ? 1 : 0)));
        Assert.Equal(["a", "b", "c"], Drain(outbox));
    }

    [Fact]
    public void Pings_and_acknowledgements_overtake_messages()
    {
        var outbox = new Outbox(100, 1000);
        outbox.TryAdd(Message("a"));
        outbox.TryAddAnswer(MqttPingReqPacket.Instance);
        Assert.True(outbox.TryTake(out var first));
        Assert.IsType<MqttPingReqPacket>(first);
    }

    [Fact]
    [Spec("MQTT-3.3.4-9")]
    public void A_message_of_QoS_1_waits_while_the_server_accepts_no_more_and_what_is_behind_it_waits_too()
    {
        var outbox = new Outbox(100, 1000);
        outbox.LimitUnacknowledged(2);
        foreach (var topic in (string[])["a", "b", "c"]) outbox.TryAdd(Message(topic, qos: 1));
        outbox.TryAdd(Message("d"));
        Assert.Equal(["a", "b"], Drain(outbox));
        Assert.True(outbox.TryAcknowledge<MqttPublishPacket>(1, out var acknowledged));
        Assert.Equal("a", acknowledged.Topic);
        Assert.Equal(["c", "d"], Drain(outbox));
    }

    [Fact]
    public void A_subscription_does_not_count_against_the_servers_limit_of_messages()
    {
        var outbox = new Outbox(100, 1000);
        outbox.LimitUnacknowledged(1);
        outbox.TryAdd(new MqttSubscribePacket());
        outbox.TryAdd(Message("a", qos: 1));
        Assert.True(outbox.TryTake(out _));
        Assert.Equal(["a"], Drain(outbox));
    }

    [Fact]
    public void Disconnect_leaves_when_everything_before_it_is_acknowledged()
    {
        var outbox = new Outbox(100, 1000);
        outbox.TryAdd(Message("a", qos: 1));
        outbox.TryAdd(Message("b", qos: 1));
        outbox.TryAdd(new MqttDisconnectPacket());
        Assert.Equal(["a", "b"], Drain(outbox));
        Assert.True(outbox.TryAcknowledge<MqttPublishPacket>(2, out _));
        Assert.False(outbox.TryTake(out _));
        Assert.True(outbox.TryAcknowledge<MqttPublishPacket>(1, out _));
        Assert.True(outbox.TryTake(out var last));
        Assert.IsType<MqttDisconnectPacket>(last);
    }

    [Fact]
    public void An_acknowledgement_of_the_wrong_kind_or_identifier_is_refused()
    {
        var outbox = new Outbox(100, 1000);
        outbox.TryAdd(Message("a", qos: 1));
        outbox.TryTake(out _);
        Assert.False(outbox.TryAcknowledge<MqttSubscribePacket>(1, out _));
        Assert.False(outbox.TryAcknowledge<MqttPublishPacket>(2, out _));
        Assert.True(outbox.TryAcknowledge<MqttPublishPacket>(1, out _));
        Assert.False(outbox.TryAcknowledge<MqttPublishPacket>(1, out _));
    }

    [Fact]
    public void What_is_not_acknowledged_still_takes_its_place()
    {
        var outbox = new Outbox(2, 1000);
        Assert.True(outbox.TryAdd(Message("a", qos: 1)));
        Assert.True(outbox.TryAdd(Message("b", qos: 1)));
        Assert.False(outbox.TryAdd(Message("c")));
        Drain(outbox);
        Assert.False(outbox.TryAdd(Message("c")));
        outbox.TryAcknowledge<MqttPublishPacket>(1, out _);
        Assert.True(outbox.TryAdd(Message("c")));
    }

    [Fact]
    public void Bytes_are_bounded_and_given_back()
    {
        var outbox = new Outbox(100, byteCapacity: 10);
        Assert.True(outbox.TryAdd(Message("a", bytes: 9)));
        Assert.False(outbox.TryAdd(Message("b", bytes: 0)));
        Drain(outbox);
        Assert.True(outbox.TryAdd(Message("b", qos: 1, bytes: 9)));
        Drain(outbox);
        Assert.False(outbox.TryAdd(Message("c", bytes: 0)));
        outbox.TryAcknowledge<MqttPublishPacket>(1, out _);
        Assert.True(outbox.TryAdd(Message("c", bytes: 9)));
    }

    [Fact]
    public void A_closed_outbox_forgets_what_it_held_and_takes_nothing_more()
    {
        var outbox = new Outbox(1, 1000);
        outbox.TryAdd(Message("a"));
        outbox.Close();
        Assert.True(outbox.TryAdd(Message("b")));
        Assert.True(outbox.TryAddAnswer(MqttPingReqPacket.Instance));
        Assert.False(outbox.TryTake(out _));
    }

    [Fact]
    [Spec("MQTT-2.2.1-3")]
    public void No_identifier_is_zero_or_in_use_twice() => Gen.Bool.Array[0, 400].Sample(acknowledged =>
    {
        var outbox = new Outbox(1_000_000, 1_000_000);
        var inUse = new HashSet<ushort>();
        // Start just before the numbers run out.
        for (var i = 0; i < ushort.MaxValue - 100; i++) Exchange();
        foreach (var acknowledge in acknowledged)
        {
            outbox.TryAdd(Message("a", qos: 1));
            Assert.True(outbox.TryTake(out var packet));
            var identifier = ((MqttPublishPacket)packet).PacketIdentifier;
            Assert.NotEqual(0, identifier);
            Assert.True(inUse.Add(identifier));
            if (!acknowledge) continue;
            Assert.True(outbox.TryAcknowledge<MqttPublishPacket>(identifier, out _));
            inUse.Remove(identifier);
        }

        void Exchange()
        {
            outbox.TryAdd(Message("a", qos: 1));
            outbox.TryTake(out var packet);
            outbox.TryAcknowledge<MqttPublishPacket>(((MqttPublishPacket)packet!).PacketIdentifier, out _);
        }
    }, iter: 20);

    private static MqttPublishPacket Message(string topic, int qos = 0, int bytes = 1) => new()
    {
        Topic = topic, QualityOfServiceLevel = (MqttQualityOfServiceLevel)qos, Payload = new ReadOnlySequence<byte>(new byte[bytes]),
    };

    private static List<string> Drain(Outbox outbox)
    {
        var topics = new List<string>();
        while (outbox.TryTake(out var packet)) topics.Add(((MqttPublishPacket)packet).Topic);
        return topics;
    }
}
