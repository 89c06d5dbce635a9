using EdgeNode.Devices;
using Sparkplug.Metrics;

namespace EdgeNode.Serial;

/// <summary>
/// One port's side of the serial link (docs/serial-link.md, 6): asks for the description, checks it, gives an identity to a board
/// that has none, hands on readings, carries commands, and notices restarts, losses, silence and foreign talk.
/// Pure: no port, no clock. One thread at a time.
/// </summary>
public sealed class BoardLink
{
    private static readonly TimeSpan ClaimInterval = TimeSpan.FromMilliseconds(500);

    private readonly IBoardLinkOutputs _outputs;
    private readonly Func<uint> _random;
    private readonly LineReader _lines = new(LinkLine.BoardLimit);
    private readonly LineWatch _watch = new();
    private readonly BootCheck _boots = new();
    private readonly FloodGuard _flood = new();
    private readonly HelloSchedule _hello = new();
    private readonly GetSchedule _get = new();
    private readonly DescriptionAssembly _assembly = new();
    private readonly AssignmentPace _assignments = new();
    private readonly KnownBoard _board = new();
    private readonly CommandLane _commands;
    private TimeSpan _now;

    // The start of the board that commands are numbered for.
    private ushort? _numberedBoot;
    private TimeSpan _claimAt;
    private int _refused;

    /// <summary>Makes a link whose port is closed.</summary>
    /// <param name="outputs">Where it sends what is to be done.</param>
    /// <param name="counters">Where it counts.</param>
    /// <param name="random">Gives the random part of new identities.</param>
    public BoardLink(IBoardLinkOutputs outputs, LinkCounters counters, Func<uint> random)
    {
        _outputs = outputs;
        _random = random;
        Counters = counters;
        _commands = new CommandLane(outputs, counters);
    }

    /// <summary>Where the port stands.</summary>
    public PortState State { get; private set; } = PortState.Closed;

    /// <summary>What was counted.</summary>
    public LinkCounters Counters { get; }

    /// <summary>The board while it is <see cref="PortState.Online"/>.</summary>
    public BoardDescription? Board => State == PortState.Online ? _board.Description : null;

    /// <summary>When a <see cref="BoardLinkInput.Tick"/> is needed at the latest; null for none.</summary>
    public TimeSpan? NextTick => State == PortState.Closed ? null : Deadlines().Min();

    /// <summary>Takes one input and hands what is to be done to the outputs.</summary>
    public void Step(BoardLinkInput input)
    {
        _now = input.Now;
        switch (input)
        {
            case BoardLinkInput.Opened when State == PortState.Closed: Open(); break;
            case BoardLinkInput.Received received when State != PortState.Closed: Receive(received.Bytes.Span, received.At); break;
            case BoardLinkInput.Write write: _commands.Enqueue(write.Command, Board, _now); break;
            case BoardLinkInput.Closed closed when State != PortState.Closed: Close(closed.Reason); break;
        }
        if (State != PortState.Closed) RunTimers();
    }

    private void Open()
    {
        _watch.Start(_now);
        _boots.Forget();
        _numberedBoot = null;
        _get.Reset();
        _refused = 0;
        _assignments.Reset();
        _lines.Reset();
        _flood.Reset(_now);
        _assembly.Abandon();
        _hello.Start(_now, isExpected: false);
        Enter(PortState.Probing, "the port is open");
        // Whatever the board has received of a broken line ends here.
        _outputs.Write("\n"u8.ToArray());
    }

    private void Close(string reason)
    {
        Lose(reason);
        _hello.Stop();
        _assembly.Abandon();
        Enter(PortState.Closed, reason);
    }

    private void Receive(ReadOnlySpan<byte> bytes, Timestamp at)
    {
        var length = bytes.Length;
        var lines = 0;
        if (length > 0) _watch.BytesCame(_now);
        while (_lines.Read(ref bytes, out var line) is var result and not LineResult.Incomplete)
        {
            lines++;
            if (result == LineResult.Overlong) Drop(new FrameFault(FrameFaultKind.Overlong, $"over {LinkLine.BoardLimit} bytes"));
            else if (FrameParser.TryRead(line, out var frame, out var fault)) Take(frame, at);
            else Drop(fault);
        }
        if (!_flood.IsPassed(_now, lines, length, out var until)) return;
        Counters.Flood++;
        _outputs.PauseReading(until);
        if (_flood.SecondsInRow >= FloodGuard.MaxSecondsInRow) _outputs.CloseDue("it says more than a board may, without an end");
    }

    private void Drop(FrameFault fault)
    {
        Counters.Count(fault.Kind);
        _outputs.Faulted(fault);
        // A newer board is alive also when it says what is not understood here.
        if (fault.Kind == FrameFaultKind.Unknown) NoteValid();
        if (fault.Seq is { } seq) NoteCount(_boots.Follow(seq), isHello: false);
    }

