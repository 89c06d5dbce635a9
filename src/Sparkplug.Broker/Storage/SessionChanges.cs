namespace Sparkplug.Broker.Storage;

/// <summary>A session that is to be kept: its queue, as far as the order of changes asks for it, and what the disk lacks of it.</summary>
internal sealed class SessionChanges(long key, MessageReferences messages)
{
    private readonly Dictionary<long, QueuedDelivery> _queue = [];
    private readonly Dictionary<long, QueuedDelivery?> _deliveries = [];
    private readonly Dictionary<string, StoredSubscription?> _subscriptions = new(StringComparer.Ordinal);
    private readonly Dictionary<ushort, bool> _receivedIds = [];

    public long Key { get; } = key;

    /// <summary>Whether the disk has rows of it.</summary>
    public bool IsOnDisk { get; private set; }

    /// <summary>The facts, if they are to be written.</summary>
    public StoredSession? Facts { get; private set; }

    /// <summary>What is to be written of the queue, by position; null where the row goes.</summary>
    public IReadOnlyDictionary<long, QueuedDelivery?> Deliveries => _deliveries;

    /// <summary>What is to be written of the subscriptions, by filter; null where the row goes.</summary>
    public IReadOnlyDictionary<string, StoredSubscription?> Subscriptions => _subscriptions;

    /// <summary>What is to be written of the received packet identifiers: whether it is there.</summary>
    public IReadOnlyDictionary<ushort, bool> ReceivedIds => _receivedIds;

    /// <summary>How many rows wait to be written.</summary>
    public int Count => (Facts is null ? 0 : 1) + _deliveries.Count + _subscriptions.Count + _receivedIds.Count;

    public void Put(StoredSession facts) => Facts = facts;

    public void Put(StoredSubscription subscription) => _subscriptions[subscription.Filter] = subscription;

    public void RemoveSubscription(string filter) => _subscriptions[filter] = null;

    public void PutReceivedId(ushort packetId, bool isThere) => _receivedIds[packetId] = isThere;

    public void Enqueue(StoredDelivery delivery)
    {
        var isOnDisk = Take(delivery.Position) || (_deliveries.TryGetValue(delivery.Position, out var gone) && gone is null);
        var queued = new QueuedDelivery(delivery, isOnDisk);
        if (!queued.IsReleased)
            messages.Add(delivery.Message);
        _queue.Add(delivery.Position, queued);
        _deliveries[delivery.Position] = queued;
    }

    public void Assign(long position, ushort packetId)
    {
        if (!_queue.TryGetValue(position, out var queued))
            return;
        queued.PacketId = packetId;
        _deliveries[position] = queued;
    }

    public void Release(long position)
    {
        if (!_queue.TryGetValue(position, out var queued) || queued.IsReleased)
            return;
        queued.IsReleased = true;
        messages.Remove(queued.MessageId);
        _deliveries[position] = queued;
    }

    public void Dequeue(long position)
    {
        if (!_queue.ContainsKey(position))
            return;
        if (Take(position))
            _deliveries[position] = null;
        else
            _deliveries.Remove(position);
    }

    /// <summary>The session ends: its messages are in one queue less.</summary>
    public void End()
    {
        foreach (var queued in _queue.Values)
            if (!queued.IsReleased)
                messages.Remove(queued.MessageId);
    }

    /// <summary>The disk has the session.</summary>
    public void Restore() => IsOnDisk = true;

    /// <summary>The disk has the delivery.</summary>
    public void Restore(StoredDelivery delivery)
    {
        var queued = new QueuedDelivery(delivery, isOnDisk: true);
        queued.Written();
        if (!queued.IsReleased)
            messages.Restore(queued.MessageId);
        _queue.Add(delivery.Position, queued);
    }

    /// <summary>All of it is on the disk now.</summary>
    public void Written()
    {
        IsOnDisk = true;
        Facts = null;
        foreach (var queued in _deliveries.Values)
            queued?.Written();
        _deliveries.Empty();
        _subscriptions.Empty();
        _receivedIds.Empty();
        if (_queue.Count == 0)
            _queue.Empty();
    }

    /// <summary>Takes a delivery out of the queue; tells whether the disk has a row of it.</summary>
    private bool Take(long position)
    {
        if (!_queue.Remove(position, out var queued))
            return false;
        if (!queued.IsReleased)
            messages.Remove(queued.MessageId);
        return queued.IsOnDisk;
    }

    /// <summary>A delivery in the queue, without its message once that is on the disk.</summary>
    internal sealed class QueuedDelivery(StoredDelivery delivery, bool isOnDisk)
    {
        public long MessageId { get; } = delivery.Message.Id;

        public ushort PacketId { get; set; } = delivery.PacketId;

        public bool IsReleased { get; set; } = delivery.IsReleased;

        /// <summary>Whether the disk has a row at its position.</summary>
        public bool IsOnDisk { get; private set; } = isOnDisk;

        /// <summary>The delivery as it was queued, until that is on the disk; then only what changes is written.</summary>
        public StoredDelivery? Delivery { get; private set; } = delivery;

        public void Written()
        {
            IsOnDisk = true;
            Delivery = null;
        }
    }
}
