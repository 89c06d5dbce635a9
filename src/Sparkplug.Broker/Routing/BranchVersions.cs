namespace Sparkplug.Broker.Routing;

/// <summary>
/// Counts changes of subscriptions so that a topic's cached route is made anew only when a filter near it has changed: while thousands of
/// edge nodes subscribe to their own commands, the routes of all data stay. A filter is near the topics that begin with the same four
/// levels (namespace, group, type, node); one that has a wildcard before is near all of them.
/// </summary>
internal sealed class BranchVersions
{
    private const int Depth = 4;
    private const int Branches = 4096;

    /// <summary>Branches share a counter where their hashes meet, which costs a needless look at the tree and no more. 0 is not used.</summary>
    private readonly long[] _narrow = new long[Branches + 1];

    private long _wide;

    /// <summary>The counter for a topic, 1 or greater.</summary>
    public static int BranchOf(ReadOnlySpan<byte> topicUtf8) => 1 + (Utf8Hash.Of(TopicLevels.First(topicUtf8, Depth)) & (Branches - 1));

    /// <summary>Grows with each change that may concern the topic.</summary>
    public long Of(Topic topic) => _wide + _narrow[topic.Branch];

    /// <summary>A subscription with this filter was added, replaced or removed.</summary>
    public void Changed(ReadOnlySpan<byte> innerUtf8)
    {
        var start = TopicLevels.First(innerUtf8, Depth);
        if (IsLiteral(start))
            _narrow[BranchOf(start)]++;
        else
            _wide++;
    }

    /// <summary>Without wildcards: all topics that the filter matches begin with it, or are it when it is shorter than four levels.</summary>
    private static bool IsLiteral(ReadOnlySpan<byte> start) => !start.ContainsAny((byte)'+', (byte)'#');
}
