using Sparkplug.Host;

namespace HostApp.Streaming;

/// <summary>
/// What one follower of the stream has not been told yet: which nodes, devices and metrics changed, each at most once. Values are
/// read when they are sent, so a slow follower skips old ones and always ends with the latest. Pure; used under the follower's lock.
/// <para>
/// Bounded: a metric is dropped when its owner waits as a whole, and beyond a capacity of metrics the owner takes their place.
/// </para>
/// </summary>
internal sealed class DirtySet(int metricCapacity)
{
    private readonly OrderedSet<NodeState> _nodes = new();
    private readonly OrderedSet<(NodeState Node, string DeviceId)> _devices = new();
    private readonly OrderedSet<(NodeState Node, string? DeviceId, string Metric)> _metrics = new();

    /// <summary>True when nothing waits.</summary>
    public bool IsEmpty => _nodes.Count == 0 && _devices.Count == 0 && _metrics.Count == 0;

    /// <summary>True while a node or device waits as a whole.</summary>
    public bool HasOwners => _nodes.Count > 0 || _devices.Count > 0;

    /// <summary>How many nodes, devices and metrics wait.</summary>
    public int Count => _nodes.Count + _devices.Count + _metrics.Count;

    /// <summary>A node changed as a whole: born or dead.</summary>
    public void Add(NodeState node) => _nodes.Add(node);

    /// <summary>A device changed as a whole: born or dead.</summary>
    public void Add(NodeState node, string deviceId) => _devices.Add((node, deviceId));

    /// <summary>A metric has a new value.</summary>
    public void Add(NodeState node, string? deviceId, string metric)
    {
        if (deviceId is null ? _nodes.Contains(node) : _devices.Contains((node, deviceId))) return;
        if (_metrics.Count < metricCapacity || _metrics.Contains((node, deviceId, metric))) _metrics.Add((node, deviceId, metric));
        else if (deviceId is null) Add(node);
        else Add(node, deviceId);
    }

    /// <summary>Takes the node that waits longest.</summary>
    public bool TryTakeNode(out NodeState node) => _nodes.TryTake(out node!);

    /// <summary>Takes the device that waits longest.</summary>
    public bool TryTakeDevice(out (NodeState Node, string DeviceId) device) => _devices.TryTake(out device);

    /// <summary>Takes the metric that waits longest.</summary>
    public bool TryTakeMetric(out (NodeState Node, string? DeviceId, string Metric) metric) => _metrics.TryTake(out metric);

    private sealed class OrderedSet<T>
    {
        private readonly HashSet<T> _members = [];
        private readonly Queue<T> _order = [];

        public int Count => _members.Count;

        public bool Contains(T item) => _members.Contains(item);

        public void Add(T item)
        {
            if (_members.Add(item)) _order.Enqueue(item);
        }

        public bool TryTake(out T item)
        {
            if (!_order.TryDequeue(out item!)) return false;
            _members.Remove(item);
            return true;
        }
    }
}
