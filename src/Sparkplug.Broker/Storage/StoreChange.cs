using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Routing;

namespace Sparkplug.Broker.Storage;

/// <summary>One change of what is to outlive the process.</summary>
internal abstract record StoreChange
{
    private StoreChange()
    {
    }

    /// <summary>The message is now the retained one of its topic.</summary>
    public sealed record Retain(Message Message) : StoreChange;

    /// <summary>Nothing is retained on the topic any more.</summary>
    public sealed record Unretain(Topic Topic) : StoreChange;

    /// <summary>
    /// A session begins, or the facts about it change; subscriptions and queue stay as they are. What names a session comes after this
    /// and before its end; elsewhere it changes nothing.
    /// </summary>
    public sealed record PutSession(StoredSession Session) : StoreChange;

    /// <summary>A session ends, with its subscriptions, queue and packet identifiers.</summary>
    public sealed record EndSession(long SessionKey) : StoreChange;

    /// <summary>A subscription begins or replaces the one with the same filter.</summary>
    public sealed record Subscribe(long SessionKey, StoredSubscription Subscription) : StoreChange;

    /// <summary>A subscription ends.</summary>
    public sealed record Unsubscribe(long SessionKey, string Filter) : StoreChange;

    /// <summary>A message joins the queue of a session. The message itself is stored once, however many queues it is in.</summary>
    public sealed record Enqueue(long SessionKey, StoredDelivery Delivery) : StoreChange;

    /// <summary>A queued message got its packet identifier; it goes out only after this is on the disk.</summary>
    public sealed record Assign(long SessionKey, long Position, ushort PacketId) : StoreChange;

    /// <summary>PUBREC has come: the subscriber owns the message, PUBREL is due until PUBCOMP comes (MQTT-4.3.3-5). The payload is not needed any more.</summary>
    public sealed record Release(long SessionKey, long Position) : StoreChange;

    /// <summary>A message leaves the queue: acknowledged, expired or dropped.</summary>
    public sealed record Dequeue(long SessionKey, long Position) : StoreChange;

    /// <summary>A QoS 2 PUBLISH with this packet identifier has come in (MQTT-4.3.3-9).</summary>
    public sealed record ReceiveId(long SessionKey, ushort PacketId) : StoreChange;

    /// <summary>Its PUBREL has come: the identifier may be used again.</summary>
    public sealed record ReleaseId(long SessionKey, ushort PacketId) : StoreChange;

    /// <summary>The Will of a client that is connected, or whose Will Delay runs; one for each client id.</summary>
    public sealed record PutWill(StoredWill Will) : StoreChange;

    /// <summary>The Will was published or deleted.</summary>
    public sealed record RemoveWill(string ClientId) : StoreChange;
}

/// <summary>A session as it is kept.</summary>
/// <param name="Key">Given by the broker, unique for the life of the data folder.</param>
/// <param name="ClientId">Whose it is; one session each.</param>
/// <param name="UserName">Who signed in last; null for nobody.</param>
/// <param name="Version">The protocol version of the last connection.</param>
/// <param name="ExpiryInterval">Session Expiry Interval in seconds; never 0; <see cref="uint.MaxValue"/> never ends.</param>
/// <param name="DisconnectedAt">When its connection ended, in milliseconds since 1970 UTC, or null while it is connected.</param>
internal sealed record StoredSession(long Key, string ClientId, string? UserName, ProtocolVersion Version, uint ExpiryInterval, long? DisconnectedAt);

/// <summary>A subscription as it is kept: the filter as written and its options.</summary>
internal sealed record StoredSubscription(string Filter, Qos Qos, bool NoLocal, bool RetainAsPublished, RetainHandling RetainHandling, uint Identifier);

/// <summary>A message in the queue of a session. A class and not a record: its array would make equality by value lie.</summary>
internal sealed class StoredDelivery
{
    /// <summary>Counts up within the session: the order of delivery.</summary>
    public required long Position { get; init; }

    public required Message Message { get; init; }

    /// <summary>The QoS of this delivery, 1 or 2.</summary>
    public required Qos Qos { get; init; }

    /// <summary>The RETAIN flag of this delivery.</summary>
    public required bool Retain { get; init; }

    /// <summary>Subscription Identifiers of this delivery.</summary>
    public required uint[] Identifiers { get; init; }

    /// <summary>0 until it has one.</summary>
    public required ushort PacketId { get; init; }

    /// <summary>PUBREC has come. Then, from the disk, <see cref="Message"/> has nothing but its id.</summary>
    public bool IsReleased { get; init; }
}

/// <summary>A Will as it is kept.</summary>
/// <param name="ClientId">Whose it is.</param>
/// <param name="UserName">Who signed in; null for nobody.</param>
/// <param name="Will">The Will of the CONNECT.</param>
/// <param name="SessionExpiryInterval">In seconds: the Will is published when the session ends, if that comes before its delay.</param>
internal sealed record StoredWill(string ClientId, string? UserName, ConnectWill Will, uint SessionExpiryInterval);

/// <summary>Everything that was on the disk at the start.</summary>
internal sealed class StoredState
{
    public IReadOnlyList<Message> Retained { get; init; } = [];

    public IReadOnlyList<RestoredSession> Sessions { get; init; } = [];

    public IReadOnlyList<StoredWill> Wills { get; init; } = [];

    /// <summary>The highest message id ever given.</summary>
    public long LastMessageId { get; init; }

    /// <summary>The highest session key ever given.</summary>
    public long LastSessionKey { get; init; }
}

/// <summary>A session with everything that belongs to it; the queue is in order.</summary>
internal sealed class RestoredSession
{
    public required StoredSession Session { get; init; }

    public required IReadOnlyList<StoredSubscription> Subscriptions { get; init; }

    public required IReadOnlyList<StoredDelivery> Queue { get; init; }

    public required IReadOnlyList<ushort> ReceivedIds { get; init; }
}
