using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Routing;
using Sparkplug.Broker.Storage;

namespace Sparkplug.Broker.Sessions;

/// <summary>What one client publishes: aliases, flow control, the receiving half of QoS 1 and 2 (MQTT 5, 4.3).</summary>
internal sealed class Inbox(Client client, Session session, BrokerEngine engine)
{
    private Topic?[]? _aliases;
    private Topic? _lastTopic;
    private PublishRate _rate = new(engine.Limits.PublishRate);

    /// <summary>QoS 2 packet identifiers of an earlier connection: each connection counts its messages anew (MQTT 5, 4.9).</summary>
    private readonly HashSet<ushort>? _earlierIds = session.ReceivedCount > 0 ? [.. session.ReceivedIds.Keys] : null;

    /// <summary>QoS 2 messages of this connection whose PUBREL has not come.</summary>
    public int ReceivedCount => session.ReceivedCount - (_earlierIds?.Count ?? 0);

    /// <summary>Takes a PUBLISH.</summary>
    public void Publish(in PublishPacket packet)
    {
        client.PublishesReceived++;
        if (packet.Qos > Qos.AtMostOnce && client.Version == ProtocolVersion.V5 && client.Unacknowledged >= engine.Limits.ReceiveMaximum
            && !session.ReceivedIds.ContainsKey(packet.PacketId))
            throw new MqttViolation(ReasonCode.ReceiveMaximumExceeded, $"more than {engine.Limits.ReceiveMaximum} messages in flight (MQTT-3.3.4-7)");
        var topic = TopicOf(packet);
        if (packet.Qos == Qos.ExactlyOnce && session.ReceivedIds.TryGetValue(packet.PacketId, out var batch))
        {
            client.Answer(PacketType.Pubrec, packet.PacketId, ReasonCode.Success, batch); // it was published before (MQTT-4.3.3-10)
            return;
        }

        var outcome = engine.Distributor.Publish(session, topic, packet);
        engine.Throttle.After(client, ref _rate);
        if (packet.Qos == Qos.AtLeastOnce)
            Acknowledge(PacketType.Puback, packet.PacketId, outcome);
        else if (packet.Qos == Qos.ExactlyOnce)
            AcknowledgeExactlyOnce(packet.PacketId, outcome);
    }

    /// <summary>PUBREL: the packet identifier may be used again (MQTT-4.3.3-11).</summary>
    public void Release(AckPacket pubrel)
    {
        _earlierIds?.Remove(pubrel.PacketId);
        if (!session.ReceivedIds.Remove(pubrel.PacketId))
        {
            client.Answer(PacketType.Pubcomp, pubrel.PacketId, ReasonCode.PacketIdentifierNotFound, 0);
            return;
        }

        client.Answer(PacketType.Pubcomp, pubrel.PacketId, ReasonCode.Success, ForgetInStore(pubrel.PacketId));
    }

    private long ForgetInStore(ushort packetId)
    {
        if (!session.IsDurable)
            return 0;
        engine.Durability.Add(new StoreChange.ReleaseId(session.Key, packetId));
        return engine.Durability.Promise(client);
    }

    private void AcknowledgeExactlyOnce(ushort packetId, Outcome outcome)
    {
        if (outcome.Reason < ReasonCode.UnspecifiedError)
        {
            if (session.IsDurable)
            {
                engine.Durability.Add(new StoreChange.ReceiveId(session.Key, packetId));
                outcome = outcome with { Batch = engine.Durability.Promise(client) };
            }

            session.ReceivedIds[packetId] = outcome.Batch;
        }

        Acknowledge(PacketType.Pubrec, packetId, outcome);
    }

    private void Acknowledge(PacketType type, ushort packetId, Outcome outcome)
    {
        if (outcome.Reason == ReasonCode.QuotaExceeded && client.Version == ProtocolVersion.V311)
        {
            client.End(outcome.Reason, "what it published cannot be kept"); // without an acknowledgement: it may send it again
            return;
        }

        client.Answer(type, packetId, outcome.Reason, outcome.Batch);
    }

    private Topic TopicOf(in PublishPacket packet)
    {
        if (packet.TopicAlias == 0)
            return Known(packet.Topic);
        if (packet.TopicAlias > engine.Limits.TopicAliases)
            throw new MqttViolation(ReasonCode.TopicAliasInvalid, $"topic alias {packet.TopicAlias} is above {engine.Limits.TopicAliases} (MQTT-3.3.2-9)");
        _aliases ??= new Topic?[engine.Limits.TopicAliases];
        ref var alias = ref _aliases[packet.TopicAlias - 1];
        if (!packet.Topic.IsEmpty)
            alias = Known(packet.Topic);
        return alias ?? throw new MqttViolation(ReasonCode.ProtocolError, $"topic alias {packet.TopicAlias} was not set before (MQTT-3.3.2-7)");
    }

    /// <summary>Most clients publish to one topic again and again.</summary>
    private Topic Known(ReadOnlySpan<byte> name)
    {
        if (_lastTopic is null || !name.SequenceEqual(_lastTopic.Utf8))
            _lastTopic = engine.Topics.Get(name);
        return _lastTopic;
    }
}
