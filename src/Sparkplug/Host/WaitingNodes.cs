using Sparkplug.Metrics;

namespace Sparkplug.Host;

/// <summary>The Edge Nodes that wait for a point in time, the earliest first.</summary>
internal sealed class WaitingNodes
{
    private readonly Dictionary<NodeState, Entry> _entries = [];
    private readonly SortedSet<Entry> _byTime = [];
    private long _lastOrdinal;

    // The ordinal tells two nodes of one millisecond apart.
    private readonly record struct Entry(Timestamp Time, long Ordinal, NodeState Node) : IComparable<Entry>
    {
        public int CompareTo(Entry other) => Time.CompareTo(other.Time) is not 0 and var byTime ? byTime : Ordinal.CompareTo(other.Ordinal);
    }

    /// <summary>When the first one is due.</summary>
    public Timestamp? Next => _byTime.Count == 0 ? null : _byTime.Min.Time;

    /// <summary>Notes when a node wants its next tick.</summary>
    public void Note(NodeState node)
    {
        var isWaiting = _entries.TryGetValue(node, out var entry);
        if (node.NextTick is not { } time)
        {
            if (!isWaiting) return;
            _entries.Remove(node);
            _byTime.Remove(entry);
            return;
        }
        if (isWaiting && entry.Time == time) return;
        if (isWaiting) _byTime.Remove(entry);
        entry = new Entry(time, isWaiting ? entry.Ordinal : ++_lastOrdinal, node);
        _entries[node] = entry;
        _byTime.Add(entry);
    }

    /// <summary>Takes out the nodes that are due.</summary>
    public List<NodeState> TakeDue(Timestamp now)
    {
        var due = new List<NodeState>();
        while (_byTime.Count > 0 && _byTime.Min.Time <= now)
        {
            var entry = _byTime.Min;
            _byTime.Remove(entry);
            _entries.Remove(entry.Node);
            due.Add(entry.Node);
        }
        return due;
    }
}
