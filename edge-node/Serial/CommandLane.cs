using EdgeNode.Devices;

namespace EdgeNode.Serial;

/// <summary>
/// The commands of one port: numbered, one in flight, repeated with the same number until answered, never across a restart
/// of the board (docs/serial-link.md, 6).
/// </summary>
internal sealed class CommandLane(IBoardLinkOutputs outputs, LinkCounters counters)
{
    public const int MaxWaiting = 64;
    public const int MaxSends = 3;

    public static readonly TimeSpan AnswerTime = TimeSpan.FromMilliseconds(500);

    /// <summary>A command that waited longer would surprise the one who gave it.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(10);

    private readonly Queue<(BoardCommand Command, TimeSpan Since)> _waiting = [];
    private InFlight? _inFlight;
    private ushort _last;

    /// <summary>True while an answer is awaited: nothing else is sent.</summary>
    public bool IsBusy => _inFlight is not null;

    /// <summary>True while the answer to an ID is awaited.</summary>
    public bool IsAssigning => _inFlight is { Command: null };

    /// <summary>When <see cref="RunTimers"/> has something to do.</summary>
    public TimeSpan? DueAt => _inFlight?.RepeatAt ?? (_waiting.TryPeek(out var first) ? first.Since + MaxWait : null);

    /// <summary>Numbers on from the last command that the board has answered; 0 for none.</summary>
    public void StartFrom(ushort lastAnswered) => _last = lastAnswered;

    /// <summary>Takes a command, unless the board that is there now cannot carry it out.</summary>
    public void Enqueue(BoardCommand command, BoardDescription? board, TimeSpan now)
    {
        if (RefusalOf(command, board) is { } refusal) outputs.CommandDone(command, refusal);
        else if (_waiting.Count < MaxWaiting) _waiting.Enqueue((command, now));
        else outputs.CommandDone(command, new CommandOutcome.NotSent());
    }

    /// <summary>Sends the next command that waits, if any.</summary>
    public void SendNext(TimeSpan now)
    {
        if (IsBusy || !_waiting.TryDequeue(out var next)) return;
        if (FrameWriter.TrySet(NextNumber(), next.Command.Tag, next.Command.Value, out var line)) Send(line, next.Command, now);
        else outputs.CommandDone(next.Command, new CommandOutcome.Refused("type"));
    }

    public void AssignId(BoardId id, ushort boot, TimeSpan now) => Send(FrameWriter.AssignId(NextNumber(), id, boot), null, now);

    /// <summary>Takes an ACK.</summary>
    /// <param name="ack">The answer.</param>
    /// <param name="applied">Its reading, where it could be read.</param>
    public void Acknowledge(Frame.Ack ack, Reading? applied)
    {
        if (_inFlight?.Number != ack.Command) return;
        if (_inFlight.Command is not { } command)
        {
            if (ack.Id is not null) _inFlight = null;
            return;
        }
        if (applied?.Name == command.Tag) Finish(new CommandOutcome.Applied(applied));
    }

    public void Refuse(Frame.Nak nak)
    {
        if (_inFlight?.Number == nak.Command) Finish(new CommandOutcome.Refused(nak.Reason));
    }

    /// <summary>The board has restarted: what is in flight ends, what waits stays.</summary>
    public void BoardRestarted() => Finish(new CommandOutcome.BoardRestarted());

    /// <summary>The board is gone: everything ends.</summary>
    public void BoardLost()
    {
        Finish(new CommandOutcome.BoardLost());
        while (_waiting.TryDequeue(out var next)) outputs.CommandDone(next.Command, new CommandOutcome.BoardLost());
    }

    /// <summary>Repeats or gives up what is in flight; gives up what has waited too long.</summary>
    public void RunTimers(TimeSpan now)
    {
        while (_waiting.TryPeek(out var first) && now >= first.Since + MaxWait)
        {
            _waiting.Dequeue();
            outputs.CommandDone(first.Command, new CommandOutcome.NotSent());
        }
        if (_inFlight is null || now < _inFlight.RepeatAt) return;
        if (_inFlight.Sends == MaxSends)
        {
            Finish(new CommandOutcome.NoAnswer());
            return;
        }
        counters.Repeated++;
        _inFlight = _inFlight with { Sends = _inFlight.Sends + 1, RepeatAt = now + AnswerTime };
        outputs.Write(_inFlight.Line);
    }

    private void Send(byte[] line, BoardCommand? command, TimeSpan now)
    {
        _inFlight = new InFlight(_last, line, command, now + AnswerTime, 1);
        outputs.Write(line);
    }

    private void Finish(CommandOutcome outcome)
    {
        var command = _inFlight?.Command;
        _inFlight = null;
        if (command is not null) outputs.CommandDone(command, outcome);
    }

    private static CommandOutcome? RefusalOf(BoardCommand command, BoardDescription? board)
    {
        if (board?.Id != command.Board) return new CommandOutcome.BoardLost();
        if (board.Tags.FirstOrDefault(tag => tag.Name == command.Tag) is not { } tag) return new CommandOutcome.Refused("unknown-tag");
        return command.Value.Type != tag.Type || !LinkValue.TryFormat(command.Value, out _) ? new CommandOutcome.Refused("type") : null;
    }

    // 1..65535; 0 means "none" in a HELLO.
    private ushort NextNumber() => _last = (ushort)(_last % ushort.MaxValue + 1);

    private sealed record InFlight(ushort Number, ReadOnlyMemory<byte> Line, BoardCommand? Command, TimeSpan RepeatAt, int Sends);
}
