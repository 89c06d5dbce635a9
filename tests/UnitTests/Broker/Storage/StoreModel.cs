using Sparkplug.Broker.Routing;
using Sparkplug.Broker.Storage;

namespace UnitTests.Broker.Storage;

/// <summary>What a store is to have after some changes, told in the plainest way.</summary>
internal sealed class StoreModel
{
    private readonly Dictionary<string, Message> _retained = [];
    private readonly Dictionary<long, SessionModel> _sessions = [];
    private readonly Dictionary<string, StoredWill> _wills = [];

    public void Apply(StoreChange change)
    {
        switch (change)
        {
            case StoreChange.Retain retain: _retained[retain.Message.Topic.Text] = retain.Message; break;
            case StoreChange.Unretain unretain: _retained.Remove(unretain.Topic.Text); break;
            case StoreChange.PutWill put: _wills[put.Will.ClientId] = put.Will; break;
            case StoreChange.RemoveWill remove: _wills.Remove(remove.ClientId); break;
            case StoreChange.PutSession put when _sessions.TryGetValue(put.Session.Key, out var session): session.Facts = put.Session; break;
            case StoreChange.PutSession put: _sessions[put.Session.Key] = new SessionModel { Facts = put.Session }; break;
            case StoreChange.EndSession end: _sessions.Remove(end.SessionKey); break;
            case StoreChange.Subscribe s when Of(s.SessionKey) is { } session: session.Subscriptions[s.Subscription.Filter] = s.Subscription; break;
            case StoreChange.Unsubscribe s when Of(s.SessionKey) is { } session: session.Subscriptions.Remove(s.Filter); break;
            case StoreChange.Enqueue e when Of(e.SessionKey) is { } session: session.Queue[e.Delivery.Position] = e.Delivery; break;
            case StoreChange.Assign a when Of(a.SessionKey) is { } session: session.Change(a.Position, a.PacketId, null); break;
            case StoreChange.Release r when Of(r.SessionKey) is { } session: session.Change(r.Position, null, true); break;
            case StoreChange.Dequeue d when Of(d.SessionKey) is { } session: session.Queue.Remove(d.Position); break;
            case StoreChange.ReceiveId r when Of(r.SessionKey) is { } session: session.Received.Add(r.PacketId); break;
            case StoreChange.ReleaseId r when Of(r.SessionKey) is { } session: session.Received.Remove(r.PacketId); break;
        }
    }

    public string Text() => Stored.Text(new StoredState
    {
        Retained = [.. _retained.Values],
        Sessions = [.. _sessions.Values.Select(session => session.Restored())],
        Wills = [.. _wills.Values],
    });

    private SessionModel? Of(long key) => _sessions.GetValueOrDefault(key);

    private sealed class SessionModel
    {
        public required StoredSession Facts { get; set; }

        public Dictionary<string, StoredSubscription> Subscriptions { get; } = [];

        public SortedDictionary<long, StoredDelivery> Queue { get; } = [];

        public HashSet<ushort> Received { get; } = [];

        public void Change(long position, ushort? packetId, bool? isReleased)
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
                IsReleased = isReleased ?? delivery.IsReleased,
            };
        }

        public RestoredSession Restored() => new()
        {
            Session = Facts, Subscriptions = [.. Subscriptions.Values], Queue = [.. Queue.Values], ReceivedIds = [.. Received],
        };
    }
}
