namespace EdgeNode.Serial;

/// <summary>
/// How often a board is given an identity that it does not keep. An EEPROM endures some 100,000 writes: ever more seldom.
/// </summary>
internal sealed class AssignmentPace
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private TimeSpan _wait = FirstWait;
    private TimeSpan? _nextAt;

    public bool IsDue(TimeSpan now) => _nextAt is null || now >= _nextAt;

    public void Sent(TimeSpan now)
    {
        _nextAt = now + _wait;
        _wait = _wait * 2 < LongestWait ? _wait * 2 : LongestWait;
    }

    /// <summary>Another board, or another start of it: the next one is due at once.</summary>
    public void Reset()
    {
        _nextAt = null;
        _wait = FirstWait;
    }
}
