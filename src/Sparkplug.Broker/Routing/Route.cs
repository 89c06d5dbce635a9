namespace Sparkplug.Broker.Routing;

/// <summary>Who gets the messages of one topic: resolved once, used until a subscription changes.</summary>
internal sealed class Route
{
    /// <summary>One entry for each subscriber with at least one subscription of its own that matches.</summary>
    public required RouteEntry[] Entries { get; init; }

    /// <summary>The shared subscriptions that match; each gets the message once (MQTT-4.8.2-4).</summary>
    public required SharedSubscription[] Shared { get; init; }

    /// <summary>Whether nobody gets anything.</summary>
    public bool IsEmpty => Entries.Length == 0 && Shared.Length == 0;
}
