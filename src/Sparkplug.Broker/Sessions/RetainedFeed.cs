using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Routing;

namespace Sparkplug.Broker.Sessions;

/// <summary>The retained messages that a client is still to be sent for its new subscriptions, paced by what it takes.</summary>
internal sealed class RetainedFeed(BrokerEngine engine)
{
    private const int HighWater = 256 << 10, MaximumWaiting = 100;

    private readonly Queue<(Subscription Subscription, Message Message)> _queue = new();

    /// <summary>Adds what a new subscription is to get. A session that outlives its connection owns its QoS 1 and 2 messages at once.</summary>
    public void Add(Session session, Client client, Subscription subscription, List<Message> retained)
    {
        foreach (var message in retained)
        {
            if (session.IsDurable && message.Qos > Qos.AtMostOnce && subscription.Qos > Qos.AtMostOnce)
                Send(session, client, subscription, message);
            else
                _queue.Enqueue((subscription, message));
        }
    }

    public void Pump(Session session, Client client)
    {
        while (client.IsConnected && client.Lag < HighWater && (session.Outbox?.Count ?? 0) < MaximumWaiting && _queue.TryDequeue(out var next))
            Send(session, client, next.Subscription, next.Message);
    }

    /// <summary>What was replaced since was sent as a live message; what was removed is not retained any more.</summary>
    private void Send(Session session, Client client, Subscription subscription, Message message)
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
