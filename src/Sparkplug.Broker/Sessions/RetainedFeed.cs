using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Routing;

namespace Sparkplug.Broker.Sessions;

/// <summary>
/// The retained messages that a client is still to be sent for its new subscriptions, paced by what it takes. They are looked up when
/// their turn comes: a client that subscribes again and again costs no more than one that subscribes once.
/// </summary>
internal sealed class RetainedFeed(BrokerEngine engine, Client client, Session session)
{
    private const int HighWater = 256 << 10, MaximumWaiting = 100;

    /// <summary>Subscriptions whose turn has not come, by filter, with the last message of before the SUBSCRIBE.</summary>
    private readonly OrderedDictionary<string, (Subscription Subscription, long LastId)> _pending = new(StringComparer.Ordinal);

    private readonly List<Message> _messages = [];
    private Subscription? _subscription;
    private long _lastId;
    private int _next;

    /// <summary>Adds a new subscription. A session that outlives its connection owns its QoS 1 and 2 messages at once.</summary>
    public void Add(Subscription subscription)
    {
        if (session.IsDurable && subscription.Qos > Qos.AtMostOnce)
            Keep(subscription);
        _pending.Remove(subscription.Filter.Text);
        _pending.Add(subscription.Filter.Text, (subscription, engine.Identities.LastMessage));
        Pump();
    }

    /// <summary>Sends what may go out now.</summary>
    public void Pump()
    {
        while (client.IsConnected && client.Lag < HighWater && (session.Outbox?.Count ?? 0) < MaximumWaiting && TryTake(out var message))
            if (!IsKept(message, _subscription!) && message.Id <= _lastId)
                Send(_subscription!, message);
    }

    private void Keep(Subscription subscription)
    {
        var retained = new List<Message>();
        engine.Retained.Match(subscription.Filter, engine.Clock.UtcNow, retained);
        foreach (var message in retained)
            if (IsKept(message, subscription))
                Send(subscription, message);
    }

    private bool IsKept(Message message, Subscription subscription) =>
        session.IsDurable && message.Qos > Qos.AtMostOnce && subscription.Qos > Qos.AtMostOnce;

    private bool TryTake(out Message message)
    {
        while (_next >= _messages.Count)
        {
            if (!TryBegin())
            {
                message = null!;
                return false;
            }
        }

        message = _messages[_next++];
        return true;
    }

    /// <summary>The turn of the next subscription, unless it has ended or was replaced since.</summary>
    private bool TryBegin()
    {
        _messages.Clear();
        (_next, _subscription) = (0, null);
        if (_pending.Count == 0)
            return false;
        var (filter, (subscription, lastId)) = _pending.GetAt(0);
        _pending.RemoveAt(0);
        if (!session.Subscriptions.TryGetValue(filter, out var current) || !ReferenceEquals(current, subscription))
            return true;
        (_subscription, _lastId) = (subscription, lastId);
        engine.Retained.Match(subscription.Filter, engine.Clock.UtcNow, _messages);
        return true;
    }

    /// <summary>What was replaced since was sent as a live message; what was removed is not retained any more.</summary>
    private void Send(Subscription subscription, Message message)
    {
        if (!ReferenceEquals(engine.Retained.Find(message.Topic.Utf8), message) || message.ExpiresAt <= engine.Clock.UtcNow || !session.MayRead(engine, message.Topic))
            return;
        var qos = message.Qos < subscription.Qos ? message.Qos : subscription.Qos;
        uint[] identifiers = subscription.Identifier == 0 ? [] : [subscription.Identifier];
        if (qos > Qos.AtMostOnce)
        {
            session.OpenOutbox(engine).Add(message, qos, retain: true, identifiers);
            return;
        }

        var publication = Publication.Of(message, publisherClientId: null);
        client.Send(ref publication, retain: true, identifiers);
    }
}
