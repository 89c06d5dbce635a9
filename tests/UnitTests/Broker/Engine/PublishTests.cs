using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Sessions;

namespace UnitTests.Broker.Engine;

/// <summary>What clients publish: the receiving half of the QoS levels, aliases, flow control, retained messages.</summary>
public sealed class PublishTests : IDisposable
{
    private readonly EngineHarness _broker = new();
    private readonly TestClient _watcher;

    public PublishTests() => _watcher = _broker.Connect("watcher").Subscribe("#", Qos.AtMostOnce);

    public void Dispose() => _broker.Dispose();

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-3.3.4-1", "MQTT-4.3.2-4", "MQTT-4.3.3-8", "MQTT-4.3.3-11", "MQTT-2.2.1-5", "MQTT-3.4.2-1", "MQTT-3.5.2-1", "MQTT-3.7.2-1", "MQTT-4.5.0-1")]
    public void Each_QoS_is_answered_in_its_own_way(byte version)
    {
        var client = _broker.Connect("c", (ProtocolVersion)version);
        client.Publish("t", "0").TakeNothing();
        Assert.Equal((7, ReasonCode.Success), Named(client.Publish("t", "1", Qos.AtLeastOnce, 7).TakeOne(PacketType.Puback)));
        Assert.Equal((8, ReasonCode.Success), Named(client.Publish("t", "2", Qos.ExactlyOnce, 8).TakeOne(PacketType.Pubrec)));
        Assert.Equal((8, ReasonCode.Success), Named(client.Ack(PacketType.Pubrel, 8).TakeOne(PacketType.Pubcomp)));
        Assert.Equal(["t=0", "t=1", "t=2"], _watcher.TakeMessages());
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-4.3.2-5")]
    public void After_PUBACK_the_same_packet_identifier_is_a_new_message_whatever_its_DUP(byte version)
    {
        var client = _broker.Connect("c", (ProtocolVersion)version);
        client.Publish("t", "a", Qos.AtLeastOnce, 1).Publish("t", "b", Qos.AtLeastOnce, 1, dup: true);
        Assert.Equal(2, client.Take().Count);
        Assert.Equal(["t=a", "t=b"], _watcher.TakeMessages());
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-4.3.3-10", "MQTT-4.3.3-12")]
    public void Until_PUBREL_a_QoS_2_message_is_one_however_often_it_comes(byte version)
    {
        var client = _broker.Connect("c", (ProtocolVersion)version);
        client.Publish("t", "a", Qos.ExactlyOnce, 1).Publish("t", "a", Qos.ExactlyOnce, 1, dup: true).Publish("t", "b", Qos.ExactlyOnce, 2);
        client.Publish("t", "a", Qos.ExactlyOnce, 1);
        Assert.Equal([1, 1, 2, 1], client.Take().Select(packet => (int)packet.PacketId));
        client.Ack(PacketType.Pubrel, 1).Publish("t", "c", Qos.ExactlyOnce, 1, dup: true);
        Assert.Equal([PacketType.Pubcomp, PacketType.Pubrec], client.Take().Select(packet => packet.Type));
        Assert.Equal(["t=a", "t=b", "t=c"], _watcher.TakeMessages());
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-4.3.3-10", "MQTT-4.4.0-1", "MQTT-4.3.3-13")]
    public void A_session_that_goes_on_knows_the_QoS_2_messages_it_has(byte version)
    {
        var v = (ProtocolVersion)version;
        _broker.Resume("c", v).Publish("t", "a", Qos.ExactlyOnce, 1).Vanish();
        var client = _broker.Resume("c", v);
        client.Publish("t", "a", Qos.ExactlyOnce, 1, dup: true).Ack(PacketType.Pubrel, 1);
        Assert.Equal([PacketType.Connack, PacketType.Pubrec, PacketType.Pubcomp], client.Take().Select(packet => packet.Type));
        Assert.Equal(["t=a"], _watcher.TakeMessages());
        using var next = _broker.Restart();
        next.Resume("c", v).Publish("t", "b", Qos.ExactlyOnce, 1);
        Assert.Single(next.Store.Load().Sessions.Single(session => session.Session.ClientId == "c").ReceivedIds);
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-4.3.3-10")]
    public void The_identifiers_of_QoS_2_messages_survive_a_kill(byte version)
    {
        var v = (ProtocolVersion)version;
        _broker.Resume("c", v).Publish("t", "a", Qos.ExactlyOnce, 9);
        using var next = _broker.Restart();
        var watcher = next.Connect("w").Subscribe("#");
        var client = next.Resume("c", v);
        client.Publish("t", "a", Qos.ExactlyOnce, 9, dup: true);
        Assert.Equal([PacketType.Connack, PacketType.Pubrec], client.Take().Select(packet => packet.Type));
        watcher.TakeNothing();
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-3.7.2-1")]
    public void PUBREL_of_nothing_is_answered_all_the_same(byte version)
    {
        var pubcomp = _broker.Connect("c", (ProtocolVersion)version).Ack(PacketType.Pubrel, 5).TakeOne(PacketType.Pubcomp);
        Assert.Equal((5, version == 5 ? ReasonCode.PacketIdentifierNotFound : ReasonCode.Success), Named(pubcomp));
    }

    [Fact]
    public void A_5_0_publisher_hears_when_nobody_subscribes()
    {
        _watcher.SayGoodbye();
        Assert.Equal(ReasonCode.NoMatchingSubscribers, _broker.Connect("c").Publish("t", "x", Qos.AtLeastOnce, 1).TakeOne(PacketType.Puback).Reason);
    }

    [Fact]
    [Spec("MQTT-3.3.2-12", "MQTT-3.3.2-7")]
    public void Topic_aliases_stand_for_their_topic_on_their_connection_alone()
    {
        var client = _broker.Connect("c", expiry: 100);
        client.Send(Aliased("a", 1, "1"), Aliased("", 1, "2"), Aliased("b", 64, "3"), Aliased("", 64, "4"), Aliased("c", 1, "5"), Aliased("", 1, "6"));
        Assert.Equal(["a=1", "a=2", "b=3", "b=4", "c=5", "c=6"], _watcher.TakeMessages());
        client.Vanish();
        client = _broker.Resume("c");
        client.Take();
        client.Send(Aliased("", 1, "7")).WasEnded(ReasonCode.ProtocolError);
        _watcher.TakeNothing();
    }

    [Theory]
    [InlineData(65, (byte)ReasonCode.TopicAliasInvalid)]
    [InlineData(0, (byte)ReasonCode.TopicAliasInvalid)]
    [InlineData(2, (byte)ReasonCode.ProtocolError)]
    [Spec("MQTT-3.3.2-8", "MQTT-3.3.2-9")]
    public void Topic_aliases_out_of_range_or_unknown_end_the_connection(ushort alias, byte reason)
    {
        _broker.Connect("c").Send(Aliased(alias == 2 ? "" : "t", alias, "x")).WasEnded((ReasonCode)reason);
        _watcher.TakeNothing();
    }

    [Fact]
    [Spec("MQTT-3.3.4-7", "MQTT-4.9.0-3")]
    public void More_than_Receive_Maximum_messages_in_flight_end_the_connection()
    {
        using var broker = new EngineHarness(new BrokerLimits { ReceiveMaximum = 3 });
        var client = broker.Connect("c");
        for (ushort id = 1; id <= 3; id++)
            client.Publish("t", "x", Qos.ExactlyOnce, id);
        client.Publish("t", "x", Qos.ExactlyOnce, 2, dup: true); // it is one of the three
        client.Publish("t", "x");
        client.Ack(PacketType.Pubrel, 1).Publish("t", "x", Qos.AtLeastOnce, 4);
        Assert.False(client.IsClosed);
        client.Publish("t", "x", Qos.ExactlyOnce, 5);
        Assert.False(client.IsClosed);
        client.Publish("t", "x", Qos.ExactlyOnce, 6).WasEnded(ReasonCode.ReceiveMaximumExceeded);
    }

    [Fact]
    [Spec("MQTT-4.9.0-1")]
    public void A_new_connection_counts_its_messages_anew()
    {
        using var broker = new EngineHarness(new BrokerLimits { ReceiveMaximum = 1 });
        broker.Resume("c").Publish("t", "x", Qos.ExactlyOnce, 1).Vanish();
        var client = broker.Resume("c").Publish("t", "y", Qos.ExactlyOnce, 2).Ack(PacketType.Pubrel, 1);
        Assert.False(client.IsClosed);
        client.Publish("t", "z", Qos.ExactlyOnce, 3).WasEnded(ReasonCode.ReceiveMaximumExceeded);
    }

    [Fact]
    [Spec("MQTT-3.2.2-15")]
    public void A_packet_above_the_maximum_size_ends_the_connection_by_its_header()
    {
        using var broker = new EngineHarness(new BrokerLimits { PacketSize = 1024 });
        var client = broker.Connect("c");
        client.Send(ClientPackets.Publish("t", new byte[1024 - 3 - 4]));
        Assert.False(client.IsClosed);
        client.Send(ClientPackets.Publish("t", new byte[1025 - 3 - 4])[..3]).WasEnded(ReasonCode.PacketTooLarge);
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-3.3.1-5", "MQTT-3.3.1-6", "MQTT-3.3.1-7", "MQTT-3.3.1-8")]
    [Spec("MQTT311-3.3.1-7")]
    public void RETAIN_replaces_removes_or_leaves_the_retained_message(byte version)
    {
        var client = _broker.Connect("c", (ProtocolVersion)version);
        client.Publish("t", "1", Qos.AtLeastOnce, 1, retain: true).Publish("t", "2", retain: true).Publish("t", "3");
        Assert.Equal((Qos.AtMostOnce, "t=2"), Retained());
        client.Publish("t", "", retain: false);
        Assert.Equal("t=2", Retained().Message);
        client.Publish("t", "4", Qos.ExactlyOnce, 2, retain: true);
        Assert.Equal((Qos.ExactlyOnce, "t=4"), Retained());
        client.Publish("t", "", retain: true);
        Assert.Null(_broker.Engine.Retained.Find("t"u8));
        Assert.Equal(["t=1", "t=2", "t=3", "t=", "t=4", "t="], _watcher.TakeMessages());
        _broker.Pass(TimeSpan.FromMilliseconds(Durability.WriteBehind)); // QoS 0 promises nothing: it is written behind
        Assert.Empty(_broker.Store.Load().Retained);
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-4.3.2-4")]
    public void Removing_what_is_not_retained_is_acknowledged_at_once(byte version)
    {
        _broker.Store.Disk = Disk.Slow;
        var client = _broker.Connect("c", (ProtocolVersion)version);
        client.Take();
        client.Publish("t", "", Qos.AtLeastOnce, 1, retain: true).TakeOne(PacketType.Puback);
    }

    [Fact]
    public void Beyond_the_quota_nothing_more_is_retained_and_the_publisher_is_told()
    {
        using var broker = new EngineHarness(new BrokerLimits { RetainedBytes = 10_000 });
        var client = broker.Connect("c");
        Assert.Equal(ReasonCode.Success, client.Send(ClientPackets.Publish("a", new byte[5_000], qos: Qos.AtLeastOnce, packetId: 1, retain: true)).TakeOne(PacketType.Puback).Reason);
        Assert.Equal(ReasonCode.QuotaExceeded, client.Send(ClientPackets.Publish("b", new byte[5_000], qos: Qos.AtLeastOnce, packetId: 2, retain: true)).TakeOne(PacketType.Puback).Reason);
        Assert.Equal(ReasonCode.Success, client.Send(ClientPackets.Publish("a", new byte[9_000], qos: Qos.AtLeastOnce, packetId: 3, retain: true)).TakeOne(PacketType.Puback).Reason);
    }

    [Fact]
    public void A_fast_publisher_is_read_more_slowly_and_loses_nothing()
    {
        using var broker = new EngineHarness(new BrokerLimits { PublishRate = 10 });
        var watcher = broker.Connect("w").Subscribe("t");
        var client = broker.Connect("c");
        for (var i = 0; i < 40; i++)
            client.Connection.Input(ClientPackets.Publish("t", $"{i}"));
        broker.Turn();
        Assert.True(client.Connection.IsPaused);
        var first = watcher.TakeMessages().Count;
        Assert.InRange(first, 10, 12);
        broker.Pass(TimeSpan.FromSeconds(2));
        Assert.InRange(first + watcher.TakeMessages().Count, 30, 32);
        broker.Pass(TimeSpan.FromSeconds(2));
        Assert.False(client.Connection.IsPaused);
    }

    private (Qos Qos, string Message) Retained()
    {
        var message = _broker.Engine.Retained.Find("t"u8)!;
        return (message.Qos, $"t={System.Text.Encoding.UTF8.GetString(message.Payload)}");
    }

    private static (int, ReasonCode) Named(ServerPacket packet) => (packet.PacketId, packet.Reason);

    private static byte[] Aliased(string topic, ushort alias, string payload) => ClientPackets.Publish(topic, payload, topicAlias: alias);
}
