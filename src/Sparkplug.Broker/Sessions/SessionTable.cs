using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Storage;

namespace Sparkplug.Broker.Sessions;

/// <summary>All sessions by client id: begun, resumed, taken over, ended, expired, restored after a restart.</summary>
internal sealed class SessionTable(BrokerEngine engine)
{
    private readonly Dictionary<string, Session> _sessions = new(StringComparer.Ordinal);

    /// <summary>Their client ids in order, so that a page of them costs no look at all of them.</summary>
    private readonly SortedSet<string> _order = new(StringComparer.Ordinal);

    public int Count => _sessions.Count;

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<Session> All => _sessions.Values;

    public Session? Find(string clientId) => _sessions.GetValueOrDefault(clientId);

    /// <summary>The sessions behind a client id, in the order of their ids; from the first one for null.</summary>
    public List<Session> After(string? clientId, int limit)
    {
        var page = new List<Session>(Math.Min(limit, _sessions.Count));
        if (_order.Max is not { } last || string.CompareOrdinal(clientId, last) >= 0)
            return page;
        foreach (var id in _order.GetViewBetween(clientId ?? "", last))
        {
            if (page.Count == limit)
                break;
            if (id != clientId)
                page.Add(_sessions[id]);
        }

        return page;
    }

    /// <summary>The longest interval that the broker keeps a session, in seconds.</summary>
    public uint Limit(uint interval) => Math.Min(interval, (uint)Math.Min(engine.Limits.SessionExpiry.TotalSeconds, uint.MaxValue - 1));

    /// <summary>
    /// The session of a client that was let in: another connection with its client id ends first (MQTT-3.1.4-3), then the session goes
    /// on or a new one begins (MQTT-3.1.2-4, -5).
    /// </summary>
    public Session Open(ConnectPacket connect, string clientId, string? userName, out bool isPresent)
    {
        if (Find(clientId) is { Holder: { } holder })
            holder.End(ReasonCode.SessionTakenOver, "another connection took its client id over");
        if (Find(clientId) is { } session)
        {
            if (!connect.CleanStart && session.UserName == userName)
            {
                isPresent = true;
                engine.Wills.Cancel(clientId);
                return Resume(session, connect);
            }

            End(session); // one user must not get another's messages by its client id
        }

        isPresent = false;
        return Begin(connect, clientId, userName);
    }

    /// <summary>A connection has ended; what happens to the Will and the session is in its facts.</summary>
    public void ConnectionEnded(Client client, Session session, bool isGoodbye, string why, ReasonCode reason)
    {
        engine.Throttle.Forget(client);
        engine.Log.ClientDisconnected(Shown.Text(session.ClientId), why);
        if (session.Holder != client)
            return;
        (session.Holder, session.Client, session.DisconnectedAt) = (null, null, engine.Clock.UtcNow);
        engine.Wills.ConnectionEnded(session, isGoodbye);
        if (session.ExpiryInterval == 0)
        {
            End(session);
            return;
        }

        engine.Durability.Add(new StoreChange.PutSession(session.ToStored()));
        AwaitExpiry(session);
    }

    /// <summary>Ends a session: its subscriptions and messages go, and a Will that waits for its delay is due (MQTT-3.1.3-9).</summary>
    public void End(Session session)
    {
        engine.Wills.SessionEnded(session.ClientId);
        engine.Subscriptions.Forget(session);
        _sessions.Remove(session.ClientId);
        _order.Remove(session.ClientId);
        session.Outbox?.Abandon();
        if (session.IsDurable)
            engine.Durability.Add(new StoreChange.EndSession(session.Key));
    }

    /// <summary>Takes over the sessions of before a restart: their connections are gone.</summary>
    public void Restore(IReadOnlyList<RestoredSession> restored)
    {
        foreach (var stored in restored)
        {
            var session = new Session
            {
                ClientId = stored.Session.ClientId,
                Key = stored.Session.Key,
                UserName = stored.Session.UserName,
                Version = stored.Session.Version,
                ExpiryInterval = stored.Session.ExpiryInterval,
                IsDurable = true,
                DisconnectedAt = stored.Session.DisconnectedAt ?? engine.Clock.UtcNow,
                Permissions = engine.Access.For(stored.Session.UserName, stored.Session.ClientId),
            };
            _sessions[session.ClientId] = session;
            _order.Add(session.ClientId);
            foreach (var subscription in stored.Subscriptions)
                engine.Subscriptions.Restore(session, subscription);
            foreach (var packetId in stored.ReceivedIds)
                session.ReceivedIds[packetId] = 0;
            if (stored.Queue.Count > 0)
                session.OpenOutbox(engine).Restore(stored.Queue);
            if (stored.Session.DisconnectedAt is null)
                engine.Durability.Add(new StoreChange.PutSession(session.ToStored())); // its expiry begins now, not with each restart
            AwaitExpiry(session);
        }
    }

    private Session Resume(Session session, ConnectPacket connect)
    {
        session.ExpiryInterval = Limit(connect.SessionExpiryInterval);
        session.Version = connect.Version;
        return session;
    }

    private Session Begin(ConnectPacket connect, string clientId, string? userName)
    {
        var interval = Limit(connect.SessionExpiryInterval);
        var session = new Session
        {
            ClientId = clientId,
            Key = engine.Identities.NextSession(),
            UserName = userName,
            Version = connect.Version,
            ExpiryInterval = interval,
            IsDurable = interval > 0,
            Permissions = engine.Access.For(userName, clientId),
        };
        _sessions[clientId] = session;
        _order.Add(clientId);
        return session;
    }

    private void AwaitExpiry(Session session)
    {
        var left = session.DisconnectedAt + session.ExpiryInterval * 1000L - engine.Clock.UtcNow;
        engine.Deadlines.Add(new Expiry(engine, session, session.DisconnectedAt), engine.Clock.Now + Math.Max(left, 0));
    }

    /// <summary>The end of a session, if it still waits for the same connection to come back.</summary>
    private sealed class Expiry(BrokerEngine engine, Session session, long disconnectedAt) : IDue
    {
        public void Due(long now)
        {
            if (session.Holder is not null || session.DisconnectedAt != disconnectedAt || engine.Sessions.Find(session.ClientId) != session)
                return;
            engine.Log.SessionExpired(Shown.Text(session.ClientId));
            engine.Sessions.End(session);
        }
    }
}
