using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Routing;
using Sparkplug.Broker.Storage;

namespace Sparkplug.Broker.Sessions;

/// <summary>The Wills of all clients, those that are connected and those whose delay runs (MQTT 5, 3.1.2.5 and 3.1.3.2.2).</summary>
internal sealed class Wills(BrokerEngine engine)
{
    private readonly Dictionary<string, StoredWill> _wills = new(StringComparer.Ordinal);

    /// <summary>How many there are.</summary>
    public int Count => _wills.Count;

    /// <summary>Keeps the Will of a client that was let in, over a restart too; returns whether there is one.</summary>
    public bool Keep(Session session, ConnectWill? will)
    {
        if (will is null)
        {
            Cancel(session.ClientId);
            return false;
        }

        var stored = new StoredWill(session.ClientId, session.UserName, will, session.ExpiryInterval);
        _wills[session.ClientId] = stored;
        engine.Durability.Add(new StoreChange.PutWill(stored));
        return true;
    }

    /// <summary>The client is back, or said goodbye: its Will is deleted (MQTT-3.1.2-10).</summary>
    public void Cancel(string clientId)
    {
        if (_wills.Remove(clientId))
            engine.Durability.Add(new StoreChange.RemoveWill(clientId));
    }

    /// <summary>A connection ended: a goodbye deletes the Will, otherwise it is due now or after its delay (MQTT-3.1.2-8).</summary>
    public void ConnectionEnded(Session session, bool isGoodbye)
    {
        if (!_wills.TryGetValue(session.ClientId, out var will))
            return;
        if (isGoodbye)
            Cancel(session.ClientId);
        else
            Await(will, session.ExpiryInterval);
    }

    /// <summary>A session ended: a Will that still waits is due, whatever its delay (MQTT-3.1.3-9).</summary>
    public void SessionEnded(string clientId)
    {
        if (_wills.TryGetValue(clientId, out var will))
            Publish(will);
    }

    /// <summary>Takes over the Wills of before a restart: the connections that they were for have ended with it.</summary>
    public void Restore(IReadOnlyList<StoredWill> wills)
    {
        foreach (var will in wills)
        {
            _wills[will.ClientId] = will;
            engine.Deadlines.Add(new Delay(this, will), engine.Clock.Now + DelayOf(will, will.SessionExpiryInterval));
        }
    }

    /// <summary>The broker stops: the Wills without delay are published while their subscribers are still there.</summary>
    public void PublishAll()
    {
        foreach (var will in _wills.Values.ToList())
            if (DelayOf(will, will.SessionExpiryInterval) == 0)
                Publish(will);
    }

    private static long DelayOf(StoredWill will, uint expiryInterval) => 1000L * Math.Min(will.Will.DelayInterval, expiryInterval);

    private void Await(StoredWill will, uint expiryInterval)
    {
        var delay = DelayOf(will, expiryInterval);
        if (delay == 0)
            Publish(will);
        else
            engine.Deadlines.Add(new Delay(this, will), engine.Clock.Now + delay);
    }

    private void Publish(StoredWill stored)
    {
        Cancel(stored.ClientId); // first: its subscriber may be the one whose session ends
        var topic = engine.Topics.Get(stored.Will.Topic);
        var decision = engine.Access.For(stored.UserName, stored.ClientId).MayPublish(topic.Utf8);
        if (!decision.IsAllowed)
        {
            engine.Refusals.Will(stored.ClientId, topic, decision.Rule);
            return;
        }

        var will = stored.Will;
        var publication = new Publication
        {
            Topic = topic,
            Payload = will.Payload,
            Properties = will.Properties,
            Qos = will.Qos,
            Retain = will.Retain,
            ExpiresAt = will.MessageExpiryInterval is { } interval ? engine.Clock.UtcNow + interval * 1000L : long.MaxValue,
            PublisherClientId = stored.ClientId,
        };
        engine.Distributor.Publish(ref publication);
        engine.Log.WillPublished(Shown.Text(stored.ClientId), Shown.Text(topic.Text));
    }

    /// <summary>A Will whose delay runs; another one of the same client, or none, makes this one void.</summary>
    private sealed class Delay(Wills wills, StoredWill will) : IDue
    {
        public void Due(long now)
        {
            if (wills._wills.TryGetValue(will.ClientId, out var current) && ReferenceEquals(current, will))
                wills.Publish(will);
        }
    }
}
