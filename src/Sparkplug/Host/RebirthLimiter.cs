using Sparkplug.Metrics;

namespace Sparkplug.Host;

/// <summary>
/// When one Edge Node may be asked for a rebirth: the first time at once, then after an interval that doubles until a birth comes.
/// A request that had to wait, or that was not answered, stays wanted: an NCMD has QoS 0 and can be lost.
/// </summary>
internal sealed class RebirthLimiter(TimeSpan shortest, TimeSpan longest)
{
    // A node that never answers is asked this often for each new sign of life, not for ever.
    private const int MostRepeats = 12;

    private Timestamp _allowedFrom;
    private Timestamp? _lastRequest;
    private int _unanswered;
    private int _repeats;

    /// <summary>Why a rebirth is wanted; null when a birth has come since.</summary>
    public RebirthReason? Wanted { get; private set; }

    /// <summary>The server to ask on.</summary>
    public int Server { get; private set; }

    /// <summary>When to ask next; null when nothing is wanted.</summary>
    public Timestamp? Due => Wanted is null ? null : _allowedFrom;

    /// <summary>Notes that a rebirth is wanted; the first reason stays until a birth comes.</summary>
    public void Want(RebirthReason reason, int server)
    {
        Wanted ??= reason;
        Server = server;
        _repeats = 0;
    }

    /// <summary>True when the request is to go out now; the next one has to wait.</summary>
    public bool TryTake(Timestamp now)
    {
        if (Wanted is null) return false;
        // A clock that was set back must not silence the host for longer than one interval.
        if (_lastRequest > now) _allowedFrom = now;
        if (now < _allowedFrom) return false;
        Take(now);
        if (_repeats++ == MostRepeats) Wanted = null;
        return true;
    }

    /// <summary>Notes a request that goes out, due or not.</summary>
    public void Take(Timestamp now)
    {
        _lastRequest = now;
        _allowedFrom = now.After(Interval);
        _unanswered++;
    }

    /// <summary>A birth has come: nothing is wanted and the interval is the shortest again.</summary>
    public void Born()
    {
        Wanted = null;
        _unanswered = 0;
        if (_lastRequest is { } last) _allowedFrom = last.After(shortest);
    }

    /// <summary>The node cannot answer: nothing is wanted.</summary>
    public void Cancel() => Wanted = null;

    // The shortest, doubled with each request since the last birth.
    private TimeSpan Interval
    {
        get
        {
            var interval = shortest;
            for (var i = 0; i < _unanswered && interval < longest; i++) interval *= 2;
            return interval < longest ? interval : longest;
        }
    }
}
