using System.Diagnostics;
using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Routing;

namespace Sparkplug.Broker.Storage;

/// <summary>
/// What the disk lacks: changes come in one by one, and only their outcome is left. What a later change undoes never gets to the disk,
/// and after a failure everything is still here. Pure; owned by who writes.
/// </summary>
internal sealed class PendingChanges
{
    /// <summary>About the memory of a row that waits, beside its payload.</summary>
    public const int RowSize = 128;

    /// <summary>Numbers are reserved in blocks, so that few commits write how far they are.</summary>
    private const long MessageIdBlock = 1 << 20, SessionKeyBlock = 1 << 10;

    private readonly Dictionary<byte[], RetainedChange> _retained = new(new BytesComparer());
    private readonly Dictionary<string, StoredWill?> _wills = new(StringComparer.Ordinal);
    private readonly Dictionary<long, SessionChanges> _sessions = [];
    private readonly HashSet<SessionChanges> _changedSessions = [];
    private readonly HashSet<long> _endedSessions = [];
    private readonly MessageReferences _messages = new();
    private long _rows, _retainedSize;
    private bool _isReservationNew;

    /// <summary>By topic, what is to be retained there.</summary>
    public IReadOnlyDictionary<byte[], RetainedChange> Retained => _retained;

    /// <summary>By client id; null where the Will goes.</summary>
    public IReadOnlyDictionary<string, StoredWill?> Wills => _wills;

    /// <summary>Sessions with something to be written, after the <see cref="EndedSessions"/>.</summary>
    public IReadOnlyCollection<SessionChanges> Sessions => _changedSessions;

    /// <summary>Sessions whose rows go, before any other change.</summary>
    public IReadOnlyCollection<long> EndedSessions => _endedSessions;

    /// <summary>Messages that come or go.</summary>
    public IReadOnlyCollection<MessageReferences.StoredMessage> Messages => _messages.Changed;

    /// <summary>No message id up to this one is given again after a restart.</summary>
    public long ReservedMessageId { get; private set; }

    /// <summary>No session key up to this one is given again after a restart.</summary>
    public long ReservedSessionKey { get; private set; }

    /// <summary>Whether the reservations are to be written.</summary>
    public bool IsReservationNew => _isReservationNew;

    /// <summary>Changes that named a session which does not exist, although they add something.</summary>
    public long Strays { get; private set; }

    /// <summary>How many rows are to be written or removed, about.</summary>
    public long Count => _rows + _retained.Count + _wills.Count + _endedSessions.Count + _messages.Changed.Count + (_isReservationNew ? 1 : 0);

    /// <summary>About the bytes that wait.</summary>
    public long Size => (Count * RowSize) + _retainedSize + _messages.Size;

    /// <summary>Takes a change in.</summary>
    public void Apply(StoreChange change)
    {
        switch (change)
        {
            case StoreChange.Retain retain:
                Reserve(retain.Message);
                SetRetained(retain.Message.Topic.Utf8, retain.Message);
                break;
            case StoreChange.Unretain unretain:
                SetRetained(unretain.Topic.Utf8, null);
                break;
            case StoreChange.PutWill put:
                _wills[put.Will.ClientId] = put.Will;
                break;
            case StoreChange.RemoveWill remove:
                _wills[remove.ClientId] = null;
                break;
            case StoreChange.PutSession put:
                Change(Begin(put.Session.Key), put);
                break;
            case StoreChange.EndSession end:
                End(end.SessionKey);
                break;
            default:
                ChangeSession(change);
                break;
        }
    }

    /// <summary>
    /// Gives up what makes no promise (QoS 0) to free memory: such a message is not retained on the disk, and neither is the older one
    /// of its topic, which would be a wrong value after a restart.
    /// </summary>
    /// <returns>How many messages that were.</returns>
    public int DropUnpromised()
    {
        var dropped = _retained.Values.Where(change => change.Message is { Qos: Qos.AtMostOnce }).Select(change => change.Message!.Topic.Utf8).ToList();
        dropped.ForEach(topic => SetRetained(topic, null));
        return dropped.Count;
    }

