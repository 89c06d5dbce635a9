using Sparkplug.Metrics;

namespace Sparkplug.Host;

/// <summary>Where the parts of a <see cref="NodeState"/> report faults of one message: counted, then handed on.</summary>
internal readonly struct FaultSink(NodeState node, INodeOutputs outputs, Timestamp now)
{
    public void Add(NodeFault fault, string detail)
    {
        node.Counts.Add(fault, detail, now);
        outputs.Fault(node, fault, detail);
    }
}
