using Sparkplug.Host;
using Sparkplug.Topics;

namespace SystemTests.Broker.Redundancy;

/// <summary>What the host was told of its fleet; written on the host's loop, read by the test.</summary>
internal sealed class Witness : INodeOutputs
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<int>> _births = [];
    private readonly Dictionary<string, List<long>> _counts = [];
    private readonly Dictionary<(string Node, OfflineReason Reason), int> _deaths = [];
    private readonly List<string> _complaints = [];

    /// <summary>The servers on which an edge node was born, in order.</summary>
    public List<int> Births(string edgeNodeId)
    {
        lock (_gate) return [.. _births.GetValueOrDefault(edgeNodeId) ?? []];
    }

    /// <summary>The values that came in an edge node's NDATA, in order.</summary>
    public List<long> Counts(string edgeNodeId)
    {
        lock (_gate) return [.. _counts.GetValueOrDefault(edgeNodeId) ?? []];
    }

    /// <summary>How many edge nodes went offline for a reason.</summary>
    public int Died(OfflineReason reason)
    {
        lock (_gate) return _deaths.Keys.Count(death => death.Reason == reason);
    }

    public int NodesThatCounted(long count)
    {
        lock (_gate) return _counts.Values.Count(values => values.Contains(count));
    }

    /// <summary>Faults and requests for births: there is no reason for either.</summary>
    public List<string> Complaints()
    {
        lock (_gate) return [.. _complaints];
    }

    public void RequestRebirth(NodeState node, int server, RebirthReason reason) => Complain($"rebirth of {node.EdgeNode} on {server}: {reason}");

    public void NodeBorn(NodeState node)
    {
        lock (_gate) In(_births, node.EdgeNode.EdgeNodeId).Add(node.Server!.Value);
    }

    public void NodeDied(NodeState node, OfflineReason reason)
    {
        var death = (node.EdgeNode.EdgeNodeId, reason);
        lock (_gate) _deaths[death] = _deaths.GetValueOrDefault(death) + 1;
    }

    public void DeviceBorn(NodeState node, DeviceState device) => Complain($"{node.EdgeNode} has no devices, but {device.DeviceId} was born");

    public void DeviceDied(NodeState node, DeviceState device, OfflineReason reason) => Complain($"{node.EdgeNode} has no devices, but {device.DeviceId} died");

    public void MetricUpdated(NodeState node, DeviceState? device, MetricState metric, in MetricUpdate update)
    {
        if (update.Type != MessageType.NDATA) return;
        lock (_gate) In(_counts, node.EdgeNode.EdgeNodeId).Add(update.Value.AsInt64());
    }

    /// <summary>A 5.0 edge node that leaves publishes its NDEATH and has its Will published as well: the second one is nothing new.</summary>
    public void Fault(NodeState node, NodeFault fault, string detail)
    {
        if (fault != NodeFault.OutdatedDeath) Complain($"{node.EdgeNode}: {fault} {detail}");
    }

    public override string ToString()
    {
        lock (_gate)
        {
            return $"""
                births: {string.Join(", ", _births.Values.GroupBy(servers => string.Join("-", servers)).Select(group => $"{group.Count()} on {group.Key}"))}
                deaths: {string.Join(", ", _deaths.Keys.GroupBy(death => death.Reason).Select(group => $"{group.Count()} {group.Key}"))}
                data: {string.Join(", ", _counts.Values.GroupBy(values => string.Join("-", values)).Select(group => $"{group.Count()} counted {group.Key}"))}
                complaints: {string.Join("; ", _complaints.Take(10))}
                """;
        }
    }

    private void Complain(string what)
    {
        lock (_gate) _complaints.Add(what);
    }

    private static List<T> In<T>(Dictionary<string, List<T>> lists, string key)
    {
        if (!lists.TryGetValue(key, out var list)) lists[key] = list = [];
        return list;
    }
}
