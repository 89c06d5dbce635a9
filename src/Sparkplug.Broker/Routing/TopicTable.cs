using System.Diagnostics.CodeAnalysis;

namespace Sparkplug.Broker.Routing;

/// <summary>
/// The topics in use, each once, found by their bytes without allocating. Bounded whatever publishers send: when a generation is full the
/// one before is forgotten, and a topic that is used again moves to the new one.
/// </summary>
internal sealed class TopicTable
{
    /// <summary>About what a topic takes beside its name.</summary>
    private const int TopicBytes = 128;

    private readonly int _maximumCount;
    private readonly long _maximumBytes;
    private Dictionary<byte[], Topic> _young = new(Utf8Comparer.Instance);
    private Dictionary<byte[], Topic> _old = new(Utf8Comparer.Instance);
    private long _youngBytes;

    /// <param name="maximumCount">So many topics fit into a generation.</param>
    /// <param name="maximumBytes">So many bytes fit into a generation; a name may have 65,535.</param>
    public TopicTable(int maximumCount = 100_000, long maximumBytes = 32 << 20)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximumCount);
        (_maximumCount, _maximumBytes) = (maximumCount, maximumBytes);
    }

    /// <summary>How many topics are kept.</summary>
    public int Count => _young.Count + _old.Count;

    /// <summary>The topic of this name.</summary>
    /// <param name="utf8">Checked: no wildcard, no U+0000.</param>
    public Topic Get(ReadOnlySpan<byte> utf8) =>
        _young.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(utf8, out var topic) ? topic : Promote(utf8);

    private Topic Promote(ReadOnlySpan<byte> utf8)
    {
        if (!_old.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(utf8, out _, out var topic))
            topic = new Topic(utf8.ToArray());
        if (_young.Count >= _maximumCount || _youngBytes >= _maximumBytes)
        {
            (_young, _old, _youngBytes) = (_old, _young, 0);
            _young.Clear();
        }
        _young.Add(topic.Utf8, topic);
        _youngBytes += topic.Utf8.Length + TopicBytes;
        return topic;
    }

    private sealed class Utf8Comparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly Utf8Comparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] obj) => Utf8Hash.Of(obj);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate) => Utf8Hash.Of(alternate);

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
