using System.Threading.Channels;
using HostApp.Api;
using HostApp.Commands;
using Sparkplug.Host;
using Sparkplug.Metrics;

namespace HostApp.Streaming;

/// <summary>One event as it goes out.</summary>
/// <param name="Name">The event's name: snapshot, server, node, device, metric, command, ready.</param>
/// <param name="Data">A model of the API.</param>
internal readonly record struct StreamEvent(string Name, object Data);

/// <summary>Some events, in order.</summary>
/// <param name="Events">The events.</param>
/// <param name="IsWhole">True when no node or device waits as a whole: what was to be told at the start is told.</param>
/// <param name="IsLast">True when nothing waits.</param>
internal sealed record StreamBatch(IReadOnlyList<StreamEvent> Events, bool IsWhole, bool IsLast);

/// <summary>
/// One reader of the stream. The host's loop marks what changed and never waits; the reader takes what is marked at its own pace.
/// </summary>
internal sealed class Follower
{
    private const int MetricCapacity = 65_536;
    private const int CommandCapacity = 1_024;

    private readonly Lock _lock = new();
    private readonly DirtySet _dirty = new(MetricCapacity);
    private readonly Queue<Command> _commands = [];

    // One waiting signal says as much as many.
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private bool _serversChanged;

    public void NodeChanged(NodeState node) => Mark(() => _dirty.Add(node));

    public void DeviceChanged(NodeState node, DeviceState device) => Mark(() => _dirty.Add(node, device.DeviceId));

    public void MetricChanged(NodeState node, DeviceState? device, MetricState metric)
    {
        lock (_lock) _dirty.Add(node, device?.DeviceId, metric.Name);
        Signal();
    }

    public void ServersChanged() => Mark(() => _serversChanged = true);

    /// <summary>A command ended. A reader that lags so far behind that it missed a thousand asks for its command by id.</summary>
    public void CommandEnded(Command command) => Mark(() =>
    {
        if (_commands.Count == CommandCapacity) _commands.Dequeue();
        _commands.Enqueue(command);
    });

    /// <summary>Marks the whole fleet; on the loop that owns it.</summary>
    public void MarkAll(IEnumerable<NodeState> nodes) => Mark(() =>
    {
        foreach (var node in nodes)
        {
            _dirty.Add(node);
            foreach (var deviceId in node.Devices.Keys) _dirty.Add(node, deviceId);
        }
    });

    /// <summary>Waits until something is marked; false when the time is over.</summary>
    public async Task<bool> WaitAsync(TimeSpan longest, TimeProvider clock, CancellationToken stopping)
    {
        using var timeout = new CancellationTokenSource(longest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping);
        try
        {
            await _signal.Reader.ReadAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Takes marked things with what they are now; on the loop that owns them. Returns fewer than all when there is much to tell.</summary>
    /// <param name="servers">The servers as they are.</param>
    /// <param name="addresses">The addresses of the servers.</param>
    /// <param name="mostMetrics">About how many metrics one call may copy, so that the loop is not held up.</param>
    public StreamBatch Take(IReadOnlyList<ServerModel> servers, IReadOnlyList<Uri> addresses, int mostMetrics)
    {
        var events = new List<StreamEvent>();
        lock (_lock)
        {
            if (_serversChanged) events.AddRange(servers.Select(server => new StreamEvent("server", server)));
            _serversChanged = false;
            var budget = mostMetrics;
            while (budget > 0 && _dirty.TryTakeNode(out var node)) budget -= 1 + Add(events, NodeModel.Of(node, addresses, withMetrics: true));
            while (budget > 0 && _dirty.TryTakeDevice(out var device)) budget -= 1 + Add(events, device.Node, device.DeviceId);
            while (budget > 0 && _dirty.TryTakeMetric(out var metric)) budget -= Add(events, metric.Node, metric.DeviceId, metric.Metric);
            // After the values: a command's outcome follows from one of them.
            while (_commands.TryDequeue(out var command)) events.Add(new StreamEvent("command", CommandModel.Of(command)));
            return new StreamBatch(events, !_dirty.HasOwners, _dirty.IsEmpty);
        }
    }

    private static int Add(List<StreamEvent> events, NodeModel node)
    {
        events.Add(new StreamEvent("node", node));
        return node.Metrics!.Count;
    }

    private static int Add(List<StreamEvent> events, NodeState node, string deviceId)
    {
        if (!node.Devices.TryGetValue(deviceId, out var device)) return 0;
        events.Add(new StreamEvent("device", DeviceModel.Of(node, device)));
        return device.Metrics.Count;
    }

    // The metric may be gone: a birth without it came since.
    private static int Add(List<StreamEvent> events, NodeState node, string? deviceId, string name)
    {
        var metrics = deviceId is null ? node.Metrics : node.Devices.GetValueOrDefault(deviceId)?.Metrics;
        if (metrics is null || !metrics.TryGetValue(name, out var metric)) return 1;
        events.Add(new StreamEvent("metric", new MetricEvent(node.EdgeNode.GroupId, node.EdgeNode.EdgeNodeId, deviceId, MetricModel.Of(metric))));
        return 1;
    }

    private void Mark(Action mark)
    {
        lock (_lock) mark();
        Signal();
    }

    private void Signal() => _signal.Writer.TryWrite(true);
}