    /// <summary>All of it is on the disk now.</summary>
    public void Written()
    {
        foreach (var session in _changedSessions)
            session.Written();
        _changedSessions.Empty();
        _endedSessions.Empty();
        _retained.Empty();
        _wills.Empty();
        _messages.Written();
        (_rows, _retainedSize, _isReservationNew) = (0, 0, false);
    }

    /// <summary>The disk has this.</summary>
    public void Restore(StoredState state)
    {
        (ReservedMessageId, ReservedSessionKey) = (state.LastMessageId, state.LastSessionKey);
        foreach (var restored in state.Sessions)
        {
            var session = Begin(restored.Session.Key);
            session.Restore();
            foreach (var delivery in restored.Queue)
                session.Restore(delivery);
        }
    }

    private void ChangeSession(StoreChange change)
    {
        var (key, adds) = change switch
        {
            StoreChange.Subscribe subscribe => (subscribe.SessionKey, true),
            StoreChange.Unsubscribe unsubscribe => (unsubscribe.SessionKey, false),
            StoreChange.Enqueue enqueue => (enqueue.SessionKey, true),
            StoreChange.Assign assign => (assign.SessionKey, false),
            StoreChange.Release release => (release.SessionKey, false),
            StoreChange.Dequeue dequeue => (dequeue.SessionKey, false),
            StoreChange.ReceiveId receive => (receive.SessionKey, true),
            StoreChange.ReleaseId release => (release.SessionKey, false),
            _ => throw new UnreachableException(change.GetType().Name),
        };
        if (_sessions.TryGetValue(key, out var session))
            Change(session, change);
        else if (adds)
            Strays++;
    }

    private void Change(SessionChanges session, StoreChange change)
    {
        var before = session.Count;
        switch (change)
        {
            case StoreChange.PutSession put:
                session.Put(put.Session);
                break;
            case StoreChange.Subscribe subscribe:
                session.Put(subscribe.Subscription);
                break;
            case StoreChange.Unsubscribe unsubscribe:
                session.RemoveSubscription(unsubscribe.Filter);
                break;
            case StoreChange.Enqueue enqueue:
                Reserve(enqueue.Delivery.Message);
                session.Enqueue(enqueue.Delivery);
                break;
            case StoreChange.Assign assign:
                session.Assign(assign.Position, assign.PacketId);
                break;
            case StoreChange.Release release:
                session.Release(release.Position);
                break;
            case StoreChange.Dequeue dequeue:
                session.Dequeue(dequeue.Position);
                break;
            case StoreChange.ReceiveId receive:
                session.PutReceivedId(receive.PacketId, isThere: true);
                break;
            case StoreChange.ReleaseId release:
                session.PutReceivedId(release.PacketId, isThere: false);
                break;
        }

        _rows += session.Count - before;
        if (session.Count > 0)
            _changedSessions.Add(session);
        else
            _changedSessions.Remove(session);
    }

    private SessionChanges Begin(long key)
    {
        if (_sessions.TryGetValue(key, out var session))
            return session;
        if (key > ReservedSessionKey)
            (ReservedSessionKey, _isReservationNew) = (key + SessionKeyBlock, true);
        session = new SessionChanges(key, _messages);
        _sessions.Add(key, session);
        return session;
    }

    private void End(long key)
    {
        if (!_sessions.Remove(key, out var session))
            return;
        session.End();
        _rows -= session.Count;
        _changedSessions.Remove(session);
        if (session.IsOnDisk)
            _endedSessions.Add(key);
    }

    private void SetRetained(byte[] topic, Message? message)
    {
        if (_retained.TryGetValue(topic, out var before))
            _retainedSize -= before.Size;
        var change = new RetainedChange(message, topic.Length + (message?.Size ?? 0));
        _retained[topic] = change;
        _retainedSize += change.Size;
    }

    private void Reserve(Message message)
    {
        if (message.Id > ReservedMessageId)
            (ReservedMessageId, _isReservationNew) = (message.Id + MessageIdBlock, true);
    }

    /// <summary>What is to be retained on a topic.</summary>
    /// <param name="Message">Null for nothing.</param>
    /// <param name="Size">About its bytes.</param>
    internal readonly record struct RetainedChange(Message? Message, int Size);
}
