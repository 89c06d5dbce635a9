namespace EdgeNode.Serial;

/// <summary>When to send <c>HELLO?</c>: by a plan while there is no board, and on request for a missing or damaged description.</summary>
internal sealed class HelloSchedule
{
    private static readonly TimeSpan[] Plan = [TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4)];
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ForeignInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RequestInterval = TimeSpan.FromSeconds(1);

    private TimeSpan _start;
    private int _sent;
    private TimeSpan? _planned;
    private TimeSpan _interval;
    private TimeSpan? _lastSent;
    private bool _isRequested;

    /// <summary>When the next one is due.</summary>
    public TimeSpan? DueAt
    {
        get
        {
            if (!_isRequested) return _planned;
            var requested = _lastSent is { } last ? last + RequestInterval : TimeSpan.Zero;
            return _planned is { } planned && planned < requested ? planned : requested;
        }
    }

    /// <summary>Begins the plan of a port without a board.</summary>
    /// <param name="now">The time.</param>
    /// <param name="isExpected">True if a description is on its way, so that the first one of the plan is not needed.</param>
    public void Start(TimeSpan now, bool isExpected)
    {
        _start = now;
        _sent = isExpected ? 1 : 0;
        _interval = Interval;
        _planned = now + Plan[_sent];
        _isRequested = false;
    }

    /// <summary>Begins the plan of a port where something speaks another language.</summary>
    public void StartForeign(TimeSpan now)
    {
        _sent = Plan.Length;
        _interval = ForeignInterval;
        _planned = now + _interval;
        _isRequested = false;
    }

    /// <summary>Ends the plan.</summary>
    public void Stop()
    {
        _planned = null;
        _isRequested = false;
    }

    /// <summary>Asks for one, at most one a second.</summary>
    public void Request() => _isRequested = true;

    /// <summary>A description is on its way: what was requested is not needed any more.</summary>
    public void Withdraw() => _isRequested = false;

    /// <summary>One was sent.</summary>
    public void Sent(TimeSpan now)
    {
        _lastSent = now;
        _isRequested = false;
        if (_planned is not { } planned || now < planned) return;
        _sent++;
        _planned = _sent < Plan.Length ? _start + Plan[_sent] : now + _interval;
    }
}
