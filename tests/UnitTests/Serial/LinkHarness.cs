using System.Text;
using EdgeNode.Devices;
using EdgeNode.Serial;
using Sparkplug.Metrics;

namespace UnitTests.Serial;

/// <summary>A link with a clock that the test moves, and everything that the link did.</summary>
internal sealed class LinkHarness : IBoardLinkOutputs
{
    private ushort _seq;

    public LinkHarness()
    {
        Link = new BoardLink(this, Counters, () => 0x7f3a9c12);
        Step(new BoardLinkInput.Opened(Now));
    }

    public BoardLink Link { get; }

    public LinkCounters Counters { get; } = new();

    public TimeSpan Now { get; private set; } = TimeSpan.FromHours(1);

    public Timestamp Wall { get; set; } = new(1_000_000);

    /// <summary>The bodies of the lines that were written, without CRC and LF.</summary>
    public List<string> Sent { get; } = [];

    public List<PortState> States { get; } = [];

    public List<string> Events { get; } = [];

    public List<BoardDescription> Ready { get; } = [];

    public List<(Timestamp At, Reading Reading)> Taken { get; } = [];

    public List<(BoardCommand Command, CommandOutcome Outcome)> Outcomes { get; } = [];

    public List<FrameFault> Faults { get; } = [];

    public List<TimeSpan> Pauses { get; } = [];

    public List<string> Refusals { get; } = [];

    public HashSet<string> ClaimedElsewhere { get; } = [];

    public BoardId? Claimed { get; private set; }

    /// <summary>A link whose board is online: <c>t</c> float r, <c>n</c> int32 rw, <c>b</c> bool rw.</summary>
    public static LinkHarness Online(ushort boot = 7, string id = "ard-1")
    {
        var harness = new LinkHarness();
        harness.Describe(id, boot);
        harness.Clear();
        return harness;
    }

    public static byte[] Line(string body) => Encoding.UTF8.GetBytes($"{body}*{Crc16.Compute(Encoding.UTF8.GetBytes(body)):X4}\n");

    public static readonly string[] StandardTags =
        ["name=t type=float access=r unit=°C low=-50 high=150", "name=n type=int32 access=rw low=0 high=100", "name=b type=bool access=rw"];

    public static BoardCommand Command(string tag, MetricValue value, string board = "ard-1") =>
        new(BoardId.TryParse(board, out var id) ? id : throw new ArgumentException(board), tag, value);

    public void Step(BoardLinkInput input) => Link.Step(input);

    /// <summary>The board says whole bodies that carry their own number.</summary>
    public void SayRaw(params string[] bodies)
    {
        foreach (var body in bodies) Receive(Line(body));
    }

    /// <summary>The board says <c>VERB fields</c>; its number is put in.</summary>
    public void Say(params string[] lines)
    {
        foreach (var line in lines)
        {
            var parts = line.Split(' ', 2);
            SayRaw($"{parts[0]} {_seq++}{(parts.Length > 1 ? " " + parts[1] : "")}");
        }
    }

    public void LoseLines(int count) => _seq = unchecked((ushort)(_seq + count));

    public void RestartNumbers() => _seq = 0;

    public void Receive(byte[] bytes) => Step(new BoardLinkInput.Received(bytes, Wall, Now));

    public static string Hello(string id, ushort boot, int tags, string sketch = "climate", ushort command = 0, int beat = 1000) =>
        $"HELLO proto=1 id={id} sketch={sketch} version=1.0 tags={tags} boot={boot} cause=power cmd={command} beat={beat} up=3";

    public static string End(params string[] tags)
    {
        var text = string.Concat(tags.Select((tag, index) => $"index={index} {tag}\n"));
        return $"END tags={tags.Length} check={Crc16.Compute(Encoding.UTF8.GetBytes(text)):X4}";
    }

    public void Describe(string id = "ard-1", ushort boot = 7, string[]? tags = null, string sketch = "climate", ushort command = 0, int beat = 1000)
    {
        tags ??= StandardTags;
        Say(Hello(id, boot, tags.Length, sketch, command, beat));
        for (var i = 0; i < tags.Length; i++) Say($"TAG index={i} {tags[i]}");
        Say(End(tags));
    }

    public void Send(BoardCommand command) => Step(new BoardLinkInput.Write(command, Now));

    /// <summary>Lets time pass as a shell would: a tick whenever the link asks for one.</summary>
    public void Pass(TimeSpan time)
    {
        var end = Now + time;
        for (var ticks = 0; Link.NextTick <= end; ticks++)
        {
            Assert.True(ticks < 10_000, $"the link asks for ticks without an end at {Link.NextTick} in {Link.State}");
            if (Link.NextTick > Now) Now = Link.NextTick.Value;
            Step(new BoardLinkInput.Tick(Now));
        }
        Now = end;
    }

    public void PassSeconds(double seconds) => Pass(TimeSpan.FromSeconds(seconds));

    /// <summary>Lets time pass while the board beats once a second.</summary>
    public void PassWithBeats(int seconds, ushort boot = 7)
    {
        for (var i = 0; i < seconds; i++)
        {
            PassSeconds(1);
            Say($"BEAT up=1 boot={boot} bad=0 unknown=0");
        }
    }

    public void Clear()
    {
        Sent.Clear();
        States.Clear();
        Events.Clear();
        Ready.Clear();
        Taken.Clear();
        Outcomes.Clear();
        Faults.Clear();
    }

    void IBoardLinkOutputs.Write(ReadOnlyMemory<byte> line)
    {
        var text = Encoding.UTF8.GetString(line.Span);
        Assert.True(line.Length <= LinkLine.EdgeLimit, $"'{text}' has {line.Length} bytes");
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        Sent.Add(text.Length == 1 ? "" : text[..^6]);
    }

    bool IBoardLinkOutputs.TryClaim(BoardId id)
    {
        if (ClaimedElsewhere.Contains(id.Value)) return false;
        Claimed = id;
        return true;
    }

    void IBoardLinkOutputs.StateChanged(PortState state, string why)
    {
        Assert.NotEmpty(why);
        States.Add(state);
    }

    void IBoardLinkOutputs.BoardReady(BoardDescription description)
    {
        Assert.Equal(Claimed, description.Id);
        Ready.Add(description);
        Events.Add($"ready {description.Id}");
    }

    void IBoardLinkOutputs.Readings(BoardId board, Timestamp at, IReadOnlyList<Reading> readings)
    {
        Assert.Equal(Claimed, board);
        foreach (var reading in readings) Taken.Add((at, reading));
    }

    void IBoardLinkOutputs.BoardLost(BoardId board, string reason)
    {
        Assert.Equal(Claimed, board);
        Assert.NotEmpty(reason);
        Claimed = null;
        Events.Add($"lost {board}");
    }

    void IBoardLinkOutputs.CommandDone(BoardCommand command, CommandOutcome outcome) => Outcomes.Add((command, outcome));

    void IBoardLinkOutputs.AssigningId(BoardId board) => Events.Add($"assigning {board}");

    void IBoardLinkOutputs.Faulted(FrameFault fault) => Faults.Add(fault);

    void IBoardLinkOutputs.DescriptionRefused(string why, int inRow) => Refusals.Add($"{inRow} {why}");

    void IBoardLinkOutputs.PauseReading(TimeSpan until) => Pauses.Add(until);

    void IBoardLinkOutputs.CloseDue(string why) => Events.Add("close");
}
