using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Routing;
using Sparkplug.Broker.Storage;

namespace Sparkplug.Broker.Sessions;

/// <summary>SUBSCRIBE and UNSUBSCRIBE (MQTT 5, 3.8 to 3.11).</summary>
internal sealed class SubscriptionDesk(BrokerEngine engine, SubscriptionTree tree)
{
    public SubscriptionTree Tree => tree;

    /// <summary>
    /// Takes a SUBSCRIBE (MQTT-3.8.4-1, -4). The retained messages come behind SUBACK, unless that waits for the disk: then they go
    /// first, as the standard permits, so that none of them comes after a newer message of its topic.
    /// </summary>
    public void Subscribe(Client client, Session session, SubscribePacket packet)
    {
        var reasons = new ReasonCode[packet.Subscriptions.Count];
        var begun = new List<(Subscription Subscription, bool IsNew)>(reasons.Length);
        for (var i = 0; i < reasons.Length; i++)
            reasons[i] = Subscribe(session, packet.Subscriptions[i], packet.SubscriptionIdentifier, begun);
        var batch = session.IsDurable && begun.Count > 0 ? engine.Durability.Promise(client) : 0;
        client.Owe(new Acknowledgement(PacketType.Suback, packet.PacketId, ReasonCode.Success, batch, reasons));
        foreach (var (subscription, isNew) in begun)
            SendRetained(client, subscription, isNew);
    }

    /// <summary>Takes an UNSUBSCRIBE (MQTT-3.10.4-1 to -5).</summary>
    public void Unsubscribe(Client client, Session session, UnsubscribePacket packet)
    {
        var reasons = new ReasonCode[packet.Filters.Count];
        var isStored = false;
        for (var i = 0; i < reasons.Length; i++)
        {
            var isRemoved = Remove(session, packet.Filters[i]);
            isStored |= isRemoved && session.IsDurable;
            reasons[i] = isRemoved ? ReasonCode.Success : ReasonCode.NoSubscriptionExisted;
        }

        var batch = isStored ? engine.Durability.Promise(client) : 0;
        client.Owe(new Acknowledgement(PacketType.Unsuback, packet.PacketId, ReasonCode.Success, batch, reasons));
    }

    /// <summary>The disk refused the subscriptions of a SUBSCRIBE: they end again.</summary>
    /// <returns>What SUBACK says instead.</returns>
    public ReasonCode[] TakeBack(Session session, in Acknowledgement suback)
    {
        foreach (var subscription in session.Subscriptions.Values.ToList())
            if (subscription.PromisedBy == suback.Batch)
                Remove(session, subscription.Filter.Text);
        return [.. suback.Reasons!.Select(reason => reason < ReasonCode.UnspecifiedError ? ReasonCode.QuotaExceeded : reason)];
    }

    /// <summary>Takes the subscription of a session that is restored.</summary>
    public void Restore(Session session, StoredSubscription stored)
    {
        if (!TopicFilter.TryParse(stored.Filter, out var filter, out var fault))
        {
            engine.Refusals.Subscribe(session, stored.Filter, fault); // written by a version with other limits
            return;
        }

        Put(session, new Subscription
        {
            Subscriber = session,
            Filter = filter,
            Qos = stored.Qos,
            NoLocal = stored.NoLocal,
            RetainAsPublished = stored.RetainAsPublished,
            RetainHandling = stored.RetainHandling,
            Identifier = stored.Identifier,
        });
    }

    /// <summary>Ends all subscriptions of a session that ends.</summary>
    public void Forget(Session session)
    {
        if (session.SubscriptionCount == 0)
            return;
        foreach (var subscription in session.Subscriptions.Values)
            tree.Remove(session, subscription.Filter);
    }

    /// <summary>Ends the subscriptions that changed access rules do not allow any more.</summary>
    public void Recheck(Session session)
    {
        if (session.SubscriptionCount == 0)
            return;
        foreach (var subscription in session.Subscriptions.Values.ToList())
        {
            var decision = session.Permissions.MaySubscribe(Utf8(subscription.Filter.Inner));
            if (decision.IsAllowed)
                continue;
            engine.Refusals.Subscribe(session, subscription.Filter.Text, decision.Rule);
            Remove(session, subscription.Filter.Text);
        }
    }

    private static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private ReasonCode Subscribe(Session session, RequestedSubscription requested, uint identifier, List<(Subscription, bool)> begun)
    {
        if (!TopicFilter.TryParse(requested.Filter, out var filter, out var fault))
        {
            engine.Refusals.Subscribe(session, requested.Filter, fault);
            return ReasonCode.TopicFilterInvalid;
        }

        if (filter.ShareName is not null && requested.NoLocal)
            throw new MqttViolation(ReasonCode.ProtocolError, "No Local on a shared subscription (MQTT-3.8.3-4)");
        var decision = session.Permissions.MaySubscribe(Utf8(filter.Inner));
        if (!decision.IsAllowed)
        {
            engine.Refusals.Subscribe(session, filter.Text, decision.Rule);
            return ReasonCode.NotAuthorized;
        }

        if (session.SubscriptionCount >= engine.Limits.SubscriptionsPerClient && !session.Subscriptions.ContainsKey(filter.Text))
        {
            engine.Refusals.Subscribe(session, filter.Text, $"it has {engine.Limits.SubscriptionsPerClient} subscriptions already");
            return ReasonCode.QuotaExceeded;
        }

        if (session.IsDurable && !engine.Durability.IsAccepting)
            return ReasonCode.QuotaExceeded;
        begun.Add(Begin(session, filter, requested, identifier));
        return (ReasonCode)requested.Qos;
    }

    private (Subscription Subscription, bool IsNew) Begin(Session session, TopicFilter filter, RequestedSubscription requested, uint identifier)
    {
        var subscription = new Subscription
        {
            Subscriber = session,
            Filter = filter,
            Qos = requested.Qos,
            NoLocal = requested.NoLocal,
            RetainAsPublished = requested.RetainAsPublished,
            RetainHandling = requested.RetainHandling,
            Identifier = identifier,
            PromisedBy = session.IsDurable ? engine.Durability.Batch : 0,
        };
        var isNew = Put(session, subscription);
        if (session.IsDurable)
        {
            engine.Durability.Add(new StoreChange.Subscribe(session.Key, new StoredSubscription(
                filter.Text, subscription.Qos, subscription.NoLocal, subscription.RetainAsPublished, subscription.RetainHandling, identifier)));
        }

        return (subscription, isNew);
    }

    private bool Put(Session session, Subscription subscription)
    {
        session.Put(subscription);
        return tree.Add(subscription) is null;
    }

    private bool Remove(Session session, string filter)
    {
        if (!session.Subscriptions.TryGetValue(filter, out var subscription))
            return false;
        tree.Remove(session, subscription.Filter);
        session.Remove(filter);
        if (session.IsDurable)
            engine.Durability.Add(new StoreChange.Unsubscribe(session.Key, filter));
        return true;
    }

    private static void SendRetained(Client client, Subscription subscription, bool isNew)
    {
        if (subscription.Filter.ShareName is not null // MQTT-3.8.4 and 4.8.2: none for a shared subscription
            || subscription.RetainHandling == RetainHandling.DoNotSend
            || subscription.RetainHandling == RetainHandling.SendIfNew && !isNew)
            return;
        client.Feed(subscription);
    }
}
