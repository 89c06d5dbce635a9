namespace Sparkplug.Broker.Routing;

/// <summary>How a shared subscription chooses the member that gets a message; the standard leaves it to the server (MQTT 5, 4.8.2).</summary>
internal enum SharedSubscriptionPolicy
{
    /// <summary>All messages of an edge node and its devices go to one member, in order; those of other topics in turn.</summary>
    SparkplugNode,

    /// <summary>All messages of a publisher go to one member, in order.</summary>
    Publisher,

    /// <summary>Each member in turn.</summary>
    RoundRobin,
}
