using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Routing;
using Sparkplug.Broker.Sessions;

namespace UnitTests.Broker.Engine;

public sealed class SubscribeTests : IDisposable
{
    private readonly EngineHarness _broker = new();
    private readonly TestClient _publisher;

    public SubscribeTests() => _publisher = _broker.Connect("publisher");

    public void Dispose() => _broker.Dispose();

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-3.8.4-1", "MQTT-3.8.4-2", "MQTT-3.8.4-5", "MQTT-3.8.4-6", "MQTT-3.8.4-7", "MQTT-3.9.3-1", "MQTT-3.9.3-2", "MQTT-2.2.1-6", "MQTT-3.2.2-8")]
    [Spec("MQTT311-3.9.3-2")]
    public void One_SUBACK_answers_each_filter_in_its_place(byte version)
    {
        var v5 = version == 5;
        var suback = _broker.Connect("c", (ProtocolVersion)version).Send(ClientPackets.Subscribe(
            513, (ProtocolVersion)version, null, new("a", Qos.ExactlyOnce), new("a/#/b", Qos.AtMostOnce), new("b", Qos.AtMostOnce), new("$share//x", Qos.AtMostOnce),
            new("+/c", Qos.AtLeastOnce), new("", Qos.AtMostOnce))).TakeOne(PacketType.Suback);
        var failed = v5 ? ReasonCode.TopicFilterInvalid : (ReasonCode)0x80;
        Assert.Equal(513, suback.PacketId);
        Assert.Equal([ReasonCode.GrantedQos2, failed, ReasonCode.Success, failed, ReasonCode.GrantedQos1, failed], suback.Reasons);
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-3.10.4-1", "MQTT-3.10.4-2", "MQTT-3.10.4-4", "MQTT-3.10.4-5", "MQTT-3.10.4-6", "MQTT-3.11.3-1", "MQTT-3.11.3-2", "MQTT-2.2.1-6")]
    public void One_UNSUBACK_answers_each_filter_whether_it_was_there_or_not(byte version)
    {
        var client = _broker.Connect("c", (ProtocolVersion)version).Subscribe("a/b").Subscribe("a/+");
        var unsuback = client.Send(ClientPackets.Unsubscribe(99, (ProtocolVersion)version, "a/+", "A/b", "a/b")).TakeOne(PacketType.Unsuback);
        Assert.Equal(99, unsuback.PacketId);
        Assert.Equal(version == 5 ? [ReasonCode.Success, ReasonCode.NoSubscriptionExisted, ReasonCode.Success] : [], unsuback.Reasons);
        _publisher.Publish("a/b", "x");
        client.TakeNothing();
        Assert.Equal(0, _broker.Engine.Subscriptions.Tree.Count);
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-3.10.4-3")]
    public void What_is_on_its_way_is_completed_after_UNSUBSCRIBE(byte version)
    {
        var client = _broker.Connect("c", (ProtocolVersion)version).Subscribe("t", Qos.ExactlyOnce);
        _publisher.Publish("t", "x", Qos.ExactlyOnce, 1);
        var id = client.TakeOne(PacketType.Publish).PacketId;
        client.Send(ClientPackets.Unsubscribe(1, (ProtocolVersion)version, "t")).TakeOne(PacketType.Unsuback);
        client.Ack(PacketType.Pubrec, id).TakeOne(PacketType.Pubrel);
        client.Ack(PacketType.Pubcomp, id);
        Assert.Equal(0, _broker.Engine.Queued);
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-3.8.4-3", "MQTT-3.8.4-4")]
    public void The_same_filter_again_replaces_the_subscription_and_brings_retained_messages_again(byte version)
    {
        _publisher.Publish("t", "kept", Qos.AtLeastOnce, 1, retain: true);
        var client = _broker.Connect("c", (ProtocolVersion)version);
        client.Send(ClientPackets.Subscribe(1, "t", Qos.AtLeastOnce, (ProtocolVersion)version));
        client.Send(ClientPackets.Subscribe(2, "t", Qos.AtMostOnce, (ProtocolVersion)version));
        Assert.Equal([("kept", true, Qos.AtLeastOnce), ("kept", true, Qos.AtMostOnce)], client.Take().Where(IsPublish).Select(packet => (packet.Text, packet.Retain, packet.Qos)));
        _publisher.Publish("t", "live", Qos.AtLeastOnce, 2);
        Assert.Equal(Qos.AtMostOnce, client.TakeOne(PacketType.Publish).Qos);
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-3.3.4-2", "MQTT-3.3.4-4")]
    public void Overlapping_filters_bring_one_copy_at_the_highest_QoS(byte version)
    {
        var client = _broker.Connect("c", (ProtocolVersion)version).Subscribe("a/#").Subscribe("a/+", Qos.ExactlyOnce).Subscribe("a/b", Qos.AtLeastOnce);
        _publisher.Publish("a/b", "x", Qos.ExactlyOnce, 1);
        Assert.Equal(Qos.ExactlyOnce, client.TakeOne(PacketType.Publish).Qos);
    }

    [Fact]
    [Spec("MQTT-3.3.4-3", "MQTT-3.3.4-4", "MQTT-3.3.4-5")]
    public void Subscription_identifiers_of_all_filters_that_match_come_with_the_message()
    {
        var client = _broker.Connect("c");
        client.Send(ClientPackets.Subscribe(1, "a/#", identifier: 1), ClientPackets.Subscribe(2, "a/+", identifier: 268_435_455), ClientPackets.Subscribe(3, "a/b"), ClientPackets.Subscribe(4, "x", identifier: 4));
        client.Take();
        _publisher.Publish("a/b", "x", retain: true);
        Assert.Equal([1u, 268_435_455u], client.TakeOne(PacketType.Publish).Properties.SubscriptionIdentifiers.Order());
        client.Send(ClientPackets.Subscribe(5, "a/#", identifier: 7)); // replaces the identifier, too
        Assert.Equal([7u], client.Take().Single(IsPublish).Properties.SubscriptionIdentifiers);
        client.Send(ClientPackets.Subscribe(6, "$share/g/a/b", identifier: 9)).TakeOne(PacketType.Suback);
        _publisher.Publish("a/b", "y");
        Assert.Equal([[9u], [7u, 268_435_455u]], client.Take().Select(packet => packet.Properties.SubscriptionIdentifiers.Order().ToArray()).OrderBy(ids => ids.Length));
    }

    [Fact]
    [Spec("MQTT-3.8.3-3")]
    public void With_No_Local_a_client_hears_others_and_not_itself()
    {
        var client = _broker.Connect("c");
        client.Send(ClientPackets.Subscribe(1, "a/#", noLocal: true)).Take();
        client.Publish("a/b", "own").TakeNothing();
        _publisher.Publish("a/b", "other");
        Assert.Equal(["a/b=other"], client.TakeMessages());
        client.Subscribe("a/b");
        client.Publish("a/b", "own");
        Assert.Equal(["a/b=own"], client.TakeMessages());
    }

    [Fact]
    [Spec("MQTT-3.8.3-4")]
    public void No_Local_on_a_shared_subscription_is_a_Protocol_Error() =>
        _broker.Connect("c").Send(ClientPackets.Subscribe(1, "$share/g/a", noLocal: true)).WasEnded(ReasonCode.ProtocolError);

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-3.3.1-9", "MQTT-3.3.1-12")]
    [Spec("MQTT311-3.3.1-8")]
    public void A_new_subscription_gets_retained_messages_with_RETAIN_and_live_ones_without(byte version)
    {
        for (var i = 0; i < 3; i++)
            _publisher.Publish($"a/{i}", $"{i}", retain: true);
        _publisher.Publish("b/0", "not matched", retain: true);
        var client = _broker.Connect("c", (ProtocolVersion)version).Send(ClientPackets.Subscribe(1, "a/+", version: (ProtocolVersion)version));
        Assert.Equal(["0", "1", "2"], client.Take().Where(packet => packet.Retain).Select(packet => packet.Text).Order());
        _publisher.Publish("a/0", "new", retain: true);
        Assert.False(client.TakeOne(PacketType.Publish).Retain);
    }

    [Theory]
    [InlineData(0, true, true)]
    [InlineData(1, true, false)]
    [InlineData(2, false, false)]
    [Spec("MQTT-3.3.1-9", "MQTT-3.3.1-10", "MQTT-3.3.1-11", "MQTT-3.8.4-4")]
    public void Retain_Handling_tells_when_retained_messages_come(byte handling, bool atFirst, bool again)
    {
        _publisher.Publish("t", "kept", retain: true);
        var client = _broker.Connect("c");
        foreach (var expected in (bool[])[atFirst, again])
            Assert.Equal(expected, client.Send(ClientPackets.Subscribe(1, "t", retainHandling: (RetainHandling)handling)).Take().Exists(IsPublish));
        client.Send(ClientPackets.Unsubscribe(1, ProtocolVersion.V5, "t")).Take();
        Assert.Equal(atFirst, client.Send(ClientPackets.Subscribe(1, "t", retainHandling: (RetainHandling)handling)).Take().Exists(IsPublish));
    }

    [Fact]
    [Spec("MQTT-3.3.1-13", "MQTT-3.3.1-12")]
    public void With_Retain_As_Published_RETAIN_is_what_the_publisher_set()
    {
        var client = _broker.Connect("c");
        client.Send(ClientPackets.Subscribe(1, "t", retainAsPublished: true)).Take();
        _publisher.Publish("t", "1", retain: true).Publish("t", "2");
        Assert.Equal([true, false], client.Take().Select(packet => packet.Retain));
    }

    [Fact]
    public void Retained_messages_come_as_fast_as_the_client_takes_them_and_none_is_old()
    {
        for (var i = 0; i < 300; i++)
            _publisher.Send(ClientPackets.Publish($"r/{i}", new byte[4_000], retain: true));
        var client = _broker.Connect("c");
        client.Connection.Block(true);
        client.Send(ClientPackets.Subscribe(1, "r/#"));
        Assert.InRange(client.Connection.Output.Length, 256 << 10, 300 << 10);
        _publisher.Publish("r/299", "new", retain: true).Publish("r/298", "", retain: true);
        var seen = new List<ServerPacket>();
        for (var round = 0; round < 10; round++)
        {
            client.Connection.Block(false);
            seen.AddRange(client.Take().Where(IsPublish));
            client.Connection.Block(true);
        }

        Assert.Equal(300, seen.Select(packet => packet.Topic).Distinct().Count());
        Assert.InRange(seen.Count, 300, 302); // those that changed may have gone out before
        Assert.Equal("new", seen.Last(packet => packet.Topic == "r/299").Text);
        Assert.Empty(seen.Last(packet => packet.Topic == "r/298").Payload);
    }

    [Theory]
    [InlineData(4, 0, true)]
    [InlineData(4, 1, true)]
    [InlineData(4, 2, false)]
    [InlineData(5, 0, false)]
    [InlineData(5, 1, false)]
    [InlineData(5, 2, true)]
    [Spec("MQTT-3.3.1-9")]
    public void All_retained_messages_come_as_they_are_acknowledged(byte version, byte qos, bool stays)
    {
        for (ushort i = 1; i <= 500; i++)
            _publisher.Publish($"r/{i}", $"{i}", (Qos)qos, i, retain: true).Ack(PacketType.Pubrel, i);
        var v = (ProtocolVersion)version;
        var client = stays ? _broker.Resume("c", v) : _broker.Connect("c", v);
        client.Send(ClientPackets.Subscribe(1, "r/#", Qos.ExactlyOnce, v));
        var received = new List<string>();
        for (var packets = client.Take(); packets.Count > 0; packets = client.Take())
        {
            foreach (var packet in packets.Where(packet => packet.Type is PacketType.Publish or PacketType.Pubrel))
            {
                if (packet.Type == PacketType.Publish)
                    received.Add(packet.Text);
                if (packet.PacketId > 0)
                    client.Ack(packet.Type == PacketType.Pubrel ? PacketType.Pubcomp : packet.Qos == Qos.AtLeastOnce ? PacketType.Puback : PacketType.Pubrec, packet.PacketId);
            }
        }

        Assert.Equal(500, received.Distinct().Count());
        Assert.Equal(500, received.Count);
    }

    [Fact]
    public void A_subscription_that_is_over_before_its_turn_brings_no_retained_messages()
    {
        for (var i = 0; i < 100; i++)
            _publisher.Send(ClientPackets.Publish($"r/{i}", new byte[4_000], retain: true));
        _publisher.Publish("late/1", "x", retain: true);
        var client = _broker.Connect("c");
        client.Connection.Block(true);
        client.Send(ClientPackets.Subscribe(1, "r/#"), ClientPackets.Subscribe(2, "late/1"), ClientPackets.Unsubscribe(3, ProtocolVersion.V5, "late/1"));
        client.Connection.Block(false);
        client.Connection.Block(false);
        Assert.Equal(100, client.Take().Count(IsPublish));
    }

    [Fact]
    public void Beyond_the_limit_of_subscriptions_none_is_added_but_one_may_be_replaced()
    {
        using var broker = new EngineHarness(new BrokerLimits { SubscriptionsPerClient = 2 });
        var client = broker.Connect("c").Subscribe("a").Subscribe("b");
        Assert.Equal([ReasonCode.QuotaExceeded], client.Send(ClientPackets.Subscribe(1, "c")).TakeOne(PacketType.Suback).Reasons);
        client.Subscribe("a", Qos.AtLeastOnce);
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-4.8.2-1", "MQTT-4.8.2-2", "MQTT-4.8.2-3")]
    public void A_shared_subscription_gives_each_message_to_one_member_at_its_own_QoS(byte version)
    {
        using var broker = new EngineHarness(options: new EngineOptions { SharedSubscriptions = SharedSubscriptionPolicy.RoundRobin });
        var publisher = broker.Connect("p");
        publisher.Publish("t", "kept", retain: true);
        var members = Enumerable.Range(0, 2).Select(i => broker.Connect($"m{i}", (ProtocolVersion)version).Subscribe("$share/g/#", (Qos)i)).ToArray();
        var other = broker.Connect("other").Subscribe("$share/h/t").Subscribe("t");
        other.Take();
        for (ushort i = 1; i <= 10; i++)
            publisher.Publish("t", $"{i}", Qos.AtLeastOnce, i);
        var received = members.Select(member => member.Take()).ToArray();
        Assert.Equal(Enumerable.Range(1, 10).Select(i => $"{i}").Order(), received.SelectMany(packets => packets).Select(packet => packet.Text).Order());
        for (var i = 0; i < 2; i++)
            Assert.All(received[i], packet => Assert.Equal((Qos)i, packet.Qos));
        Assert.Equal(5, received[0].Count);
        Assert.Equal(20, other.Take().Count);
    }

    [Fact]
    [Spec("MQTT-4.8.2-4", "MQTT-4.8.2-5")]
    public void What_one_member_has_begun_to_get_is_its_own()
    {
        var first = _broker.Resume("first");
        first.Take();
        first.Subscribe("$share/g/t", Qos.ExactlyOnce);
        _publisher.Publish("t", "1", Qos.ExactlyOnce, 1);
        var id = first.TakeOne(PacketType.Publish).PacketId;
        var second = _broker.Connect("second").Subscribe("$share/g/t", Qos.ExactlyOnce);
        first.Vanish();
        second.TakeNothing();
        first = _broker.Resume("first");
        Assert.Equal((id, true), first.Take().Where(IsPublish).Select(packet => (packet.PacketId, packet.Dup)).Single());
        first.Vanish();
        _broker.Connect("first");
        second.TakeNothing();
    }

    [Fact]
    [Spec("MQTT-4.8.2-6")]
    public void A_shared_message_that_one_member_refuses_goes_to_nobody_else()
    {
        var first = _broker.Connect("first").Subscribe("$share/g/t", Qos.AtLeastOnce);
        _publisher.Publish("t", "1", Qos.AtLeastOnce, 1);
        var second = _broker.Connect("second").Subscribe("$share/g/t", Qos.AtLeastOnce);
        first.Ack(PacketType.Puback, first.TakeOne(PacketType.Publish).PacketId, ReasonCode.UnspecifiedError).TakeNothing();
        second.TakeNothing();
    }

    [Fact]
    public void Members_that_are_connected_come_before_those_that_are_not()
    {
        _broker.Resume("away").Subscribe("$share/g/t", Qos.AtLeastOnce).Vanish();
        var here = _broker.Connect("here").Subscribe("$share/g/t", Qos.AtLeastOnce);
        for (ushort i = 1; i <= 5; i++)
            _publisher.Publish("t", $"{i}", Qos.AtLeastOnce, i);
        Assert.Equal(5, here.Take().Count);
        here.SayGoodbye();
        _publisher.Publish("t", "6", Qos.AtLeastOnce, 6);
        Assert.Equal(["t=6"], _broker.Resume("away").TakeMessages());
    }

    private static bool IsPublish(ServerPacket packet) => packet.Type == PacketType.Publish;
}
