using HostApp.Commands;
using HostApp.Streaming;
using Sparkplug.Host;
using Sparkplug.Topics;

namespace HostApp.Tracking;

/// <summary>
/// Hears what happens in the fleet, on the host's loop, and passes it on: to those who follow the stream, to the commands that wait
/// for an outcome, to counters and the log. Nothing here may wait.
/// </summary>
internal sealed class FleetListener(EventStream stream, CommandDesk commands, HostMeter meter, TimeProvider clock, ILogger<FleetListener> logger) : INodeOutputs
{
    private readonly LogBudget _lines = new(linesPerMinute: 1_000, clock);

    // Who is online.
    private readonly HashSet<EdgeNodeDescriptor> _nodes = [];
    private readonly HashSet<(EdgeNodeDescriptor, string)> _devices = [];

    // Devices between an NBIRTH and the DBIRTHs that follow it at once: nothing was lost, and nothing is worth a line in the log.
    private readonly HashSet<(EdgeNodeDescriptor, string)> _awaited = [];

    public void RequestRebirth(NodeState node, int server, RebirthReason reason)
    {
        meter.Rebirth(reason);
        if (_lines.TryTake()) logger.RebirthRequested(node.EdgeNode.Shown(), reason);
        stream.NodeChanged(node);
    }

    public void NodeBorn(NodeState node)
    {
        meter.NodeBorn();
        if (_nodes.Add(node.EdgeNode) && _lines.TryTake()) logger.NodeOnline(node.EdgeNode.Shown(), node.BdSeq?.Value);
        CountOnline();
        stream.NodeChanged(node);
        commands.Reborn(node.EdgeNode, null);
    }

    public void NodeDied(NodeState node, OfflineReason reason)
    {
        meter.NodeDied(reason);
        if (_nodes.Remove(node.EdgeNode) && _lines.TryTake()) logger.NodeOffline(node.EdgeNode.Shown(), reason);
        CountOnline();
        stream.NodeChanged(node);
        commands.WentOffline(node.EdgeNode, null, reason);
    }

    public void DeviceBorn(NodeState node, DeviceState device)
    {
        meter.DeviceBorn();
        var key = (node.EdgeNode, device.DeviceId);
        if (_devices.Add(key) && !_awaited.Remove(key) && _lines.TryTake()) logger.DeviceOnline(node.EdgeNode.Shown(), device.DeviceId.Shown(), device.Metrics.Count);
        CountOnline();
        stream.DeviceChanged(node, device);
        commands.Reborn(node.EdgeNode, device.DeviceId);
    }

    public void DeviceDied(NodeState node, DeviceState device, OfflineReason reason)
    {
        stream.DeviceChanged(node, device);
        var key = (node.EdgeNode, device.DeviceId);
        var wasOnline = _devices.Remove(key) | _awaited.Remove(key);
        CountOnline();
        if (reason == OfflineReason.NodeReborn)
        {
            _awaited.Add(key);
            return;
        }
        meter.DeviceDied(reason);
        if (wasOnline && _lines.TryTake()) logger.DeviceOffline(node.EdgeNode.Shown(), device.DeviceId.Shown(), reason);
        commands.WentOffline(node.EdgeNode, device.DeviceId, reason);
    }

    public void MetricUpdated(NodeState node, DeviceState? device, MetricState metric, in MetricUpdate update)
    {
        meter.Value();
        // A birth goes out as a whole.
        if (!update.IsHistorical && update.Type.IsData()) stream.MetricChanged(node, device, metric);
        if (metric.Name == CommandResult.MetricName) TakeResults(node, device, update);
        else if (!update.IsHistorical && commands.HasPending) commands.Reported(new CommandTarget(node.EdgeNode, device?.DeviceId, metric.Name), update.Value);
    }

    // A bad peer says the same thing over and over: the log hears of the first, the tenth, the hundredth.
    public void Fault(NodeState node, NodeFault fault, string detail)
    {
        meter.Fault(fault);
        // No news: a host that comes late finds nodes without their births, and a node that ends under MQTT 5 says its NDEATH twice,
        // by itself and by its Will (tck-id-payloads-ndeath-will-message-publisher-disconnect-mqtt50).
        if (fault is NodeFault.NotBorn or NodeFault.OutdatedDeath) return;
        var count = node.Counts.Of(fault);
        if (IsPowerOfTen(count) && _lines.TryTake()) logger.NodeFaulty(node.EdgeNode.Shown(), detail, fault, count);
    }

    /// <summary>Says how much was not said; called from time to time, on the host's loop.</summary>
    public void TellLeftOut()
    {
        if (_lines.TakeLeftOut() is > 0 and var count) logger.LinesLeftOut(count);
    }

    private void TakeResults(NodeState node, DeviceState? device, in MetricUpdate update)
    {
        var results = CommandResult.ReadAll(update.Value, out var malformed);
        foreach (var result in results) commands.Answered(node.EdgeNode, device?.DeviceId, result);
        if (malformed == 0) return;
        meter.MalformedResults(malformed);
        logger.MalformedResults(node.EdgeNode.Shown(), malformed);
    }

    private void CountOnline() => meter.Online(_nodes.Count, _devices.Count);

    private static bool IsPowerOfTen(long count)
    {
        while (count >= 10 && count % 10 == 0) count /= 10;
        return count == 1;
    }
}
