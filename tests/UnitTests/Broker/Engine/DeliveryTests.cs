using System.Text;
using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Sessions;

namespace UnitTests.Broker.Engine;

/// <summary>What subscribers get: the sending half of the QoS levels, quotas, what is sent again, properties, aliases, sizes.</summary>
public sealed class DeliveryTests : IDisposable
{
    private readonly EngineHarness _broker = new();
    private readonly TestClient _publisher;
    private ushort _lastId;

    public DeliveryTests() => _publisher = _broker.Connect("publisher");

    public void Dispose() => _broker.Dispose();

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-3.8.4-8", "MQTT-4.3.1-1", "MQTT-4.3.2-2", "MQTT-4.3.3-2", "MQTT-3.3.1-2", "MQTT-2.2.1-2", "MQTT-2.2.1-4", "MQTT-3.3.2-3")]
    public void A_message_comes_at_the_lower_of_its_QoS_and_the_one_granted(byte version)
    {
        for (var granted = Qos.AtMostOnce; granted <= Qos.ExactlyOnce; granted++)
        {
            var client = _broker.Connect($"c{granted}", (ProtocolVersion)version).Subscribe("t/+", granted);
            for (var qos = Qos.AtMostOnce; qos <= Qos.ExactlyOnce; qos++)
                Publish("t/x", $"{qos}", qos);
            var messages = client.Take();
            Assert.Equal([Qos.AtMostOnce, Min(granted, Qos.AtLeastOnce), granted], messages.Select(message => message.Qos));
            Assert.All(messages, message => Assert.Equal(("t/x", false, message.Qos > 0), (message.Topic, message.Dup, message.PacketId > 0)));
            client.Vanish();
        }
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-4.3.2-1", "MQTT-4.3.3-1", "MQTT-4.3.3-4", "MQTT-4.3.3-5", "MQTT-3.6.1-1", "MQTT-3.6.2-1", "MQTT-2.2.1-5")]
    public void Acknowledgements_free_the_packet_identifier_in_any_order(byte version)
    {
        using var broker = new EngineHarness(new BrokerLimits { Inflight = 3 });
        var client = broker.Connect("c", (ProtocolVersion)version).Subscribe("#", Qos.ExactlyOnce);
        var publisher = broker.Connect("p");
        for (ushort i = 1; i <= 6; i++)
            publisher.Publish("t", $"{i}", i % 2 == 0 ? Qos.ExactlyOnce : Qos.AtLeastOnce, i);
        var sent = client.Take();
        Assert.Equal(["1", "2", "3"], sent.Select(packet => packet.Text));
        Assert.Equal(3, sent.Select(packet => packet.PacketId).Distinct().Count());
        var next = client.Ack(PacketType.Puback, sent[2].PacketId).TakeOne(PacketType.Publish);
        Assert.Equal("4", next.Text);
        Assert.Equal(sent[1].PacketId, client.Ack(PacketType.Pubrec, sent[1].PacketId).TakeOne(PacketType.Pubrel).PacketId);
        var five = client.Ack(PacketType.Pubcomp, sent[1].PacketId).TakeOne(PacketType.Publish);
        Assert.Equal("5", five.Text);
        var six = client.Ack(PacketType.Puback, sent[0].PacketId).TakeOne(PacketType.Publish);
        Assert.Equal("6", six.Text);
        foreach (var packet in (ServerPacket[])[next, six])
        {
            client.Ack(PacketType.Pubrec, packet.PacketId).TakeOne(PacketType.Pubrel);
            client.Ack(PacketType.Pubcomp, packet.PacketId);
        }

        client.Ack(PacketType.Puback, five.PacketId).TakeNothing();
        Assert.Equal(0, broker.Engine.Sessions.Find("c")!.Outbox!.Count);
        Assert.Equal(0, broker.Engine.Queued);
    }

    [Fact]
    [Spec("MQTT-3.3.4-9", "MQTT-3.3.4-10", "MQTT-4.9.0-2", "MQTT-4.9.0-3")]
    public void No_more_than_Receive_Maximum_are_in_flight_and_nothing_else_waits_for_it()
    {
        var client = _broker.Connect("c", receiveMaximum: 2).Subscribe("#", Qos.ExactlyOnce);
        for (var i = 1; i <= 4; i++)
            Publish("t", $"{i}", Qos.ExactlyOnce);
        var sent = client.Take();
        Assert.Equal(["1", "2"], sent.Select(packet => packet.Text));
        Publish("t", "quick");
        Assert.Equal("quick", client.TakeOne(PacketType.Publish).Text);
        client.Send(ClientPackets.Pingreq()).TakeOne(PacketType.Pingresp);
        client.Send(ClientPackets.Subscribe(1, "x")).TakeOne(PacketType.Suback);
        client.Ack(PacketType.Pubrec, sent[0].PacketId).TakeOne(PacketType.Pubrel); // PUBREC alone frees nothing
        Assert.Equal("3", client.Ack(PacketType.Pubcomp, sent[0].PacketId).TakeOne(PacketType.Publish).Text);
    }

    [Fact]
    [Spec("MQTT-4.4.0-2", "MQTT-3.3.4-9")]
    public void A_refusal_is_an_acknowledgement()
    {
        var client = _broker.Connect("c", expiry: 100, receiveMaximum: 1).Subscribe("#", Qos.ExactlyOnce);
        Publish("t", "1", Qos.AtLeastOnce);
        Publish("t", "2", Qos.ExactlyOnce);
        Publish("t", "3", Qos.AtLeastOnce);
        var second = client.Ack(PacketType.Puback, client.TakeOne(PacketType.Publish).PacketId, ReasonCode.QuotaExceeded).TakeOne(PacketType.Publish);
        var third = client.Ack(PacketType.Pubrec, second.PacketId, ReasonCode.QuotaExceeded).TakeOne(PacketType.Publish);
        Assert.Equal(("2", "3"), (second.Text, third.Text));
        client.Ack(PacketType.Puback, third.PacketId).Vanish();
        Assert.Equal(PacketType.Connack, Assert.Single(_broker.Resume("c").Take()).Type);
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-4.4.0-1", "MQTT-3.3.1-1", "MQTT-3.3.1-3", "MQTT-4.3.2-3", "MQTT-4.3.3-3", "MQTT-4.3.3-5", "MQTT-4.3.3-6")]
    public void A_session_that_goes_on_sends_again_what_is_not_acknowledged_in_its_order(byte version)
    {
        var v = (ProtocolVersion)version;
        var client = _broker.Resume("c", v);
        client.Take();
        client.Subscribe("#", Qos.ExactlyOnce);
        foreach (var (text, qos) in (IEnumerable<(string, Qos)>)[("1", Qos.AtLeastOnce), ("2", Qos.ExactlyOnce), ("3", Qos.AtLeastOnce), ("4", Qos.ExactlyOnce)])
            Publish("t", text, qos);
        var sent = client.Take().ToDictionary(packet => packet.Text);
        client.Ack(PacketType.Puback, sent["3"].PacketId).Ack(PacketType.Pubrec, sent["4"].PacketId).TakeOne(PacketType.Pubrel);
        client.Vanish();
        Publish("t", "5", Qos.AtLeastOnce);
        for (var round = 0; round < 2; round++)
        {
            client = _broker.Resume("c", v);
            var again = client.Take().Skip(1).ToList();
            Assert.Equal(sent["4"].PacketId, again.Single(packet => packet.Type == PacketType.Pubrel).PacketId);
            var messages = again.Where(packet => packet.Type == PacketType.Publish).ToList();
            Assert.Equal([("1", true, sent["1"].PacketId), ("2", true, sent["2"].PacketId)], messages.Take(2).Select(packet => (packet.Text, packet.Dup, packet.PacketId)));
            Assert.Equal(("5", round > 0), (messages[2].Text, messages[2].Dup));
            client.Vanish();
        }
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-4.4.0-1")]
    public void Nothing_is_sent_again_as_long_as_the_connection_lives(byte version)
    {
        var client = _broker.Connect("c", (ProtocolVersion)version).Subscribe("#", Qos.ExactlyOnce);
        Publish("t", "1", Qos.AtLeastOnce);
        client.Take();
        _broker.Pass(TimeSpan.FromHours(1));
        client.TakeNothing();
    }

    [Fact]
    [Spec("MQTT-3.3.4-10", "MQTT-4.9.0-1")]
    public void PUBREL_that_is_sent_again_waits_for_no_quota()
    {
        var client = _broker.Resume("c");
        client.Take();
        client.Subscribe("#", Qos.ExactlyOnce);
        for (var i = 0; i < 4; i++)
            Publish("t", $"{i}", Qos.ExactlyOnce);
        foreach (var packet in client.Take().TakeLast(2))
            client.Ack(PacketType.Pubrec, packet.PacketId);
        client.Vanish();
        var again = _broker.Resume("c", receiveMaximum: 1).Take();
        Assert.Equal(2, again.Count(packet => packet.Type == PacketType.Pubrel));
        Assert.Empty(again.Where(packet => packet.Type == PacketType.Publish).Skip(1));
    }

    [Fact]
    public void Acknowledgements_of_nothing_are_passed_over_and_those_of_another_kind_are_not()
    {
        var client = _broker.Connect("c").Subscribe("#", Qos.ExactlyOnce);
        client.Ack(PacketType.Puback, 77).Ack(PacketType.Pubcomp, 77).TakeNothing();
        Assert.Equal(ReasonCode.PacketIdentifierNotFound, client.Ack(PacketType.Pubrec, 77).TakeOne(PacketType.Pubrel).Reason);
        Publish("t", "1", Qos.ExactlyOnce);
        var id = client.TakeOne(PacketType.Publish).PacketId;
        _broker.Connect("d").Subscribe("#", Qos.AtLeastOnce);
        client.Ack(PacketType.Puback, id).WasEnded(ReasonCode.ProtocolError);
    }

    [Fact]
    public void PUBCOMP_before_PUBREC_and_PUBREC_of_a_QoS_1_message_end_the_connection()
    {
        var early = _broker.Connect("early").Subscribe("#", Qos.ExactlyOnce);
        var wrong = _broker.Connect("wrong").Subscribe("#", Qos.AtLeastOnce);
        Publish("t", "1", Qos.ExactlyOnce);
        early.Ack(PacketType.Pubcomp, early.TakeOne(PacketType.Publish).PacketId).WasEnded(ReasonCode.ProtocolError);
        wrong.Ack(PacketType.Pubrec, wrong.TakeOne(PacketType.Publish).PacketId).WasEnded(ReasonCode.ProtocolError);
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    public void A_PUBREC_that_comes_twice_is_answered_twice(byte version)
    {
        var client = _broker.Resume("c", (ProtocolVersion)version);
        client.Take();
        client.Subscribe("#", Qos.ExactlyOnce);
        Publish("t", "1", Qos.ExactlyOnce);
        var id = client.TakeOne(PacketType.Publish).PacketId;
        client.Ack(PacketType.Pubrec, id).TakeOne(PacketType.Pubrel);
        _broker.Store.Disk = Disk.Slow;
        client.Ack(PacketType.Pubrec, id).TakeOne(PacketType.Pubrel);
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-4.6.0-5", "MQTT-4.6.0-6")]
    public void Messages_of_one_publisher_topic_and_QoS_keep_their_order(byte version)
    {
        var client = _broker.Connect("c", (ProtocolVersion)version).Subscribe("#", Qos.ExactlyOnce);
        for (var i = 0; i < 2_000; i++)
            Publish("t", $"{i}", (Qos)(i % 3));
        var received = new List<ServerPacket>();
        for (var packets = client.Take(); packets.Count > 0; packets = client.Take())
        {
            received.AddRange(packets.Where(packet => packet.Type == PacketType.Publish));
            foreach (var packet in packets.Where(packet => packet.Type is PacketType.Publish or PacketType.Pubrel && packet.PacketId > 0))
                client.Ack(packet.Type == PacketType.Pubrel ? PacketType.Pubcomp : packet.Qos == Qos.ExactlyOnce ? PacketType.Pubrec : PacketType.Puback, packet.PacketId);
        }

        Assert.Equal(2_000, received.Count);
        foreach (var ofQos in received.GroupBy(packet => packet.Qos))
            Assert.Equal(ofQos.OrderBy(packet => int.Parse(packet.Text, System.Globalization.CultureInfo.InvariantCulture)), ofQos);
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT311-3.1.2-5")]
    public void A_session_without_a_connection_keeps_QoS_1_and_2_and_no_QoS_0(byte version)
    {
        _broker.Resume("c", (ProtocolVersion)version).Subscribe("#", Qos.ExactlyOnce).Vanish();
        for (var qos = Qos.AtMostOnce; qos <= Qos.ExactlyOnce; qos++)
            Publish("t", $"{qos}", qos);
        var messages = _broker.Resume("c", (ProtocolVersion)version).Take().Skip(1);
        Assert.Equal([("AtLeastOnce", false), ("ExactlyOnce", false)], messages.Select(packet => (packet.Text, packet.Dup)));
    }

    [Fact]
    [Spec("MQTT-3.3.2-4", "MQTT-3.3.2-15", "MQTT-3.3.2-16", "MQTT-3.3.2-17", "MQTT-3.3.2-18", "MQTT-3.3.2-20")]
    public void Properties_pass_through_unaltered_live_queued_and_retained()
    {
        byte[] properties =
        [
            .. ClientPackets.UserProperty("z", "1"), .. ClientPackets.Property(0x01, true), .. ClientPackets.Property(0x08, "answer/here"),
            .. ClientPackets.UserProperty("a", ""), .. ClientPackets.Property(0x09, (byte[])[1, 0, 255]), .. ClientPackets.Property(0x03, "text/plain"),
            .. ClientPackets.UserProperty("z", "1"),
        ];
        var live = _broker.Connect("live").Subscribe("#");
        _broker.Resume("queued").Subscribe("#", Qos.AtLeastOnce).Vanish();
        _publisher.Send(ClientPackets.Publish("t", "x", qos: Qos.AtLeastOnce, packetId: 1, retain: true, properties: properties));
        var late = _broker.Connect("late").Send(ClientPackets.Subscribe(1, "#")).Take()[1];
        foreach (var sent in (ServerProperties[])[live.TakeOne(PacketType.Publish).Properties, _broker.Resume("queued").Take()[1].Properties, late.Properties])
        {
            Assert.Equal([("z", "1"), ("a", ""), ("z", "1")], sent.UserProperties);
            Assert.Equal((true, "answer/here", "text/plain"), (sent.PayloadFormatIndicator, sent.ResponseTopic, sent.ContentType));
            Assert.Equal([1, 0, 255], sent.CorrelationData);
        }
    }

    [Fact]
    [Spec("MQTT-3.3.2-5", "MQTT-3.3.2-6")]
    public void A_message_expires_where_it_waits_and_tells_what_is_left()
    {
        _broker.Resume("c").Subscribe("#", Qos.AtLeastOnce).Vanish();
        _publisher.Send(ClientPackets.Publish("t", "short", qos: Qos.AtLeastOnce, packetId: 1, messageExpiryInterval: 5));
        _publisher.Send(ClientPackets.Publish("t", "long", qos: Qos.AtLeastOnce, packetId: 2, messageExpiryInterval: 60));
        _publisher.Send(ClientPackets.Publish("r", "short", retain: true, messageExpiryInterval: 5), ClientPackets.Publish("r2", "long", retain: true, messageExpiryInterval: 60));
        _broker.Pass(TimeSpan.FromSeconds(10));
        Assert.Equal(("long", 50u), Expiring(_broker.Resume("c").Take().Skip(1)));
        Assert.Equal(("long", 50u), Expiring(_broker.Connect("d").Send(ClientPackets.Subscribe(1, "#")).Take().Skip(1)));
        Assert.Single(_broker.Store.Load().Retained);
    }

    [Fact]
    [Spec("MQTT-4.3.3-7", "MQTT-4.3.3-13")]
    public void A_message_that_was_sent_does_not_expire_any_more()
    {
        var client = _broker.Resume("c");
        client.Take();
        client.Subscribe("#", Qos.ExactlyOnce);
        _publisher.Send(ClientPackets.Publish("t", "x", qos: Qos.ExactlyOnce, packetId: 1, messageExpiryInterval: 5));
        var id = client.TakeOne(PacketType.Publish).PacketId;
        client.Vanish();
        _broker.Pass(TimeSpan.FromSeconds(10));
        client = _broker.Resume("c");
        Assert.Equal((id, true), client.Take().Skip(1).Select(packet => (packet.PacketId, packet.Dup)).Single());
        client.Ack(PacketType.Pubrec, id).TakeOne(PacketType.Pubrel);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [Spec("MQTT-3.1.2-24", "MQTT-3.1.2-25")]
    public void A_message_too_large_for_the_client_is_as_if_it_were_delivered(byte qos)
    {
        var client = _broker.Connect("c", maximumPacketSize: 100).Subscribe("#", (Qos)qos);
        var overhead = 2 + 2 + 1 + 1 + (qos > 0 ? 2 : 0);
        _publisher.Send(ClientPackets.Publish("t", new byte[101 - overhead], qos: (Qos)qos, packetId: 1));
        client.TakeNothing();
        _publisher.Send(ClientPackets.Publish("t", new byte[100 - overhead], qos: (Qos)qos, packetId: 2));
        Assert.Equal(100, client.TakeOne(PacketType.Publish).Bytes.Length);
        Assert.Equal(1, _broker.Engine.Sessions.Find("c")!.Dropped);
    }

    [Fact]
    [Spec("MQTT-3.1.2-24", "MQTT-3.1.2-25")]
    public void A_SUBACK_too_large_for_the_client_is_not_sent()
    {
        var client = _broker.Connect("c", maximumPacketSize: 64);
        client.Send(ClientPackets.Subscribe(1, ProtocolVersion.V5, null, [.. Enumerable.Range(0, 100).Select(i => new RequestedSubscription($"{i}", Qos.AtMostOnce))])).TakeNothing();
        _publisher.Publish("42", "x");
        Assert.Equal(["42=x"], client.TakeMessages());
    }

    [Fact]
    [Spec("MQTT-3.1.2-26", "MQTT-3.3.2-11", "MQTT-3.3.2-7")]
    public void Aliases_to_the_client_stay_within_its_maximum_and_its_connection()
    {
        var client = _broker.Connect("c", expiry: 100, topicAliasMaximum: 2).Subscribe("#", Qos.AtLeastOnce);
        foreach (var topic in (string[])["a", "b", "c", "a", "b", "c"])
            Publish(topic, topic, Qos.AtLeastOnce);
        var sent = client.Take();
        Assert.Equal([("a", 1), ("b", 2), ("c", 0), ("", 1), ("", 2), ("c", 0)], sent.Select(packet => (packet.Topic, (int)(packet.Properties.TopicAlias ?? 0))));
        client.Vanish();
        Assert.All(_broker.Resume("c").Take().Skip(1), packet => Assert.Equal((null, false), (packet.Properties.TopicAlias, packet.Topic.Length == 0)));
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-3.1.2-27")]
    public void Who_takes_no_aliases_gets_none(byte version)
    {
        var client = _broker.Connect("c", (ProtocolVersion)version).Subscribe("#");
        Publish("a", "1");
        Publish("a", "2");
        Assert.All(client.Take(), packet => Assert.Equal(("a", null), (packet.Topic, packet.Properties.TopicAlias)));
    }

    [Fact]
    [Spec("MQTT-4.7.3-4", "MQTT-1.5.4-3")]
    public void Topics_are_compared_as_they_are()
    {
        var client = _broker.Connect("c").Subscribe("\u00e9").Subscribe("\ufeffx");
        Publish("e\u0301", "decomposed");
        Publish("\u00c9", "upper");
        Publish("x", "without");
        Publish("\u00e9", "same");
        Publish("\ufeffx", "same");
        Assert.Equal(["same", "same"], client.Take().Select(packet => packet.Text));
    }

    [Fact]
    [Spec("MQTT-4.7.2-1")]
    public void Wildcards_at_the_front_match_no_topic_of_the_server()
    {
        var client = _broker.Connect("c").Subscribe("#").Subscribe("+/certificates/#");
        _publisher.Send(ClientPackets.Publish("spBv1.0/G/NBIRTH/N", [0x18, 0]));
        Assert.Equal(["spBv1.0/G/NBIRTH/N"], client.Take().Select(packet => packet.Topic));
    }

    private void Publish(string topic, string payload, Qos qos = Qos.AtMostOnce)
    {
        _lastId = (ushort)(_lastId % 60_000 + 1);
        _publisher.Send(ClientPackets.Publish(topic, Encoding.UTF8.GetBytes(payload), qos: qos, packetId: _lastId));
        if (qos == Qos.ExactlyOnce)
            _publisher.Ack(PacketType.Pubrel, _lastId);
        _publisher.Take();
    }

    private static (string, uint?) Expiring(IEnumerable<ServerPacket> packets)
    {
        var packet = Assert.Single(packets);
        return (packet.Text, packet.Properties.MessageExpiryInterval);
    }

    private static Qos Min(Qos a, Qos b) => a < b ? a : b;
}
