namespace EdgeNode.Serial;

/// <summary>When what comes over a port was last a valid line, and since when it has been none.</summary>
internal sealed class LineWatch
{
    /// <summary>So long without one valid line, while something talks, is another language.</summary>
    public static readonly TimeSpan ForeignAfter = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan ShortestSilence = TimeSpan.FromSeconds(1);

    // When the first bytes came after the last valid line; null if none did.
    private TimeSpan? _bytesSince;

    /// <summary>When the last valid line came, or the port was opened.</summary>
    public TimeSpan LastValid { get; private set; }

    /// <summary>When what talks is taken for foreign; null while nothing but valid lines came.</summary>
    public TimeSpan? ForeignAt => _bytesSince + ForeignAfter;

    /// <summary>When a board is taken for silent: two and a half of the intervals that it has announced.</summary>
    public TimeSpan SilentAt(TimeSpan beat)
    {
        var silence = beat * 2.5;
        return LastValid + (silence > ShortestSilence ? silence : ShortestSilence);
    }

    /// <summary>The port was opened.</summary>
    public void Start(TimeSpan now) => ValidLineCame(now);

    public void BytesCame(TimeSpan now) => _bytesSince ??= now;

    public void ValidLineCame(TimeSpan now)
    {
        LastValid = now;
        _bytesSince = null;
    }
}
