using System.Text;
using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Routing;
using Sparkplug.Broker.Storage;

namespace UnitTests.Broker.Engine;

/// <summary>What a <see cref="MemoryStore"/> does with a batch that was submitted.</summary>
internal enum Disk
{
    /// <summary>It is on the disk at once.</summary>
    Fast,

    /// <summary>It waits for <see cref="MemoryStore.Settle"/>.</summary>
    Slow,

    /// <summary>It is refused and kept; new promises are not accepted.</summary>
    Full,
}

/// <summary>A disk whose every answer is in the test's hand, and what is on it.</summary>
internal sealed class MemoryStore : IBrokerStore
{
    private readonly Queue<(long Batch, List<StoreChange> Changes)> _submitted = new();
    private readonly Dictionary<long, KeptSession> _sessions = [];
    private readonly Dictionary<string, Message> _retained = [];
    private readonly Dictionary<string, StoredWill> _wills = [];
    private List<StoreChange> _current = [];
    private long _lastMessageId;

    public Disk Disk { get; set; }

    public long Batch { get; private set; } = 1;

    public bool IsAccepting { get; private set; } = true;

    public long Backlog { get; set; }

    public Action<long, bool>? Settled { get; set; }

    /// <summary>Batches that are neither on the disk nor given up.</summary>
    public int Waiting => _submitted.Count;

    public void Add(StoreChange change) => _current.Add(change);

    public void Submit()
    {
        if (_current.Count == 0)
            return;
        _submitted.Enqueue((Batch++, _current));
        _current = [];
        if (Disk == Disk.Fast)
            Settle();
        else if (Disk == Disk.Full)
            Refuse();
    }

    /// <summary>The payloads of all messages that were on the disk then or now.</summary>
    public HashSet<string> Kept { get; } = [];

    /// <summary>All that was submitted is on the disk now.</summary>
    public void Settle()
    {
        IsAccepting = true;
        while (_submitted.TryDequeue(out var next))
        {
            next.Changes.ForEach(Apply);
            Settled!(next.Batch, true);
        }
    }

    /// <summary>The disk refuses what was submitted; it stays for another attempt.</summary>
    public void Refuse()
    {
        IsAccepting = false;
        if (_submitted.Count > 0)
            Settled!(_submitted.Last().Batch, false);
    }

    /// <summary>From now on the disk is full.</summary>
    public void Fill()
    {
        Disk = Disk.Full;
        Refuse();
    }

    /// <summary>There is room again, and what was refused gets to the disk after all.</summary>
    public void Empty()
    {
        Disk = Disk.Fast;
        Settle();
    }

    /// <summary>What a broker finds that starts with this disk.</summary>
    public StoredState Load() => new()
    {
        Retained = [.. _retained.Values],
        Sessions = [.. _sessions.Values.Select(session => session.ToRestored())],
        Wills = [.. _wills.Values],
        LastMessageId = _lastMessageId,
        LastSessionKey = _sessions.Keys.DefaultIfEmpty().Max(),
    };

    private void Apply(StoreChange change)
    {
        switch (change)
        {
            case StoreChange.Retain retain:
                _retained[retain.Message.Topic.Text] = retain.Message;
                Keep(retain.Message);
                break;
            case StoreChange.Unretain unretain: _retained.Remove(unretain.Topic.Text); break;
            case StoreChange.PutWill put: _wills[put.Will.ClientId] = put.Will; break;
            case StoreChange.RemoveWill remove: _wills.Remove(remove.ClientId); break;
            case StoreChange.PutSession put when _sessions.TryGetValue(put.Session.Key, out var known): known.Facts = put.Session; break;
            case StoreChange.PutSession put: _sessions[put.Session.Key] = new KeptSession { Facts = put.Session }; break;
            case StoreChange.EndSession end: _sessions.Remove(end.SessionKey); break;
            default: ApplyToSession(change); break;
        }
    }

    private void ApplyToSession(StoreChange change)
    {
        switch (change)
        {
            case StoreChange.Subscribe add when Of(add.SessionKey) is { } session: session.Subscriptions[add.Subscription.Filter] = add.Subscription; break;
            case StoreChange.Unsubscribe end when Of(end.SessionKey) is { } session: session.Subscriptions.Remove(end.Filter); break;
            case StoreChange.Enqueue add when Of(add.SessionKey) is { } session:
                session.Queue[add.Delivery.Position] = add.Delivery;
                Keep(add.Delivery.Message);
                break;
            case StoreChange.Dequeue remove when Of(remove.SessionKey) is { } session: session.Queue.Remove(remove.Position); break;
            case StoreChange.Assign assign when Of(assign.SessionKey) is { } session: session.Change(assign.Position, packetId: assign.PacketId); break;
            case StoreChange.Release release when Of(release.SessionKey) is { } session: session.Change(release.Position, isReleased: true); break;
            case StoreChange.ReceiveId receive when Of(receive.SessionKey) is { } session: session.ReceivedIds.Add(receive.PacketId); break;
            case StoreChange.ReleaseId release when Of(release.SessionKey) is { } session: session.ReceivedIds.Remove(release.PacketId); break;
        }
    }

    private void Keep(Message message)
    {
        _lastMessageId = Math.Max(_lastMessageId, message.Id);
        Kept.Add(Encoding.UTF8.GetString(message.Payload));
    }

    private KeptSession? Of(long key) => _sessions.GetValueOrDefault(key);

    private sealed class KeptSession
    {
        public required StoredSession Facts { get; set; }

        public Dictionary<string, StoredSubscription> Subscriptions { get; } = [];

        public SortedDictionary<long, StoredDelivery> Queue { get; } = [];

        public HashSet<ushort> ReceivedIds { get; } = [];

        public void Change(long position, ushort? packetId = null, bool isReleased = false)
        {
            if (!Queue.TryGetValue(position, out var delivery))
                return;
            Queue[position] = new StoredDelivery
            {
                Position = position,
                Message = delivery.Message,
                Qos = delivery.Qos,
                Retain = delivery.Retain,
                Identifiers = delivery.Identifiers,
                PacketId = packetId ?? delivery.PacketId,
                IsReleased = isReleased || delivery.IsReleased,
            };
        }

        public RestoredSession ToRestored() => new()
        {
            Session = Facts,
            Subscriptions = [.. Subscriptions.Values],
            Queue = [.. Queue.Values],
            ReceivedIds = [.. ReceivedIds],
        };
    }
}
