using Sparkplug.Metrics;

namespace Sparkplug.Host;

/// <summary>
/// Puts the messages of one Edge Node and its Devices back into the order of their seq (Sparkplug 3.0, 5.9). What comes early waits,
/// at most for the Reorder Timeout; what was passed already is late.
/// </summary>
internal sealed class MessageOrder(NodeStateOptions options)
{
    // Beyond half of the circle a number is behind rather than ahead.
    private const int HalfCircle = 128;

    private readonly ReorderBuffer _waiting = new(options.ReorderCapacity, options.ReorderByteCapacity);
    private Seq _expected;
    private Timestamp? _newest;

    /// <summary>When to give up waiting; null while nothing waits.</summary>
    public Timestamp? Deadline { get; private set; }

    /// <summary>How many messages wait.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>The number that is due next.</summary>
    public Seq Expected => _expected;

    /// <summary>
    /// True when messages that never came include the number 0. One of them may have been an NBIRTH, after which an alias can mean another metric.
    /// </summary>
    public bool MayHaveLostNBIRTH { get; private set; }

    /// <summary>Starts anew after an NBIRTH, whatever its number; what waits is dropped.</summary>
    public void Start(NodeInput.Received birth)
    {
        _expected = (birth.Payload.Seq ?? default).Next();
        _newest = birth.Payload.Timestamp;
        MayHaveLostNBIRTH = false;
        _waiting.Clear();
        Deadline = null;
    }

    /// <summary>Looks where a message stands, and keeps it if it is early.</summary>
    public Place Take(NodeInput.Received message)
    {
        if (message.Payload.Seq is not { } seq) return Place.Unnumbered;
        var ahead = seq.StepsAfter(_expected);
        if (ahead == 0)
        {
            Pass(message, seq);
            return Place.InOrder;
        }
        // What is behind and not newer than what was passed has been passed itself, or was given up. What is behind and newer is of a
        // count that started again: messages are missing.
        if (ahead >= HalfCircle && !(message.Payload.Timestamp > _newest)) return Place.Late;
        var isFull = _waiting.IsFullFor(message);
        if (!_waiting.TryAdd(seq, message)) return Place.Late;
        if (isFull) return Place.Overflow;
        if (Deadline is not null) return Place.Early;
        Deadline = message.Now.After(options.ReorderTimeout);
        return Place.OpensGap;
    }

    /// <summary>The next message in order, if it waits.</summary>
    public NodeInput.Received? TakeNext()
    {
        if (_waiting.Count == 0) return null;
        var seq = _expected;
        if (_waiting.Take(seq) is not { } next)
        {
            Deadline = _waiting.FirstArrival()?.After(options.ReorderTimeout);
            return null;
        }
        Pass(next, seq);
        if (_waiting.Count == 0) Deadline = null;
        return next;
    }

    /// <summary>The nearest message that waits, with those before it given up; null when none waits.</summary>
    public NodeInput.Received? TakeNearest()
    {
        if (_waiting.Count == 0) return null;
        var seq = _expected;
        while (true)
        {
            if (_waiting.Take(seq) is { } nearest)
            {
                Pass(nearest, seq);
                if (_waiting.Count == 0) Deadline = null;
                return nearest;
            }
            if (seq == default) MayHaveLostNBIRTH = true;
            seq = seq.Next();
        }
    }

    private void Pass(NodeInput.Received message, Seq seq)
    {
        _expected = seq.Next();
        if (_newest is null || message.Payload.Timestamp > _newest) _newest = message.Payload.Timestamp;
    }
}

/// <summary>Where a message stands in the order of its node.</summary>
internal enum Place
{
    /// <summary>It is the one that is due.</summary>
    InOrder,

    /// <summary>It has no seq.</summary>
    Unnumbered,

    /// <summary>Earlier ones are missing; it waits, and so does the timer.</summary>
    OpensGap,

    /// <summary>It waits with others.</summary>
    Early,

    /// <summary>It waits, but it is one too many.</summary>
    Overflow,

    /// <summary>Its number was passed already.</summary>
    Late,
}
