using Sparkplug.Broker.Packets;

namespace Sparkplug.Broker.Routing;

/// <summary>What one subscriber gets of a topic: one copy, however many of its subscriptions match (MQTT-3.3.4-2, MQTT311-3.3.5-1).</summary>
/// <param name="Subscriber">Who gets it.</param>
/// <param name="Qos">The highest maximum QoS of the subscriptions that match.</param>
/// <param name="RetainAsPublished">Whether one of them asks for the RETAIN flag as published.</param>
/// <param name="HasNoLocal">
/// Whether one of them is No Local: then, if the subscriber is the publisher, <see cref="SubscriptionTree.MatchForItself"/> tells what
/// is left.
/// </param>
/// <param name="Identifiers">All their Subscription Identifiers (MQTT-3.3.4-3, -4), usually none.</param>
internal readonly record struct RouteEntry(ISubscriber Subscriber, Qos Qos, bool RetainAsPublished, bool HasNoLocal, uint[] Identifiers)
{
    /// <summary>What the subscriber gets when two of its subscriptions, or sets of them, match.</summary>
    public RouteEntry With(in RouteEntry other) => this with
    {
        Qos = Qos >= other.Qos ? Qos : other.Qos,
        RetainAsPublished = RetainAsPublished || other.RetainAsPublished,
        HasNoLocal = HasNoLocal || other.HasNoLocal,
        Identifiers = other.Identifiers.Length == 0 ? Identifiers : Identifiers.Length == 0 ? other.Identifiers : [.. Identifiers, .. other.Identifiers],
    };
}
