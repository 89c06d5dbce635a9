namespace Sparkplug.Broker.Routing;

/// <summary>
/// The topics in use, each once, found by their bytes without allocating. Bounded whatever publishers send: when a generation is full the
/// one before is forgotten, and a topic that is used again moves to the new one.
/// </summary>
/// <remarks>Owned by the broker's loop.</remarks>
internal sealed class TopicTable
{
    /// <summary>About what a topic takes beside its name, and how often it holds the name: as bytes, as text, in parts.</summary>
    private const int TopicBytes = 256, NameCopies = 4;

    private readonly int _maximumCount;
    private readonly long _maximumBytes;
    private NameTable _young = new();
    private NameTable _old = new();
    private long _youngBytes;

    /// <param name="maximumCount">So many topics fit into a generation.</param>
    /// <param name="maximumBytes">So many bytes fit into a generation: a name alone may have 65,535.</param>
    public TopicTable(int maximumCount = 100_000, long maximumBytes = 64 << 20)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximumCount);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximumBytes);
        (_maximumCount, _maximumBytes) = (maximumCount, maximumBytes);
    }

    /// <summary>How many topics are kept, in both generations.</summary>
    public int Count => _young.Count + _old.Count;

    /// <summary>The topic of this name.</summary>
    /// <param name="utf8">Checked: no wildcard, no U+0000.</param>
    public Topic Get(ReadOnlySpan<byte> utf8)
    {
        var hash = Utf8Hash.Of(utf8);
        return (Topic?)_young.Find(utf8, hash) ?? Promote(utf8, hash);
    }

    private Topic Promote(ReadOnlySpan<byte> utf8, int hash)
    {
        var topic = (Topic?)_old.Find(utf8, hash);
        if (topic is not null)
            _old.Remove(topic);
        if (_young.Count >= _maximumCount || _youngBytes >= _maximumBytes)
            (_young, _old, _youngBytes) = (new NameTable(), _young, 0);
        _young.Add(topic ??= new Topic(utf8.ToArray()));
        _youngBytes += NameCopies * utf8.Length + TopicBytes;
        return topic;
    }
}
