using Sparkplug.Topics;

namespace Sparkplug.Host;

/// <summary>What a <see cref="Fleet"/> received, and what of it no Edge Node's state could take.</summary>
public sealed class FleetCounts
{
    internal FleetCounts() { }

    /// <summary>All messages.</summary>
    public long Messages { get; internal set; }

    /// <summary>Messages whose topic is not one of Sparkplug B.</summary>
    public long UnparsableTopics { get; internal set; }

    /// <summary>What was wrong with the last such topic.</summary>
    public TopicFault? LastTopicFault { get; internal set; }

    /// <summary>Messages that are for others: NCMD, DCMD, stored births.</summary>
    public long NotForHosts { get; internal set; }

    /// <summary>STATE messages that are not JSON of the right form.</summary>
    public long MalformedStates { get; internal set; }

    /// <summary>STATE messages of hosts beyond <see cref="FleetOptions.HostCapacity"/>.</summary>
    public long HostsRefused { get; internal set; }

    /// <summary>Messages of Edge Nodes beyond <see cref="FleetOptions.NodeCapacity"/>.</summary>
    public long NodesRefused { get; internal set; }

    /// <summary>NDEATHs of Edge Nodes that were never heard of.</summary>
    public long UnknownDeaths { get; internal set; }
}
