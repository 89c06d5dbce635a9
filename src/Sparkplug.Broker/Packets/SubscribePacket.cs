namespace Sparkplug.Broker.Packets;

/// <summary>When a subscription gets the retained messages (MQTT 5, 3.8.3.1).</summary>
internal enum RetainHandling : byte
{
    SendAtSubscribe = 0,
    SendIfNew = 1,
    DoNotSend = 2,
}

/// <summary>A SUBSCRIBE (MQTT 5, 3.8); at least one filter (MQTT-3.8.3-2).</summary>
internal sealed class SubscribePacket
{
    public required ushort PacketId { get; init; }

    /// <summary>1 to 268,435,455; 0 when there is none.</summary>
    public uint SubscriptionIdentifier { get; init; }

    public required IReadOnlyList<RequestedSubscription> Subscriptions { get; init; }
}

/// <summary>One filter of a SUBSCRIBE with its options; in 3.1.1 the options beside the QoS have their defaults.</summary>
/// <param name="Filter">Well-formed UTF-8, not yet checked as a Topic Filter: that fails one subscription, not the connection.</param>
/// <param name="Qos">The maximum QoS the subscriber wants.</param>
/// <param name="NoLocal">Not to get what it published itself.</param>
/// <param name="RetainAsPublished">To get the RETAIN flag as the publisher set it.</param>
/// <param name="RetainHandling">When to get retained messages.</param>
internal sealed record RequestedSubscription(
    string Filter, Qos Qos, bool NoLocal = false, bool RetainAsPublished = false, RetainHandling RetainHandling = RetainHandling.SendAtSubscribe);

/// <summary>An UNSUBSCRIBE (MQTT 5, 3.10); at least one filter (MQTT-3.10.3-2).</summary>
internal sealed class UnsubscribePacket
{
    public required ushort PacketId { get; init; }

    public required IReadOnlyList<string> Filters { get; init; }
}
