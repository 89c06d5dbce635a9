namespace Sparkplug.Broker.Routing;

/// <summary>Who gets the messages of one topic: resolved once, used until a subscription changes. Topics may share one.</summary>
internal sealed class Route
{
    /// <summary>The route of a topic that nobody asked for.</summary>
    public static readonly Route Empty = new() { Entries = [], Shared = [] };

    /// <summary>One entry for each subscriber with at least one subscription of its own that matches.</summary>
    public required RouteEntry[] Entries { get; init; }

    /// <summary>The shared subscriptions that match; each sends the message to one of its members (MQTT 5, 4.8.2).</summary>
    public required SharedSubscription[] Shared { get; init; }

    /// <summary>Whether nobody gets anything.</summary>
    public bool IsEmpty => Entries.Length == 0 && Shared.Length == 0;
}
