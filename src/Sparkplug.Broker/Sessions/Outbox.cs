using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Routing;
using Sparkplug.Broker.Storage;

namespace Sparkplug.Broker.Sessions;

/// <summary>
/// The QoS 1 and 2 messages on their way to one session (MQTT 5, 4.3 and 4.4): they wait for room, get a packet identifier, wait for the
/// disk if the session outlives its connection, go out, and leave when the client has acknowledged them.
/// <code>
/// waiting --identifier--> ready --batch on disk--> in flight --PUBACK--> gone
///                                                  in flight --PUBREC, batch on disk, PUBREL--> released --PUBCOMP--> gone
/// </code>
/// </summary>
internal sealed class Outbox(Session session, BrokerEngine engine)
{
    /// <summary>Output beyond which nothing more is handed to the transport until it has drained.</summary>
    private const int HighWater = 256 << 10;

    private readonly Queue<Delivery> _waiting = new(), _ready = new();
    private readonly Dictionary<ushort, Delivery> _inflight = [];
    private readonly HashSet<ushort> _identifiers = [];
    private long _lastPosition;
    private ushort _lastIdentifier;

    /// <summary>Messages that have not left yet.</summary>
    public int Count => _waiting.Count + _ready.Count + _inflight.Count;

    /// <summary>Messages that the client has not acknowledged.</summary>
    public int Inflight => _inflight.Count;

    /// <summary>Whether the next message to go out is not on the disk yet.</summary>
    public bool WaitsForDisk => _ready.TryPeek(out var next) && next.Batch > engine.Durability.Committed;

    /// <summary>About the memory of all of them.</summary>
    public long Bytes { get; private set; }

    /// <summary>Takes over the queue of before a restart.</summary>
    public void Restore(IReadOnlyList<StoredDelivery> queue)
    {
        foreach (var delivery in queue.Select(Delivery.From))
        {
            _lastPosition = Math.Max(_lastPosition, delivery.Position);
            Took(delivery);
            if (delivery.PacketId == 0)
                _waiting.Enqueue(delivery);
            else
                AddWithIdentifier(delivery);
        }
    }

    /// <summary>The session has ended: nothing of this is owed to anybody any more.</summary>
    public void Abandon()
    {
        engine.Queued -= Count;
        Bytes = 0;
        _waiting.Clear();
        _ready.Clear();
        _inflight.Clear();
    }

    /// <summary>Adds a message; it goes out as soon as it may.</summary>
    /// <returns>The batch that the publisher's acknowledgement depends on; 0 for none.</returns>
    public long Add(Message message, Qos qos, bool retain, uint[] identifiers)
    {
        if (Bytes + message.Size > engine.Limits.QueueBytes)
        {
            session.CountDropped(engine);
            return 0;
        }

        var delivery = new Delivery { Position = ++_lastPosition, Message = message, Qos = qos, Retain = retain, Identifiers = identifiers };
        Took(delivery);
        var hasRoom = session.Client is not null && _waiting.Count == 0 && HasIdentifierLeft;
        if (hasRoom)
            GiveIdentifier(delivery);
        if (session.IsDurable)
        {
            engine.Durability.Add(new StoreChange.Enqueue(session.Key, delivery.ToStored()));
            delivery.Batch = engine.Durability.Promise(session);
        }

        (hasRoom ? _ready : _waiting).Enqueue(delivery);
        var batch = delivery.Batch;
        Pump();
        return batch;
    }

    /// <summary>The session has a connection again: what was in flight goes out again, in its order, before anything else (MQTT-4.4.0-1).</summary>
    public void Reattach()
    {
        Delivery[] again = [.. _inflight.Values.Concat(_ready).OrderBy(delivery => delivery.Position)];
        _inflight.Clear();
        _ready.Clear();
        foreach (var delivery in again)
        {
            if (delivery.IsReleased)
                ReleaseAgain(delivery);
            else
                _ready.Enqueue(delivery);
        }

        Pump();
    }

    /// <summary>Sends what may go out now.</summary>
    public void Pump()
    {
        if (session.Client is not { } client)
            return;
        GiveIdentifiers();
        while (client.Lag < HighWater && _inflight.Count < client.SendQuota
            && _ready.TryPeek(out var delivery) && delivery.Batch <= engine.Durability.Committed)
        {
            _ready.Dequeue();
            _inflight[delivery.PacketId] = delivery;
            Send(client, delivery);
            GiveIdentifiers();
        }
    }

    /// <summary>PUBACK: the message has arrived.</summary>
    public void Acknowledged(ushort packetId)
    {
        if (!_inflight.TryGetValue(packetId, out var delivery))
            return; // a late answer to what was in flight before the session began anew
        if (delivery.Qos != Qos.AtLeastOnce)
            throw new MqttViolation(ReasonCode.ProtocolError, "PUBACK for a QoS 2 message (MQTT-4.3.3-4)");
        Leave(delivery);
        Pump();
    }

