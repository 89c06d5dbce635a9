using Sparkplug.Broker.Packets;

namespace SystemTests.Broker.Durability;

/// <summary>
/// What one subscriber with a session that stays may receive from a broker that is killed now and then: each message of each stream,
/// the first deliveries in order without a gap, QoS 2 once, and repetitions only for a reason. Pure.
/// </summary>
internal sealed class DeliveryRules(Action<string> report)
{
    private readonly Dictionary<ushort, Held> _held = [];
    private readonly Dictionary<MessageStream, int> _last = [];
    private readonly Dictionary<(MessageStream Stream, int Number), Copies> _copies = [];
    private int _connection, _order, _lastRedelivered;

    /// <summary>Packet identifiers that have come and that the client has not answered for good.</summary>
    public int HeldCount => _held.Count;

    /// <summary>How many came again with the same packet identifier.</summary>
    public int Redelivered { get; private set; }

    /// <summary>How many copies came because their publisher sent again.</summary>
    public int Repeated { get; private set; }

    /// <summary>The last message of a stream that has come.</summary>
    public int LastOf(MessageStream stream) => _last.GetValueOrDefault(stream);

    /// <summary>A connection begins: what is held is due again, in its order (MQTT-4.4.0-1, MQTT-4.6.0-6).</summary>
    public void Connected() => (_connection, _lastRedelivered) = (_connection + 1, 0);

    /// <summary>The client has sent PUBACK, or has been sent PUBREL: the identifier is free.</summary>
    public void Released(ushort packetId) => _held.Remove(packetId);

    /// <summary>A PUBLISH has come.</summary>
    public void Received(MessageStream stream, int number, Qos qos, ushort packetId, bool dup)
    {
        if (_held.TryGetValue(packetId, out var held))
        {
            CheckRedelivery(held, stream, number, packetId, dup);
            return;
        }

        if (!_copies.TryGetValue((stream, number), out var copies))
            _copies.Add((stream, number), copies = new Copies());
        var isFirst = copies.Packets.Count == 0;
        var (order, connection) = copies.Packets.GetValueOrDefault(packetId);
        if (order == 0)
            order = ++_order; // one that comes again keeps its place: its acknowledgement was not heard
        _held[packetId] = new Held(stream, number, order) { Connection = _connection };
        var last = LastOf(stream);
        if (number <= last)
            CheckRepetition(stream, number, qos, isFirst ? null : copies, order, dup && connection > 0 && connection < _connection);
        else if (number > last + 1)
            report($"{stream.Topic}: {number} comes after {last}: {number - last - 1} are lost or late (acknowledged up to {stream.Acknowledged})");
        else if (dup && _connection == 1)
            report($"{stream.Topic}: {number} carries DUP although nothing was sent before");
        if (number > last)
            _last[stream] = number;
        copies.Packets[packetId] = (order, _connection);
    }

    private void CheckRedelivery(Held held, MessageStream stream, int number, ushort packetId, bool dup)
    {
        Redelivered++;
        if (held.Stream != stream || held.Number != number)
            report($"packet identifier {packetId} carries {number} of {stream.Topic} while {held.Number} of {held.Stream.Topic} is not acknowledged");
        if (!dup)
            report($"{stream.Topic}: {number} comes again with packet identifier {packetId} and without DUP");
        if (held.Connection == _connection)
            report($"{stream.Topic}: {number} comes again on the same connection");
        CheckOrder(stream, number, held.Order);
        held.Connection = _connection;
        _copies[(held.Stream, held.Number)].Packets[packetId] = (held.Order, _connection);
    }

    private void CheckOrder(MessageStream stream, int number, int order)
    {
        if (order < _lastRedelivered)
            report($"{stream.Topic}: {number} is redelivered after what came later");
        _lastRedelivered = order;
    }

    private void CheckRepetition(MessageStream stream, int number, Qos qos, Copies? copies, int order, bool isSamePacket)
    {
        if (qos == Qos.ExactlyOnce)
        {
            report($"{stream.Topic}: {number} comes twice at QoS 2");
            return;
        }

        if (copies is null)
        {
            report($"{stream.Topic}: {number} comes late: after what was published after it");
            return;
        }

        // Acknowledged, but the broker was killed before it knew: the same packet again.
        if (isSamePacket)
        {
            CheckOrder(stream, number, order);
            Redelivered++;
            return;
        }

        Repeated++;
        if (copies.Count++ > stream.ResendsOf(number))
            report($"{stream.Topic}: copy {copies.Count} of {number}, which its publisher sent again {stream.ResendsOf(number)} times");
    }

    private sealed class Held(MessageStream stream, int number, int order)
    {
        public MessageStream Stream => stream;

        public int Number => number;

        /// <summary>Counts what came for the first time.</summary>
        public int Order => order;

        /// <summary>The connection on which it came last.</summary>
        public required int Connection { get; set; }
    }

    /// <summary>How often a message has come as one of its own, and by which packet identifiers: at which place first, on which connection last.</summary>
    private sealed class Copies
    {
        public int Count { get; set; } = 1;

        public Dictionary<ushort, (int Order, int Connection)> Packets { get; } = [];
    }
}
