using Sparkplug.Broker.Packets;

namespace Sparkplug.Broker.Routing;

/// <summary>A subscription that holds (MQTT 5, 3.8.3). Immutable: a SUBSCRIBE with the same filter replaces it (MQTT-3.8.4-3).</summary>
internal sealed class Subscription
{
    private Route? _route;

    public required ISubscriber Subscriber { get; init; }

    /// <summary>The filter as the client wrote it, <c>$share/NAME/</c> included.</summary>
    public required TopicFilter Filter { get; init; }

    /// <summary>The maximum QoS that was granted.</summary>
    public required Qos Qos { get; init; }

    public bool NoLocal { get; init; }

    public bool RetainAsPublished { get; init; }

    public RetainHandling RetainHandling { get; init; }

    /// <summary>Subscription Identifier; 0 when there is none.</summary>
    public uint Identifier { get; init; }

    /// <summary>The batch of the store that keeps it; 0 when it is not kept.</summary>
    public long PromisedBy { get; init; }

    /// <summary>The route of all topics that this subscription alone matches.</summary>
    public Route Route => _route ??= new Route { Entries = [EntryWith(Identifier == 0 ? [] : [Identifier])], Shared = [] };

    /// <summary>What the subscriber gets through this subscription alone.</summary>
    public RouteEntry Entry => Identifier == 0 ? EntryWith([]) : Route.Entries[0];

    private RouteEntry EntryWith(uint[] identifiers) => new(Subscriber, Qos, RetainAsPublished, NoLocal, identifiers);
}