    /// <summary>PUBREC: the client owns the message, or refuses it (MQTT-4.3.3-4, -5).</summary>
    public void Received(Client client, AckPacket pubrec)
    {
        if (!_inflight.TryGetValue(pubrec.PacketId, out var delivery))
        {
            if (_identifiers.Contains(pubrec.PacketId))
                return; // an answer to an earlier connection: the message is about to be sent again
            client.Answer(PacketType.Pubrel, pubrec.PacketId, ReasonCode.PacketIdentifierNotFound, 0);
            return;
        }

        if (delivery.Qos != Qos.ExactlyOnce)
            throw new MqttViolation(ReasonCode.ProtocolError, "PUBREC for a QoS 1 message (MQTT-4.3.2-3)");
        if (pubrec.Reason >= ReasonCode.UnspecifiedError)
        {
            Leave(delivery);
            Pump();
            return;
        }

        Release(client, delivery);
    }

    /// <summary>PUBCOMP: the exchange is over.</summary>
    public void Completed(ushort packetId)
    {
        if (!_inflight.TryGetValue(packetId, out var delivery))
            return;
        if (!delivery.IsReleased)
            throw new MqttViolation(ReasonCode.ProtocolError, "PUBCOMP before PUBREC (MQTT-4.3.3-5)");
        Leave(delivery);
        Pump();
    }

    private bool HasIdentifierLeft => session.Client is { } client && _ready.Count + _inflight.Count < client.SendQuota;

    private void GiveIdentifiers()
    {
        while (HasIdentifierLeft && _waiting.TryDequeue(out var delivery))
        {
            if (IsNotForThisSession(delivery))
            {
                Drop(delivery);
                continue;
            }

            GiveIdentifier(delivery);
            if (session.IsDurable)
            {
                engine.Durability.Add(new StoreChange.Assign(session.Key, delivery.Position, delivery.PacketId));
                delivery.Batch = engine.Durability.Promise(session);
            }

            _ready.Enqueue(delivery);
        }
    }

    /// <summary>It expired while it waited (MQTT-3.3.2-5), or the rules have changed since.</summary>
    private bool IsNotForThisSession(Delivery delivery) =>
        delivery.Message.ExpiresAt <= engine.Clock.UtcNow || !session.MayRead(engine, delivery.Message.Topic);

    private void Send(Client client, Delivery delivery)
    {
        if (!delivery.WasSent && IsNotForThisSession(delivery))
        {
            Leave(delivery);
            return;
        }

        var isTaken = client.Send(delivery);
        delivery.WasSent = true;
        if (!isTaken)
            Leave(delivery); // larger than the client takes: as if it were delivered (MQTT-3.1.2-25)
    }

    private void Release(Client client, Delivery delivery)
    {
        if (!delivery.IsReleased)
        {
            delivery.IsReleased = true;
            if (session.IsDurable)
            {
                engine.Durability.Add(new StoreChange.Release(session.Key, delivery.Position));
                delivery.Batch = engine.Durability.Promise(client);
            }
        }

        client.Answer(PacketType.Pubrel, delivery.PacketId, ReasonCode.Success, delivery.Batch);
    }

    /// <summary>PUBREL waits for no quota (MQTT-3.3.4-10).</summary>
    private void ReleaseAgain(Delivery delivery)
    {
        _inflight[delivery.PacketId] = delivery;
        session.Client!.Answer(PacketType.Pubrel, delivery.PacketId, ReasonCode.Success, delivery.Batch);
    }

    private void Leave(Delivery delivery)
    {
        _inflight.Remove(delivery.PacketId);
        _identifiers.Remove(delivery.PacketId);
        Forget(delivery);
    }

    private void Drop(Delivery delivery)
    {
        session.CountDropped(engine);
        Forget(delivery);
    }

    private void Took(Delivery delivery)
    {
        Bytes += delivery.Message.Size;
        engine.Queued++;
    }

    private void Forget(Delivery delivery)
    {
        Bytes -= delivery.Message.Size;
        engine.Queued--;
        if (session.IsDurable)
            engine.Durability.AddBehind(new StoreChange.Dequeue(session.Key, delivery.Position));
    }

    private void GiveIdentifier(Delivery delivery)
    {
        do
            _lastIdentifier = _lastIdentifier == ushort.MaxValue ? (ushort)1 : (ushort)(_lastIdentifier + 1);
        while (!_identifiers.Add(_lastIdentifier));
        delivery.PacketId = _lastIdentifier;
    }

    private void AddWithIdentifier(Delivery delivery)
    {
        _identifiers.Add(delivery.PacketId);
        _lastIdentifier = delivery.PacketId;
        _ready.Enqueue(delivery);
    }
}
