using Sparkplug.Metrics;

namespace Sparkplug.Host;

/// <summary>
/// When one Edge Node may be asked for a rebirth: the first time at once, then after an interval that doubles until a birth comes.
/// A request that had to wait, or that was not answered, stays wanted: an NCMD has QoS 0 and can be lost. A birth that did not cure
/// what was wrong with the metrics ends the wish, but not the doubling: such a node would be reborn for ever.
/// </summary>
internal sealed class RebirthLimiter(TimeSpan shortest, TimeSpan longest)
{
    // A node that never answers is asked this often for each new sign of life, not for ever.
    private const int MostRepeats = 12;

    private Timestamp _allowedFrom;
    private Timestamp? _lastRequest;
    private RebirthReason? _lastReason;
    private bool _isAnswered;
    private int _doublings;
    private int _repeats;

    /// <summary>Why a rebirth is wanted; null when a birth has come since.</summary>
    public RebirthReason? Wanted { get; private set; }

    /// <summary>The server to ask on.</summary>
    public int Server { get; private set; }

    /// <summary>When to ask next; null when nothing is wanted.</summary>
    public Timestamp? Due => Wanted is null ? null : _allowedFrom;

    // How long to wait after the last request.
    private TimeSpan Interval
    {
        get
        {
            var interval = shortest;
            for (var i = 1; i < _doublings && interval < longest; i++) interval *= 2;
            return interval < longest ? interval : longest;
        }
    }

    /// <summary>Notes that a rebirth is wanted; the first reason stays until a birth comes.</summary>
    public void Want(RebirthReason reason, int server)
    {
        if (_isAnswered)
        {
            var isUncured = reason == _lastReason && reason is RebirthReason.UnknownMetric or RebirthReason.UnknownAlias or RebirthReason.WrongType;
            if (!isUncured) _doublings = 1;
            _allowedFrom = _lastRequest!.Value.After(Interval);
            _isAnswered = false;
        }
        Wanted ??= reason;
        Server = server;
        _repeats = 0;
    }

    /// <summary>True when the request is to go out now; the next one has to wait.</summary>
    public bool TryTake(Timestamp now)
    {
        if (Wanted is not { } reason) return false;
        // A clock that was set back must not silence the host for longer than one interval.
        if (_lastRequest > now) _allowedFrom = now;
        if (now < _allowedFrom) return false;
        Take(reason, now);
        if (++_repeats > MostRepeats) Wanted = null;
        return true;
    }

    /// <summary>Notes a request that goes out, due or not.</summary>
    public void Take(RebirthReason reason, Timestamp now)
    {
        _lastRequest = now;
        _lastReason = reason;
        _doublings++;
        _isAnswered = false;
        _allowedFrom = now.After(Interval);
    }

    /// <summary>A birth has come: nothing is wanted.</summary>
    public void Born()
    {
        Wanted = null;
        _isAnswered = _lastRequest is not null;
    }

    /// <summary>The node cannot answer: nothing is wanted.</summary>
    public void Cancel() => Wanted = null;
}
