namespace HostApp.Tracking;

/// <summary>
/// Lets so many lines through in each minute and counts the rest: nodes that come and go all the time must not fill the disk.
/// Used on the host's loop alone.
/// </summary>
internal sealed class LogBudget(int linesPerMinute, TimeProvider clock)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private long _start = clock.GetTimestamp();
    private int _taken;
    private long _leftOut;
    private long _untold;

    /// <summary>True when one more line may be written.</summary>
    public bool TryTake()
    {
        StartWhenOver();
        if (_taken < linesPerMinute)
        {
            _taken++;
            return true;
        }
        _leftOut++;
        return false;
    }

    /// <summary>How many lines were left out in minutes that are over and were not told of yet.</summary>
    public long TakeLeftOut()
    {
        StartWhenOver();
        var count = _untold;
        _untold = 0;
        return count;
    }

    private void StartWhenOver()
    {
        if (clock.GetElapsedTime(_start) < Minute) return;
        (_start, _taken) = (clock.GetTimestamp(), 0);
        _untold += _leftOut;
        _leftOut = 0;
    }
}
