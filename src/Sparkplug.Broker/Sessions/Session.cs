using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Routing;
using Sparkplug.Broker.Security;
using Sparkplug.Broker.Storage;

namespace Sparkplug.Broker.Sessions;

/// <summary>The state of one client id that may outlive its connection (MQTT 5, 4.1).</summary>
internal sealed class Session : ISubscriber, IStoreWaiter
{
    private Dictionary<string, Subscription>? _subscriptions;
    private Dictionary<ushort, long>? _receivedIds;
    private bool _isDropLogged;

    public required string ClientId { get; init; }

    /// <summary>Identifies the session in the store.</summary>
    public required long Key { get; init; }

    /// <summary>Who signed in last; null for nobody.</summary>
    public string? UserName { get; set; }

    public ProtocolVersion Version { get; set; }

    /// <summary>Session Expiry Interval in seconds; 0 ends the session with its connection.</summary>
    public uint ExpiryInterval { get; set; }

    /// <summary>Whether the store keeps it: from the first time that it is to outlive a connection until it ends.</summary>
    public bool IsDurable { get; set; }

    /// <summary>The connection that has the session, from its CONNECT on; null while there is none.</summary>
    public Client? Holder { get; set; }

    /// <summary>The connection, once CONNACK was sent; null while there is none.</summary>
    public Client? Client { get; set; }

    /// <summary>When the connection ended, in milliseconds since 1970 UTC.</summary>
    public long DisconnectedAt { get; set; }

    /// <summary>What the access rules let it read and write.</summary>
    public required Permissions Permissions { get; set; }

    /// <summary>QoS 1 and 2 messages on their way to the client; null until there is one.</summary>
    public Outbox? Outbox { get; private set; }

    /// <summary>Messages that were meant for it and dropped: a full queue, expired, too large.</summary>
    public long Dropped { get; private set; }

    /// <inheritdoc/>
    public long WaitsFor { get; set; }

    /// <inheritdoc/>
    public bool IsOnline => Client is not null;

    /// <summary>Its subscriptions by filter.</summary>
    public IReadOnlyDictionary<string, Subscription> Subscriptions => _subscriptions ??= [];

    /// <summary>QoS 2 packet identifiers that have come and whose PUBREL has not, with the batch their PUBREC depends on (MQTT-4.3.3-9).</summary>
    public Dictionary<ushort, long> ReceivedIds => _receivedIds ??= [];

    /// <summary>How many those are.</summary>
    public int ReceivedCount => _receivedIds?.Count ?? 0;

    public int SubscriptionCount => _subscriptions?.Count ?? 0;

    public void Put(Subscription subscription) => (_subscriptions ??= [])[subscription.Filter.Text] = subscription;

    public bool Remove(string filter) => _subscriptions?.Remove(filter) ?? false;

    public Outbox OpenOutbox(BrokerEngine engine) => Outbox ??= new Outbox(this, engine);

    /// <summary>Takes a message that is published now.</summary>
    /// <returns>The batch that the publisher's acknowledgement depends on; 0 for none.</returns>
    public long Deliver(BrokerEngine engine, scoped ref Publication publication, Qos maximum, bool retainAsPublished, uint[] identifiers)
    {
        if (!MayRead(engine, publication.Topic))
            return 0;
        var qos = publication.Qos < maximum ? publication.Qos : maximum;
        var retain = retainAsPublished && publication.Retain; // MQTT-3.3.1-12, -13
        if (qos > Qos.AtMostOnce)
            return OpenOutbox(engine).Add(publication.Keep(engine.Identities), qos, retain, identifiers);
        Client?.Send(ref publication, retain, identifiers);
        return 0;
    }

    /// <summary>Whether the access rules let it have a message of this topic; counts and logs when not.</summary>
    public bool MayRead(BrokerEngine engine, Topic topic)
    {
        if (Permissions.ReadsEverything)
            return true;
        var decision = Permissions.MayRead(topic.Utf8);
        if (!decision.IsAllowed)
            engine.Refusals.Read(this, topic, decision.Rule);
        return decision.IsAllowed;
    }

    /// <inheritdoc/>
    public bool Settled()
    {
        Outbox?.Pump();
        return Outbox is { WaitsForDisk: true };
    }

    public void CountDropped(BrokerEngine engine)
    {
        Dropped++;
        engine.Metrics.MessageDropped();
        if (_isDropLogged)
            return;
        _isDropLogged = true; // one line for each time that it falls behind
        engine.Log.MessagesDropped(Shown.Text(ClientId), engine.Limits.QueueBytes);
    }

    /// <summary>The client keeps up again: the next message that it loses is worth a line.</summary>
    public void KeepsUp() => _isDropLogged = false;

    /// <summary>The facts about it, for the store.</summary>
    public StoredSession ToStored() =>
        new(Key, ClientId, UserName, Version, Math.Max(ExpiryInterval, 1), Holder is null ? DisconnectedAt : null);
}
