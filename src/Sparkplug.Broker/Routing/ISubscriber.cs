namespace Sparkplug.Broker.Routing;

/// <summary>Who holds subscriptions. Routing does not care whether it is a session here or, one day, another broker.</summary>
internal interface ISubscriber
{
    /// <summary>Whether a message sent now would go out now: a shared subscription prefers such a member (MQTT 5, 4.8.2).</summary>
    bool IsOnline { get; }

    /// <summary>The client id: tells members of a shared subscription apart in the same way after a restart.</summary>
    string ClientId { get; }
}
