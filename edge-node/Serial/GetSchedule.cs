namespace EdgeNode.Serial;

/// <summary>When to send <c>GET</c>: on request, for values that were lost, at most one a second.</summary>
internal sealed class GetSchedule
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private TimeSpan? _lastSent;
    private bool _isRequested;

    /// <summary>When the next one is due; null for none.</summary>
    public TimeSpan? DueAt => !_isRequested ? null : _lastSent is { } last ? last + Interval : TimeSpan.Zero;

    public void Request() => _isRequested = true;

    /// <summary>All values are on their way anyhow.</summary>
    public void Withdraw() => _isRequested = false;

    public void Sent(TimeSpan now)
    {
        _lastSent = now;
        _isRequested = false;
    }

    /// <summary>The port was opened.</summary>
    public void Reset()
    {
        _lastSent = null;
        _isRequested = false;
    }
}
