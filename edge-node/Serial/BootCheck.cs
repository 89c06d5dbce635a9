namespace EdgeNode.Serial;

/// <summary>What the number of a line tells.</summary>
/// <param name="IsRestart">The board has restarted.</param>
/// <param name="Lost">How many lines are missing before this one.</param>
internal readonly record struct LineCount(bool IsRestart, int Lost);

/// <summary>Tells restarts of a board from lines that were lost, by the numbers of its lines and by its boot numbers.</summary>
internal sealed class BootCheck
{
    private readonly SequenceCheck _sequence = new();
    private ushort? _boot;

    /// <summary>The port was opened: any board may be there.</summary>
    public void Forget()
    {
        _sequence.Forget();
        _boot = null;
    }

    /// <summary>Takes a line; HELLO and BEAT name the boot.</summary>
    public LineCount Take(Frame frame)
    {
        ushort? boot = frame switch { Frame.Hello hello => hello.Boot, Frame.Beat beat => beat.Boot, _ => null };
        var isOther = boot is not null && _boot is not null && boot != _boot;
        if (isOther) _sequence.Restart(frame.Seq);
        var count = isOther ? new LineCount(IsRestart: true, Lost: 0) : Follow(frame.Seq);
        _boot = boot ?? _boot;
        return count;
    }

    /// <summary>Takes the number of a line that says nothing else.</summary>
    public LineCount Follow(ushort seq)
    {
        if (_sequence.TryFollow(seq, out var lost)) return new LineCount(IsRestart: false, lost);
        // The HELLO or BEAT that tells the new boot is the same restart, not another one.
        _boot = null;
        return new LineCount(IsRestart: true, Lost: 0);
    }
}
