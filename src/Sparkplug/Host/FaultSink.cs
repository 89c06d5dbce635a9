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

    /// <summary>What the decoder had to leave out of a payload.</summary>
    public void AddPayload(NodeInput.Received message)
    {
        for (var i = 0; i < message.Payload.Faults.Count; i++) Add(NodeFault.MalformedMetric, $"{message.Type}, {message.Payload.Faults[i]}");
    }
}
