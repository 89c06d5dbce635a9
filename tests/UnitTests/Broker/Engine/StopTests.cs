using Sparkplug.Broker.Packets;
using static UnitTests.Broker.Engine.AWill;

namespace UnitTests.Broker.Engine;

public sealed class StopTests : IDisposable
{
    private readonly EngineHarness _broker = new();

    public void Dispose() => _broker.Dispose();

    [Fact]
    [Spec("MQTT-3.14.2-1", "MQTT-3.14.2-2", "MQTT-3.14.4-2")]
    public void A_stop_publishes_Wills_then_says_goodbye_and_closes()
    {
        var subscriber = _broker.Connect("s").Subscribe("#");
        var old = _broker.Connect("old", ProtocolVersion.V311, will: Will("will", "old"));
        var delayed = _broker.Connect("delayed", expiry: 100, will: Will("will", "delayed", delay: 10));
        var early = _broker.Open();
        _broker.Engine.Stop();
        var packets = subscriber.Take();
        Assert.Equal([(PacketType.Publish, ReasonCode.Success), (PacketType.Disconnect, ReasonCode.ServerShuttingDown)], packets.Select(packet => (packet.Type, packet.Reason)));
        Assert.Null(packets[1].Properties.SessionExpiryInterval);
        delayed.WasEnded(ReasonCode.ServerShuttingDown);
        old.WasEnded(ReasonCode.ServerShuttingDown);
        Assert.True(early.IsClosed && subscriber.IsClosed);
        Assert.Empty(_broker.Engine.Clients);
        Assert.Equal("delayed", Assert.Single(_broker.Store.Load().Wills).ClientId);
        Assert.True(_broker.Open().IsClosed);
    }

    [Fact]
    [Spec("MQTT-3.2.2-8")]
    public void Who_waits_for_its_CONNACK_at_a_stop_is_told_in_one()
    {
        _broker.Store.Disk = Disk.Slow;
        var client = _broker.Resume("c");
        _broker.Engine.Stop();
        client.TakeNothing();
        _broker.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(ReasonCode.ServerUnavailable, client.TakeOne(PacketType.Connack).Reason);
    }

    [Fact]
    public void A_stop_waits_for_the_disk_so_that_durable_subscribers_get_the_Wills_and_publishers_their_acknowledgements()
    {
        var subscriber = _broker.Resume("s").Subscribe("#", Qos.AtLeastOnce);
        _broker.Connect("sensor", will: Will("will", "gone", qos: Qos.AtLeastOnce)).Take();
        var publisher = _broker.Connect("p");
        _broker.Store.Disk = Disk.Slow;
        publisher.Publish("t", "last", Qos.AtLeastOnce, 1);
        var isDone = false;
        _broker.Engine.Stop(() => isDone = true);
        subscriber.TakeNothing();
        Assert.False(isDone || subscriber.IsClosed || publisher.IsClosed);
        _broker.Store.Settle();
        Assert.Equal([PacketType.Publish, PacketType.Publish, PacketType.Disconnect], subscriber.Take().Select(packet => packet.Type));
        Assert.Equal([PacketType.Puback, PacketType.Disconnect], publisher.Take().Select(packet => packet.Type));
        Assert.True(isDone && subscriber.IsClosed && publisher.IsClosed);
    }

    [Fact]
    public void A_stop_does_not_wait_for_a_full_disk_nor_long_for_a_slow_one()
    {
        var subscriber = _broker.Resume("s").Subscribe("#", Qos.AtLeastOnce);
        subscriber.Take();
        _broker.Connect("sensor", will: Will("will", "gone", qos: Qos.AtLeastOnce));
        _broker.Store.Disk = Disk.Slow;
        _broker.Engine.Stop();
        _broker.Pass(TimeSpan.FromSeconds(1));
        Assert.False(subscriber.IsClosed);
        _broker.Pass(TimeSpan.FromSeconds(1));
        subscriber.WasEnded(ReasonCode.ServerShuttingDown);
        using var full = new EngineHarness(store: new MemoryStore { Disk = Disk.Full });
        full.Store.Refuse();
        var client = full.Open().Send(ClientPackets.Connect("c"));
        full.Engine.Stop();
        Assert.True(client.IsClosed);
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-3.1.2-23", "MQTT-4.4.0-1")]
    public void After_a_kill_sessions_go_on_where_the_disk_has_them(byte version)
    {
        var v = (ProtocolVersion)version;
        var subscriber = _broker.Resume("s", v).Subscribe("#", Qos.ExactlyOnce);
        var publisher = _broker.Connect("p");
        for (ushort i = 1; i <= 4; i++)
            publisher.Publish("t", $"{i}", i < 3 ? Qos.AtLeastOnce : Qos.ExactlyOnce, i);
        var sent = subscriber.Take();
        subscriber.Ack(PacketType.Puback, sent[0].PacketId).Ack(PacketType.Pubrec, sent[2].PacketId);
        subscriber.Vanish();
        publisher.Publish("t", "5", Qos.AtLeastOnce, 5);
        using var next = _broker.Restart();
        subscriber = next.Resume("s", v);
        var again = subscriber.Take();
        Assert.True(again[0].SessionPresent);
        Assert.Equal((PacketType.Pubrel, sent[2].PacketId), (again[1].Type, again[1].PacketId));
        Assert.Equal(
            [("2", true, sent[1].PacketId), ("4", true, sent[3].PacketId), ("5", false, again[^1].PacketId)],
            again.Skip(2).Select(packet => (packet.Text, packet.Dup, packet.PacketId)));
        Assert.Equal(4, again.Skip(1).Select(packet => packet.PacketId).Distinct().Count());
        next.Connect("p").Publish("u", "6", Qos.AtLeastOnce, 1);
        Assert.Equal(["u=6"], subscriber.TakeMessages());
    }

    [Fact]
    public void After_a_kill_clean_sessions_are_gone_and_their_acknowledged_QoS_0_with_them()
    {
        _broker.Connect("clean").Subscribe("#");
        _broker.Resume("stays").Subscribe("#");
        using var next = _broker.Restart();
        Assert.Equal(["stays"], next.Engine.Sessions.All.Select(session => session.ClientId));
    }

    [Fact]
    [Spec("MQTT-4.1.0-2")]
    public void A_session_that_expired_while_the_broker_was_off_ends_at_its_start()
    {
        _broker.Connect("c", expiry: 10).Vanish();
        _broker.Time.Advance(TimeSpan.FromSeconds(11));
        using var next = _broker.Restart();
        Assert.Null(next.Engine.Sessions.Find("c"));
    }

    [Fact]
    public void Subscription_options_survive_a_kill()
    {
        _broker.Resume("c").Send(ClientPackets.Subscribe(1, "t", Qos.AtLeastOnce, noLocal: true, retainAsPublished: true, identifier: 5));
        using var next = _broker.Restart();
        var client = next.Resume("c");
        client.Take();
        client.Publish("t", "own", Qos.AtLeastOnce, 1).TakeOne(PacketType.Puback);
        next.Connect("p").Publish("t", "x", retain: true);
        var packet = client.TakeOne(PacketType.Publish);
        Assert.True(packet.Retain);
        Assert.Equal([5u], packet.Properties.SubscriptionIdentifiers);
    }
}