    private void Take(Frame frame, Timestamp at)
    {
        Counters.Frames++;
        NoteValid();
        NoteCount(_boots.Take(frame), frame is Frame.Hello or Frame.UnsupportedHello);
        switch (frame)
        {
            case Frame.UnsupportedHello hello: RefuseProtocol(hello); break;
            case Frame.Hello hello: BeginDescription(hello); break;
            case not null when State == PortState.Unsupported: break;
            case Frame.Tag tag: TakeTag(tag); break;
            case Frame.End end: EndDescription(end); break;
            case Frame.Data data: TakeReadings(data.Readings, at); break;
            case Frame.Beat beat: TakeBeat(beat); break;
            case Frame.Ack ack: TakeAck(ack, at); break;
            case Frame.Nak nak: _commands.Refuse(nak); break;
        }
    }

    private void NoteValid()
    {
        _watch.ValidLineCame(_now);
        if (State != PortState.Foreign) return;
        _hello.Start(_now, isExpected: false);
        Enter(PortState.Probing, "a valid line came");
    }

    // --- restarts and losses ---

    private void NoteCount(LineCount count, bool isHello)
    {
        Counters.Lost += count.Lost;
        if (count.IsRestart) NoteRestart(isHello);
        else if (count.Lost == 0) return;
        else if (_assembly.Hello is not null && !isHello) Refuse($"{count.Lost} lines were lost in it");
        else if (State == PortState.Online) _get.Request();
    }

    private void NoteRestart(bool isHello)
    {
        Counters.Resets++;
        _commands.BoardRestarted();
        _assembly.Abandon();
        _assignments.Reset();
        _board.Doubt(_now);
        if (!isHello) AskForDescription();
    }

    // --- the description ---

    private void AskForDescription()
    {
        if (State is PortState.Unsupported || _assembly.Hello is not null || _commands.IsAssigning || !_assignments.IsDue(_now)) return;
        _hello.Request();
    }

    private void RefuseProtocol(Frame.UnsupportedHello hello)
    {
        var why = $"the board speaks protocol {hello.Protocol}, {FrameParser.Protocol} is spoken here";
        Lose(why);
        _assembly.Abandon();
        _hello.Stop();
        Enter(PortState.Unsupported, why);
    }

    private void BeginDescription(Frame.Hello hello)
    {
        if (State == PortState.Unsupported)
        {
            _hello.Start(_now, isExpected: true);
            Enter(PortState.Probing, "the board speaks another protocol now");
        }
        if (_numberedBoot != hello.Boot) _commands.StartFrom(hello.Command);
        _numberedBoot = hello.Boot;
        _board.Compare(hello, _now);
        _assembly.Begin(hello, _now);
        _hello.Withdraw();
    }

    private void TakeTag(Frame.Tag tag)
    {
        if (tag.Described.Type == DataType.Unknown) Counters.Unknown++;
        if (_assembly.Hello is null) AskForDescription();
        else _assembly.Add(tag);
    }

    private void EndDescription(Frame.End end)
    {
        if (_assembly.Hello is not { } hello)
        {
            AskForDescription();
            return;
        }
        if (!_assembly.TryEnd(end, out var tags, out var why))
        {
            Refuse(why);
            return;
        }
        _refused = 0;
        if (hello.Id is null) AssignId(hello);
        else Adopt(hello.Describe(hello.Id, tags));
    }

    private void Refuse(string why)
    {
        _assembly.Abandon();
        Counters.Refused++;
        _outputs.DescriptionRefused(why, ++_refused);
        AskForDescription();
    }

    private void AssignId(Frame.Hello hello)
    {
        if (_board.Description is not null) Restart("the board has lost its identity");
        if (_commands.IsBusy || !_assignments.IsDue(_now)) return;
        _assignments.Sent(_now);
        var id = BoardId.Create(hello.Sketch, _random());
        _outputs.AssigningId(id);
        _commands.AssignId(id, hello.Boot, _now);
    }

    private void Adopt(BoardDescription description)
    {
        if (_board.Description is { } other && other.Id != description.Id) Restart($"another board is there: {description.Id}");
        var isNews = _board.Adopt(description);
        _assignments.Reset();
        if (State != PortState.Online) Claim();
        else if (isNews) _outputs.BoardReady(description);
    }

    private void Claim()
    {
        var board = _board.Description ?? throw new InvalidOperationException("no board to claim an identity for");
        _hello.Stop();
        if (!_outputs.TryClaim(board.Id))
        {
            _claimAt = _now + ClaimInterval;
            if (State != PortState.DuplicateId) Enter(PortState.DuplicateId, $"another port's board is {board.Id}");
            return;
        }
        // What came before the identity was free is not known here.
        if (State == PortState.DuplicateId) _get.Request();
        else _get.Withdraw();
        Enter(PortState.Online, $"board {board.Id}, boot {board.Boot}");
        _outputs.BoardReady(board);
    }

