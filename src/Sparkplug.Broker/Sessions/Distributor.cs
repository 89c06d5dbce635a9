using Sparkplug.Broker.Awareness;
using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Routing;
using Sparkplug.Broker.Storage;

namespace Sparkplug.Broker.Sessions;

/// <summary>What became of a PUBLISH.</summary>
/// <param name="Reason">What PUBACK or PUBREC says.</param>
/// <param name="Batch">What the acknowledgement depends on; 0 for nothing.</param>
internal readonly record struct Outcome(ReasonCode Reason, long Batch);

/// <summary>The way of a message from its publisher to everyone who is to have it.</summary>
internal sealed class Distributor(BrokerEngine engine)
{
    private readonly List<Message> _voided = [];

    /// <summary>Publishes what a client sent.</summary>
    public Outcome Publish(Session publisher, Topic topic, in PublishPacket packet)
    {
        if (!MayPublish(publisher, topic))
            return new Outcome(ReasonCode.NotAuthorized, 0);
        var publication = new Publication
        {
            Topic = topic,
            Payload = packet.Payload,
            Properties = packet.Properties,
            Qos = packet.Qos,
            Retain = packet.Retain,
            ExpiresAt = packet.MessageExpiryInterval is { } interval ? engine.Clock.UtcNow + interval * 1000L : long.MaxValue,
            Publisher = publisher,
            PublisherClientId = publisher.ClientId,
        };
        return Publish(ref publication);
    }

    /// <summary>Publishes what was checked before: a client's message, a Will, the broker's own.</summary>
    public Outcome Publish(scoped ref Publication publication)
    {
        if (!publication.IsVolatile)
            engine.Metrics.Published();
        if (engine.Awareness.DeathPayload(publication.Topic, publication.Payload) is { } stamped)
            publication.Payload = stamped;
        var route = engine.Subscriptions.Tree.Match(publication.Topic);
        if (!engine.Durability.IsAccepting && publication.Qos > Qos.AtMostOnce && PromisesSomething(route, publication))
            return Refuse(ref publication, route);
        if (!publication.Retain)
            return Deliver(ref publication, route, 0);
        if (!TryRetain(ref publication, out var batch))
            return new Outcome(ReasonCode.QuotaExceeded, 0);
        return Deliver(ref publication, route, publication.Qos > Qos.AtMostOnce ? batch : 0);
    }

    private Outcome Deliver(scoped ref Publication publication, Route route, long batch)
    {
        batch = Math.Max(batch, Deliver(ref publication, route, toDurable: true));
        KeepCertificate(ref publication);
        return new Outcome(route.IsEmpty && !publication.Retain ? ReasonCode.NoMatchingSubscribers : ReasonCode.Success, batch);
    }

    private bool MayPublish(Session publisher, Topic topic)
    {
        if (publisher.Permissions.PublishesEverything && !topic.IsServersOwn)
            return true;
        var decision = publisher.Permissions.MayPublish(topic.Utf8);
        if (!decision.IsAllowed)
            engine.Refusals.Publish(publisher, topic, decision.Rule);
        return decision.IsAllowed;
    }

    private long Deliver(scoped ref Publication publication, Route route, bool toDurable)
    {
        long batch = 0;
        foreach (ref readonly var entry in route.Entries.AsSpan())
        {
            if (!entry.HasNoLocal || !ReferenceEquals(entry.Subscriber, publication.Publisher))
                batch = Math.Max(batch, Deliver(ref publication, entry, toDurable));
            else if (engine.Subscriptions.Tree.MatchForItself(publication.Topic, entry.Subscriber, out var left))
                batch = Math.Max(batch, Deliver(ref publication, left, toDurable));
        }

        foreach (var shared in route.Shared)
            if (shared.Choose(publication.Topic, publication.PublisherClientId) is { } chosen)
                batch = Math.Max(batch, Deliver(ref publication, chosen.Entry, toDurable));
        return batch;
    }

