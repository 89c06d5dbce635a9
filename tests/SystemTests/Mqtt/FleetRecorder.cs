using System.Threading.Channels;
using Sparkplug.Host;

namespace SystemTests.Mqtt;

/// <summary>Notes what a host hears of its fleet, as lines.</summary>
internal sealed class FleetRecorder : INodeOutputs
{
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    public void RequestRebirth(NodeState node, int server, RebirthReason reason) => Note($"rebirth {node.EdgeNode} {reason}");

    public void NodeBorn(NodeState node) => Note($"born {node.EdgeNode}");

    public void NodeDied(NodeState node, OfflineReason reason) => Note($"died {node.EdgeNode} {reason}");

    public void DeviceBorn(NodeState node, DeviceState device) => Note($"born {node.EdgeNode}/{device.DeviceId}");

    public void DeviceDied(NodeState node, DeviceState device, OfflineReason reason) => Note($"died {node.EdgeNode}/{device.DeviceId} {reason}");

    public void MetricUpdated(NodeState node, DeviceState? device, MetricState metric, in MetricUpdate update) =>
        Note($"{update.Type} {node.EdgeNode}{(device is null ? "" : $"/{device.DeviceId}")} {metric.Name} = {update.Value}");

    public void Fault(NodeState node, NodeFault fault, string detail) => Note($"fault {node.EdgeNode} {fault}");

    /// <summary>Waits for a line; those before it are passed over.</summary>
    public async Task HearAsync(string line)
    {
        var heard = new List<string>();
        using var deadline = new CancellationTokenSource(MqttObserver.Deadline);
        try
        {
            while (true)
            {
                var next = await _lines.Reader.ReadAsync(deadline.Token);
                if (next == line) return;
                heard.Add(next);
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"'{line}' was not heard. Heard:\n{string.Join('\n', heard)}");
        }
    }

    private void Note(string line) => _lines.Writer.TryWrite(line);
}
