using System.Collections;

namespace Benchmarks.Generator;

/// <summary>Which nodes a host has had a message of one kind from.</summary>
internal sealed class NodesSeen(string kind, int nodes) : IDeliveryWatcher
{
    private readonly byte[] _kind = System.Text.Encoding.UTF8.GetBytes($"/{kind}/");
    private readonly BitArray _seen = new(nodes);

    public int Count { get; private set; }

    public void Delivered(ReadOnlySpan<byte> publish)
    {
        if (publish[..Packets.TopicEnd(publish)].IndexOf(_kind) < 0)
            return;
        var node = Names.NodeIn(publish);
        if (_seen[node])
            return;
        _seen[node] = true;
        Count++;
    }
}
