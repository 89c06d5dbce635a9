using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Sessions;
using static UnitTests.Broker.Engine.AWill;

namespace UnitTests.Broker.Engine;

/// <summary>Nothing is acknowledged before what it promises is on the disk, and a full disk is told of.</summary>
public sealed class PromiseTests : IDisposable
{
    private readonly EngineHarness _broker = new();

    public void Dispose() => _broker.Dispose();

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    public void CONNACK_of_a_session_that_stays_or_of_a_Will_waits_for_the_disk(byte version)
    {
        _broker.Store.Disk = Disk.Slow;
        var v = (ProtocolVersion)version;
        TestClient[] clients = [_broker.Resume("stays", v), _broker.Open(v).Send(ClientPackets.Connect("will", v, will: Will("t", "x")))];
        Assert.All(clients, client => client.TakeNothing());
        Assert.Equal(PacketType.Connack, _broker.Open(v).Send(ClientPackets.Connect("clean", v)).Take()[0].Type);
        clients[0].Send(ClientPackets.Pingreq()).TakeNothing();
        _broker.Store.Settle();
        Assert.Equal([PacketType.Connack, PacketType.Pingresp], clients[0].Take().Select(packet => packet.Type));
        Assert.Equal([PacketType.Connack], clients[1].Take().Select(packet => packet.Type));
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-3.1.2-4")]
    public void CONNACK_that_ends_a_session_that_stayed_waits_for_the_disk(byte version)
    {
        var v = (ProtocolVersion)version;
        _broker.Resume("c", v).Vanish();
        _broker.Store.Disk = Disk.Slow;
        var client = _broker.Open(v).Send(ClientPackets.Connect("c", v));
        client.TakeNothing();
        _broker.Store.Settle();
        Assert.False(client.TakeOne(PacketType.Connack).SessionPresent);
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    public void SUBACK_and_UNSUBACK_of_a_session_that_stays_wait_for_the_disk(byte version)
    {
        var v = (ProtocolVersion)version;
        var client = _broker.Resume("c", v);
        client.Take();
        _broker.Store.Disk = Disk.Slow;
        client.Send(ClientPackets.Subscribe(1, "t", version: v)).TakeNothing();
        _broker.Store.Settle();
        client.TakeOne(PacketType.Suback);
        client.Send(ClientPackets.Unsubscribe(2, v, "t")).TakeNothing();
        _broker.Store.Settle();
        client.TakeOne(PacketType.Unsuback);
        client.Send(ClientPackets.Unsubscribe(2, v, "t")).TakeOne(PacketType.Unsuback); // nothing to keep
    }

    [Theory]
    [InlineData(4, 1)]
    [InlineData(4, 2)]
    [InlineData(5, 1)]
    [InlineData(5, 2)]
    [Spec("MQTT-4.3.2-4", "MQTT-4.3.3-8")]
    public void A_message_for_a_session_that_stays_is_acknowledged_and_sent_when_it_is_on_the_disk(byte version, byte qos)
    {
        var v = (ProtocolVersion)version;
        var subscriber = _broker.Resume("s", v).Subscribe("t", Qos.ExactlyOnce);
        var clean = _broker.Connect("clean", v).Subscribe("t", Qos.ExactlyOnce);
        var publisher = _broker.Connect("p", v);
        _broker.Store.Disk = Disk.Slow;
        publisher.Publish("t", "x", (Qos)qos, 1).TakeNothing();
        Assert.Equal(["t=x"], clean.TakeMessages());
        subscriber.TakeNothing();
        _broker.Store.Settle();
        publisher.TakeOne(qos == 1 ? PacketType.Puback : PacketType.Pubrec);
        Assert.Equal(["t=x"], subscriber.TakeMessages());
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    public void What_promises_nothing_waits_for_no_disk(byte version)
    {
        var v = (ProtocolVersion)version;
        var subscriber = _broker.Connect("s", v).Subscribe("#", Qos.ExactlyOnce);
        var publisher = _broker.Connect("p", v);
        _broker.Store.Disk = Disk.Slow;
        publisher.Publish("t", "kept", Qos.AtMostOnce, retain: true).Publish("t", "x", Qos.AtLeastOnce, 1).TakeOne(PacketType.Puback);
        publisher.Publish("t", "y", Qos.ExactlyOnce, 2).TakeOne(PacketType.Pubrec);
        publisher.Ack(PacketType.Pubrel, 2).TakeOne(PacketType.Pubcomp);
        Assert.Equal(3, subscriber.TakeMessages().Count);
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    public void A_retained_message_a_QoS_2_identifier_and_its_release_wait_for_the_disk(byte version)
    {
        var v = (ProtocolVersion)version;
        var publisher = _broker.Resume("p", v);
        publisher.Take();
        _broker.Store.Disk = Disk.Slow;
        publisher.Publish("t", "x", Qos.AtLeastOnce, 1, retain: true).TakeNothing();
        _broker.Store.Settle();
        publisher.TakeOne(PacketType.Puback);
        publisher.Publish("t", "y", Qos.ExactlyOnce, 2).TakeNothing();
        publisher.Publish("t", "y", Qos.ExactlyOnce, 2, dup: true).TakeNothing();
        _broker.Store.Settle();
        Assert.Equal([PacketType.Pubrec, PacketType.Pubrec], publisher.Take().Select(packet => packet.Type));
        publisher.Ack(PacketType.Pubrel, 2).TakeNothing();
        _broker.Store.Settle();
        publisher.TakeOne(PacketType.Pubcomp);
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    public void PUBREL_waits_until_the_disk_knows_of_PUBREC(byte version)
    {
        var v = (ProtocolVersion)version;
        var subscriber = _broker.Resume("s", v).Subscribe("t", Qos.ExactlyOnce);
        _broker.Connect("p").Publish("t", "x", Qos.ExactlyOnce, 1);
        var id = subscriber.TakeOne(PacketType.Publish).PacketId;
        _broker.Store.Disk = Disk.Slow;
        subscriber.Ack(PacketType.Pubrec, id).TakeNothing();
        subscriber.Ack(PacketType.Pubrec, id).TakeNothing();
        subscriber.Vanish();
        subscriber = _broker.Resume("s", v);
        subscriber.TakeNothing();
        _broker.Store.Settle();
        Assert.Equal([PacketType.Connack, PacketType.Pubrel], subscriber.Take().Select(packet => packet.Type));
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-4.6.0-5")]
    public void Acknowledgements_keep_the_order_of_their_packets(byte version)
    {
        var v = (ProtocolVersion)version;
        _broker.Resume("s").Subscribe("kept", Qos.AtLeastOnce);
        var publisher = _broker.Connect("p", v);
        _broker.Store.Disk = Disk.Slow;
        publisher.Publish("kept", "1", Qos.AtLeastOnce, 1).Publish("other", "2", Qos.AtLeastOnce, 2).Publish("kept", "3", Qos.AtLeastOnce, 3).TakeNothing();
        _broker.Store.Settle();
        Assert.Equal([1, 2, 3], publisher.Take().Select(packet => (int)packet.PacketId));
    }

    [Fact]
    public void A_full_disk_refuses_what_it_would_have_to_keep_with_a_reason_and_serves_the_rest()
    {
        _broker.Resume("s").Subscribe("kept", Qos.AtLeastOnce);
        var clean = _broker.Connect("clean").Subscribe("#", Qos.ExactlyOnce);
        var publisher = _broker.Connect("p");
        _broker.Store.Fill();
        Assert.Equal(ReasonCode.QuotaExceeded, publisher.Publish("kept", "1", Qos.AtLeastOnce, 1).TakeOne(PacketType.Puback).Reason);
        Assert.Equal(ReasonCode.QuotaExceeded, publisher.Publish("kept", "2", Qos.ExactlyOnce, 2).TakeOne(PacketType.Pubrec).Reason);
        Assert.Equal(ReasonCode.QuotaExceeded, publisher.Publish("r", "3", Qos.AtLeastOnce, 3, retain: true).TakeOne(PacketType.Puback).Reason);
        Assert.Equal(ReasonCode.Success, publisher.Publish("other", "4", Qos.AtLeastOnce, 4).TakeOne(PacketType.Puback).Reason);
        Assert.Equal(ReasonCode.Success, publisher.Publish("other", "5", Qos.ExactlyOnce, 5).TakeOne(PacketType.Pubrec).Reason);
        publisher.Publish("kept", "6");
        Assert.Equal(["kept=1", "r=3", "other=4", "other=5", "kept=6"], clean.TakeMessages());
        Assert.Equal([ReasonCode.QuotaExceeded], _broker.Resume("s2").Send(ClientPackets.Subscribe(1, "x")).Take()[1].Reasons);
        _broker.Store.Empty();
        Assert.Equal(ReasonCode.Success, publisher.Publish("kept", "7", Qos.AtLeastOnce, 7).TakeOne(PacketType.Puback).Reason);
    }

    [Fact]
    [Spec("MQTT-4.3.3-9")]
    public void After_a_PUBREC_that_refuses_the_same_packet_identifier_is_a_new_message()
    {
        _broker.Resume("s").Subscribe("t", Qos.ExactlyOnce);
        var publisher = _broker.Connect("p");
        _broker.Store.Fill();
        publisher.Publish("t", "1", Qos.ExactlyOnce, 1).TakeOne(PacketType.Pubrec);
        _broker.Store.Empty();
        Assert.Equal(ReasonCode.Success, publisher.Publish("t", "2", Qos.ExactlyOnce, 1).TakeOne(PacketType.Pubrec).Reason);
        Assert.Equal(["t=2"], _broker.Resume("s").TakeMessages());
    }

    [Fact]
    [Spec("MQTT311-4.8.0-2")]
    public void In_3_1_1_a_full_disk_closes_the_connection_without_PUBACK_and_refuses_subscriptions()
    {
        const ProtocolVersion v = ProtocolVersion.V311;
        _broker.Resume("s", v).Subscribe("kept", Qos.AtLeastOnce);
        var publisher = _broker.Connect("p", v);
        _broker.Store.Fill();
        publisher.Publish("kept", "1", Qos.AtLeastOnce, 1);
        Assert.Empty(publisher.Take());
        Assert.True(publisher.IsClosed);
        Assert.Equal([(ReasonCode)0x80], _broker.Resume("s2", v).Send(ClientPackets.Subscribe(1, "x", version: v)).Take()[1].Reasons);
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    public void A_batch_that_the_disk_refuses_late_refuses_its_PUBACKs_and_SUBACKs(byte version)
    {
        var v = (ProtocolVersion)version;
        _broker.Resume("s", v).Subscribe("kept", Qos.AtLeastOnce);
        var publisher = _broker.Connect("p", v);
        var subscriber = _broker.Resume("s2", v);
        subscriber.Take();
        _broker.Store.Disk = Disk.Full;
        publisher.Connection.Input(ClientPackets.Publish("kept", "1", v, Qos.AtLeastOnce, 1));
        subscriber.Connection.Input(ClientPackets.Subscribe(1, "x", version: v));
        _broker.Turn();
        if (v == ProtocolVersion.V5)
            Assert.Equal(ReasonCode.QuotaExceeded, publisher.TakeOne(PacketType.Puback).Reason);
        else
            Assert.Empty(publisher.Take());
        Assert.Equal(v == ProtocolVersion.V311, publisher.IsClosed);
        Assert.Equal(v == ProtocolVersion.V5 ? ReasonCode.QuotaExceeded : (ReasonCode)0x80, subscriber.TakeOne(PacketType.Suback).Reasons.Single());
        Assert.Equal(0, _broker.Engine.Sessions.Find("s2")!.SubscriptionCount);
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-4.3.3-10")]
    public void A_QoS_2_message_of_a_refused_batch_waits_for_the_disk_and_is_delivered_once(byte version)
    {
        var v = (ProtocolVersion)version;
        var kept = _broker.Resume("s", v).Subscribe("t", Qos.ExactlyOnce);
        var clean = _broker.Connect("clean", v).Subscribe("t", Qos.ExactlyOnce);
        var publisher = _broker.Connect("p", v);
        _broker.Store.Disk = Disk.Full;
        publisher.Publish("t", "x", Qos.ExactlyOnce, 1).TakeNothing();
        publisher.Publish("t", "x", Qos.ExactlyOnce, 1, dup: true).TakeNothing();
        kept.TakeNothing();
        _broker.Store.Disk = Disk.Fast;
        _broker.Store.Settle();
        Assert.Equal([PacketType.Pubrec, PacketType.Pubrec], publisher.Take().Select(packet => packet.Type));
        Assert.Equal(["t=x"], kept.TakeMessages());
        Assert.Equal(["t=x"], clean.TakeMessages());
    }

    [Fact]
    public void Publishers_wait_while_too_much_is_on_its_way_to_the_disk()
    {
        var publisher = _broker.Connect("p");
        _broker.Store.Disk = Disk.Slow;
        _broker.Store.Backlog = 65 << 20;
        publisher.Send(ClientPackets.Publish("t", "x", retain: true), ClientPackets.Pingreq()).TakeNothing();
        Assert.True(publisher.Connection.IsPaused);
        _broker.Pass(TimeSpan.FromMilliseconds(Durability.WriteBehind)); // QoS 0: behind the delivery
        _broker.Store.Backlog = 0;
        _broker.Store.Settle();
        publisher.TakeOne(PacketType.Pingresp);
    }
}
