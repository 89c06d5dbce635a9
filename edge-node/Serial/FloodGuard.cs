namespace EdgeNode.Serial;

/// <summary>Watches how much a port says: 500 lines or 32 KiB in a second are enough for any board.</summary>
internal sealed class FloodGuard
{
    public const int MaxLines = 500;
    public const int MaxBytes = 32 * 1024;
    public const int MaxSecondsInRow = 10;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private TimeSpan _start;
    private int _lines;
    private int _bytes;
    private bool _isFlooded;

    /// <summary>How many seconds in a row were flooded, the current one included.</summary>
    public int SecondsInRow { get; private set; }

    public void Reset(TimeSpan now)
    {
        Begin(now);
        SecondsInRow = 0;
    }

    /// <summary>Takes what came in.</summary>
    /// <returns>True when the limit is passed, once a second: nothing should be read before <paramref name="until"/>.</returns>
    public bool IsPassed(TimeSpan now, int lines, int bytes, out TimeSpan until)
    {
        Advance(now);
        _lines += lines;
        _bytes += bytes;
        until = _start + Second;
        if (_isFlooded || (_lines <= MaxLines && _bytes <= MaxBytes)) return false;
        _isFlooded = true;
        SecondsInRow++;
        return true;
    }

    private void Advance(TimeSpan now)
    {
        if (now < _start + Second) return;
        // A second that stayed below the limit, or one in which nothing came, ends the row.
        if (!_isFlooded || now >= _start + 2 * Second) SecondsInRow = 0;
        Begin(now);
    }

    private void Begin(TimeSpan now)
    {
        _start = now;
        _lines = _bytes = 0;
        _isFlooded = false;
    }
}