    private long Deliver(scoped ref Publication publication, in RouteEntry entry, bool toDurable)
    {
        var session = (Session)entry.Subscriber;
        if (!toDurable && session.IsDurable)
            return 0;
        return session.Deliver(engine, ref publication, entry.Qos, entry.RetainAsPublished, entry.Identifiers);
    }

    private static bool PromisesSomething(Route route, scoped in Publication publication)
    {
        if (publication.Retain || publication.Publisher is { IsDurable: true } && publication.Qos == Qos.ExactlyOnce)
            return true;
        foreach (var entry in route.Entries)
            if (entry.Qos > Qos.AtMostOnce && ((Session)entry.Subscriber).IsDurable)
                return true;
        return route.Shared.Length > 0;
    }

    /// <summary>
    /// The disk takes nothing: the publisher is told so, and clean sessions get the message all the same. Not at QoS 2, where the
    /// publisher will send it again as another message; a Will has nobody who could.
    /// </summary>
    private Outcome Refuse(scoped ref Publication publication, Route route)
    {
        engine.Refusals.Disk(publication.PublisherClientId, publication.Topic);
        if (publication.Qos == Qos.AtLeastOnce || publication.Publisher is null)
            Deliver(ref publication, route, toDurable: false);
        return new Outcome(ReasonCode.QuotaExceeded, 0);
    }

    /// <summary>MQTT-3.3.1-5 to -8: the message is now the retained one; an empty payload leaves none.</summary>
    /// <param name="batch">The batch that has the change; 0 when nothing changed that is kept.</param>
    private bool TryRetain(scoped ref Publication publication, out long batch)
    {
        batch = 0;
        if (publication.Payload.IsEmpty)
        {
            if (engine.Retained.Remove(publication.Topic.Utf8) is not null && !publication.IsVolatile)
                batch = Keep(new StoreChange.Unretain(publication.Topic), publication.Qos);
            return true;
        }

        var message = publication.Keep(engine.Identities);
        if (!engine.Retained.TrySet(message))
        {
            engine.Refusals.Retained(publication.PublisherClientId, publication.Topic);
            return false;
        }

        if (!publication.IsVolatile)
            batch = Keep(new StoreChange.Retain(message), publication.Qos);
        return true;
    }

    private long Keep(StoreChange change, Qos qos)
    {
        if (qos == Qos.AtMostOnce)
            engine.Durability.AddBehind(change);
        else
            engine.Durability.Add(change);
        return engine.Durability.Batch;
    }

    /// <summary>
    /// A birth is offered once more, retained and with the same bytes, to those who come later. Kept behind the delivery: nobody waits
    /// for it (tck-id-conformance-mqtt-aware-store, -nbirth-mqtt-topic, -dbirth-mqtt-topic).
    /// </summary>
    private void KeepCertificate(scoped ref Publication birth)
    {
        if (engine.Awareness.CertificateOf(birth.Topic, birth.Payload.Length) is not { } certificate)
            return;
        if (certificate.VoidedFilter is { } voided)
            Void(voided);
        var copy = new Publication
        {
            Topic = engine.Topics.Get(certificate.Topic),
            Payload = birth.Payload,
            Properties = birth.Properties,
            Qos = birth.Qos,
            Retain = true,
            ExpiresAt = birth.ExpiresAt,
        };
        if (TryRetain(ref copy, out _))
            Deliver(ref copy, engine.Subscriptions.Tree.Match(copy.Topic), engine.Durability.IsAccepting);
    }

    /// <summary>An NBIRTH voids the device births of its node: each DBIRTH puts its own back.</summary>
    private void Void(TopicFilter filter)
    {
        _voided.Clear();
        engine.Retained.TakeUnder(filter, _voided);
        foreach (var message in _voided)
            engine.Durability.AddBehind(new StoreChange.Unretain(message.Topic));
    }
}