    // --- readings and answers ---

    private void TakeReadings(IReadOnlyList<RawReading> raw, Timestamp at)
    {
        if (!CanRead())
        {
            if (State != PortState.DuplicateId) AskForDescription();
            return;
        }
        var readings = raw.Select(Read).OfType<Reading>().ToList();
        if (readings.Count > 0) _outputs.Readings(_board.Description!.Id, at, readings);
    }

    private bool CanRead() => State == PortState.Online && _board.IsCurrent;

    private Reading? Read(RawReading raw)
    {
        var tag = _board.Description!.Tags.FirstOrDefault(tag => tag.Name == raw.Name);
        if (tag is null && _assembly.UnknownTags.Contains(raw.Name)) return null;
        if (tag is not null && raw.TryRead(tag, out var reading)) return reading;
        Counters.Syntax++;
        var why = tag is null ? "is not described" : $"is no {LinkValue.NameOf(tag.Type)} and no fault";
        _outputs.Faulted(new FrameFault(FrameFaultKind.Syntax, $"'{raw.Name}' {why}"));
        return null;
    }

    private void TakeBeat(Frame.Beat beat)
    {
        Counters.BoardBad = beat.Bad;
        Counters.BoardUnknown = beat.Unknown;
        if (_board.Description is { } board && _assembly.Hello is null && board.Boot == beat.Boot) _board.Confirm();
        else if (_board.Description is null || !_board.IsCurrent) AskForDescription();
    }

    private void TakeAck(Frame.Ack ack, Timestamp at)
    {
        Reading? applied = null;
        if (ack.Applied is { } raw && CanRead()) applied = Read(raw);
        else if (_board.Description is null) AskForDescription();
        // The value stands whether or not someone still waits for this answer.
        if (applied is not null) _outputs.Readings(_board.Description!.Id, at, [applied]);
        _commands.Acknowledge(ack, applied);
    }

    // --- time ---

    private void RunTimers()
    {
        if (_now >= SilentAt()) GoSilent();
        if (_now >= ForeignAt()) GoForeign();
        if (_now >= _board.GivenUpAt) Restart("the board has restarted and does not describe itself");
        if (_now >= _assembly.DueAt) Refuse("it has no end");
        if (State == PortState.DuplicateId && _now >= _claimAt) Claim();
        _commands.RunTimers(_now);
        Send();
    }

    // One thing at a time: whatever is sent next waits for the answer to a command.
    private void Send()
    {
        if (_commands.IsBusy || State == PortState.Unsupported) return;
        if (_now >= HelloAt())
        {
            _outputs.Write(FrameWriter.Hello());
            _hello.Sent(_now);
            _get.Withdraw();
        }
        else if (_now >= GetAt())
        {
            _outputs.Write(FrameWriter.Get());
            _get.Sent(_now);
        }
        if (CanRead()) _commands.SendNext(_now);
    }

    private IEnumerable<TimeSpan?> Deadlines()
    {
        yield return SilentAt();
        yield return ForeignAt();
        yield return _board.GivenUpAt;
        yield return _assembly.DueAt;
        yield return State == PortState.DuplicateId ? _claimAt : null;
        yield return _commands.DueAt;
        if (_commands.IsBusy) yield break;
        yield return HelloAt();
        yield return GetAt();
    }

    private TimeSpan? SilentAt() => State is PortState.Online or PortState.DuplicateId ? _watch.SilentAt(_board.Description!.Beat) : null;

    private TimeSpan? ForeignAt() => State == PortState.Probing ? _watch.ForeignAt : null;

    // A description that is under way is not asked for again.
    private TimeSpan? HelloAt() => _assembly.Hello is null ? _hello.DueAt : null;

    private TimeSpan? GetAt() => State == PortState.Online ? _get.DueAt : null;

    private void GoSilent()
    {
        var why = $"no valid line for {(_now - _watch.LastValid).TotalSeconds:0.0} s";
        Lose(why);
        _assembly.Abandon();
        _hello.Start(_now, isExpected: false);
        Enter(PortState.Silent, why);
    }

    private void GoForeign()
    {
        _hello.StartForeign(_now);
        Enter(PortState.Foreign, $"nothing but another language for {LineWatch.ForeignAfter.TotalSeconds} s");
    }

    private void Restart(string why)
    {
        Lose(why);
        _hello.Start(_now, isExpected: true);
        Enter(PortState.Probing, why);
    }

    private void Lose(string reason)
    {
        var lost = Board;
        _board.Forget();
        _get.Withdraw();
        _commands.BoardLost();
        if (lost is not null) _outputs.BoardLost(lost.Id, reason);
    }

    private void Enter(PortState state, string why)
    {
        if (State == state) return;
        State = state;
        _outputs.StateChanged(state, why);
    }
}
