using Sparkplug.Metrics;
using Sparkplug.Topics;

namespace Sparkplug.Host;

/// <summary>What a host knows of one Edge Node and its Devices, and the rules by which it learns it. Pure: no clock, no socket.</summary>
public sealed class NodeState
{
    /// <summary>Makes the state of a node that was heard of but not born.</summary>
    public NodeState(EdgeNodeDescriptor edgeNode, NodeStateOptions options)
    {
        EdgeNode = edgeNode;
        _ = options;
    }

    /// <summary>Group and Edge Node id.</summary>
    public EdgeNodeDescriptor EdgeNode { get; }

    /// <summary>True from NBIRTH to NDEATH or the loss of the server.</summary>
    public bool IsOnline { get; private set; }

    /// <summary>Why it is offline; null while it is online.</summary>
    public OfflineReason? OfflineReason { get; private set; } = Host.OfflineReason.NotBorn;

    /// <summary>When it came online or went offline, by the host's clock.</summary>
    public Timestamp Since { get; private set; }

    /// <summary>The bdSeq of the last NBIRTH.</summary>
    public BdSeq? BdSeq { get; private set; }

    /// <summary>The server on which the node was born last, from 0; null before.</summary>
    public int? Server { get; private set; }

    /// <summary>The host's time of the last message of the node or its devices.</summary>
    public Timestamp? LastSeen { get; private set; }

    /// <summary>The metrics of the last NBIRTH, by name.</summary>
    public IReadOnlyDictionary<string, MetricState> Metrics { get; } = new Dictionary<string, MetricState>();

    /// <summary>All devices ever born under this node, by id.</summary>
    public IReadOnlyDictionary<string, DeviceState> Devices { get; } = new Dictionary<string, DeviceState>();

    /// <summary>The latest time for the next <see cref="NodeInput.Tick"/>; null when nothing waits.</summary>
    public Timestamp? NextTick { get; private set; }

    /// <summary>Takes one input and hands what follows from it to <paramref name="outputs"/>.</summary>
    public void Step(NodeInput input, INodeOutputs outputs) => throw new NotImplementedException();
}
