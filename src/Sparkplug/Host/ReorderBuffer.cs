using Sparkplug.Metrics;

namespace Sparkplug.Host;

/// <summary>Messages of one Edge Node that wait for those before them, by seq (Sparkplug 3.0, 5.9).</summary>
internal sealed class ReorderBuffer(int capacity, long byteCapacity)
{
    // One place a seq; held only while there is a gap.
    private NodeInput.Received?[]? _places;
    private long _bytes;

    /// <summary>How many messages wait.</summary>
    public int Count { get; private set; }

    /// <summary>True when a message of that size would be too much.</summary>
    public bool IsFullFor(NodeInput.Received message) => Count >= capacity || _bytes + message.Size > byteCapacity;

    /// <summary>Keeps a message; false when one with this seq waits already.</summary>
    public bool TryAdd(Seq seq, NodeInput.Received message)
    {
        _places ??= new NodeInput.Received?[256];
        ref var place = ref _places[seq.Value];
        if (place is not null) return false;
        place = message;
        Count++;
        _bytes += message.Size;
        return true;
    }

    /// <summary>Takes the message with this seq, if it waits.</summary>
    public NodeInput.Received? Take(Seq seq)
    {
        if (_places?[seq.Value] is not { } message) return null;
        _places[seq.Value] = null;
        Count--;
        _bytes -= message.Size;
        if (Count == 0) _places = null;
        return message;
    }

    /// <summary>When the first of those that wait arrived.</summary>
    public Timestamp? FirstArrival() => _places?.Where(place => place is not null).Min(place => (Timestamp?)place!.Now);

    /// <summary>Drops all.</summary>
    public void Clear()
    {
        _places = null;
        Count = 0;
        _bytes = 0;
    }
}
