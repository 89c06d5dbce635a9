using EdgeNode.Devices;
using Sparkplug.Edge;
using Sparkplug.Metrics;

namespace EdgeNode.Session;

/// <summary>
/// Boards as they come, speak and go, turned into what the Edge Node's session takes. Pure; one thread.
/// <para>
/// A board that is ready becomes a Device with its first readings, which follow its description at once, so that its DBIRTH carries
/// values; if none come within <see cref="FirstReadings"/> it is born without.
/// </para>
/// </summary>
internal sealed class BoardDevices(Action<EdgeInput> session)
{
    /// <summary>How long a DBIRTH waits for the first readings.</summary>
    public static readonly TimeSpan FirstReadings = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<BoardId, Board> _boards = [];

    /// <summary>When <see cref="Tick"/> has something to do; null for never.</summary>
    public Timestamp? NextTick => _boards.Values.Where(board => !board.IsBorn).Select(board => (Timestamp?)board.BirthDueAt).Min();

    /// <summary>True once <paramref name="due"/> has come, or lies further off than it ever can: then the clock was set back.</summary>
    public static bool IsDue(Timestamp due, TimeSpan interval, Timestamp now) => due <= now || due > After(interval, now);

    /// <summary>A board has described itself, for the first time or again.</summary>
    public void Ready(BoardDescription description, BoardCable cable, Timestamp now)
    {
        var before = _boards.GetValueOrDefault(description.Id);
        _boards[description.Id] = new Board(description, cable)
        {
            Known = before is not null && before.Description.DescribesSameDevice(description) ? before.Known : [],
            LastResult = before?.LastResult,
            BirthDueAt = After(FirstReadings, now),
            WasFound = before?.WasFound ?? false,
        };
    }

    /// <summary>Readings came.</summary>
    public void Read(BoardId id, IReadOnlyList<Reading> readings, Timestamp at, Timestamp now)
    {
        if (!_boards.TryGetValue(id, out var board)) return;
        Sample[] samples = [.. BoardDevice.Samples(readings, at)];
        foreach (var sample in samples) board.Known[sample.Name] = sample;
        if (board.IsBorn) session(new EdgeInput.Sampled(id.Value, samples, now));
        else if (board.Description.Tags.All(tag => board.Known.ContainsKey(tag.Name) || BoardDevice.IsReserved(tag.Name))) Birth(board, now);
    }

    /// <summary>A board is gone.</summary>
    public void Lost(BoardId id, Timestamp now)
    {
        if (_boards.Remove(id, out var board) && board.WasFound) session(new EdgeInput.DeviceLost(id.Value, now));
    }

    /// <summary>Time has passed.</summary>
    public void Tick(Timestamp now)
    {
        foreach (var board in _boards.Values)
            if (!board.IsBorn && IsDue(board.BirthDueAt, FirstReadings, now)) Birth(board, now);
    }

    /// <summary>Publishes what the cables have counted, as far as it changed.</summary>
    public void ReportCables(Timestamp now)
    {
        foreach (var board in _boards.Values)
            if (board.IsBorn) session(new EdgeInput.Sampled(board.Description.Id.Value, BoardDevice.Samples(board.Cable, now), now));
    }

    /// <summary>A command has its outcome: the value that was read back, and the row of <c>Command/Result</c> where the host gave an id.</summary>
    public void CommandDone(BoardCommand command, CommandOutcome outcome, Timestamp now)
    {
        // A board that describes itself again is not born again yet, but the session knows it and someone waits for the answer.
        if (!_boards.TryGetValue(command.Board, out var board) || !board.WasFound) return;
        List<Sample> samples = [];
        if (outcome is CommandOutcome.Applied { Reading: { IsGood: true } applied })
        {
            // A foreign host judges by the metric itself: it is published even where it is as before.
            // Its time is that of the answer, which has come as a reading: a later time would make the next reading a late one.
            var at = board.Known.TryGetValue(applied.Name, out var known) && known.Value == applied.Value ? known.Timestamp : now;
            samples.Add(new Sample(applied.Name, applied.Value, at) { IsForced = true });
        }
        if (command.CommandId is { } id)
        {
            var result = Result(id, command, outcome, now);
            board.LastResult = result.Value;
            samples.Add(result);
        }
        if (samples.Count > 0) session(new EdgeInput.Sampled(command.Board.Value, samples, now));
    }

    private static Sample Result(string id, BoardCommand command, CommandOutcome outcome, Timestamp now) => outcome switch
    {
        CommandOutcome.Applied { Reading: { IsGood: true } applied } => CommandResult.Applied(id, command.Tag, applied.Value, now),
        CommandOutcome.Applied { Reading.Fault: var fault } => CommandResult.Rejected(id, command.Tag, $"the board reads back a fault: {fault}", now),
        CommandOutcome.Refused refused => CommandResult.Rejected(id, command.Tag, $"the board refused: {refused.Reason}", now),
        CommandOutcome.NoAnswer => CommandResult.Rejected(id, command.Tag, "the board did not answer; it may have carried the command out or not", now),
        CommandOutcome.BoardRestarted => CommandResult.Rejected(id, command.Tag, "the board restarted before it answered; it may have carried the command out or not", now),
        CommandOutcome.BoardLost => CommandResult.Rejected(id, command.Tag, "the board is gone", now),
        CommandOutcome.NotSent => CommandResult.Rejected(id, command.Tag, "not sent: too many commands wait for this board", now),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private void Birth(Board board, Timestamp now)
    {
        board.IsBorn = board.WasFound = true;
        session(new EdgeInput.DeviceFound(BoardDevice.Describe(board.Description, board.Known, board.Cable, board.LastResult), now));
    }

    private static Timestamp After(TimeSpan interval, Timestamp now) => new(now.Milliseconds + (ulong)interval.TotalMilliseconds);

    private sealed class Board(BoardDescription description, BoardCable cable)
    {
        public BoardDescription Description { get; } = description;

        public BoardCable Cable { get; } = cable;

        /// <summary>The last sample of each tag.</summary>
        public required Dictionary<string, Sample> Known { get; init; }

        /// <summary>The last value of <c>Command/Result</c>; null before the first command. A restart of the board does not take it back.</summary>
        public MetricValue? LastResult { get; set; }

        /// <summary>When it is born even without readings.</summary>
        public required Timestamp BirthDueAt { get; init; }

        /// <summary>True once the session knows it as it describes itself now.</summary>
        public bool IsBorn { get; set; }

        /// <summary>True once the session knows it at all.</summary>
        public bool WasFound { get; set; }
    }
}
