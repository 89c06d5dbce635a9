using EdgeNode.Devices;
using EdgeNode.Serial;

namespace Sparkplug.Cli.Demo;

/// <summary>
/// A board's side of the serial link (docs/serial-link.md, 5) without a board: announces itself, reports changes, beats, and
/// answers commands, each at most once. Pure: bytes go in, lines come out, time is given.
/// </summary>
public sealed class EmulatedBoard
{
    private const int ReportAllEvery = 100;

    /// <summary>How often the tags are looked at.</summary>
    public static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>How often the board says that it is alive.</summary>
    public static readonly TimeSpan BeatInterval = TimeSpan.FromSeconds(1);

    private readonly BoardProgram _program;
    private readonly BoardMemory _memory;
    private readonly Action<ReadOnlyMemory<byte>> _write;
    private readonly LineReader _lines = new(LinkLine.EdgeLimit);
    private readonly BoardReport _report;
    private TimeSpan _start;
    private TimeSpan _now;
    private TimeSpan _sampleAt;
    private TimeSpan _beatAt;
    private int _samples;
    private ushort _seq;
    private ushort _bad;
    private ushort _unknown;
    private string _cause = "power";
    private ushort _lastCommand;
    private BoardAnswer? _lastAnswer;

    /// <summary>Makes a board without power.</summary>
    /// <param name="program">What its sketch does.</param>
    /// <param name="memory">Its EEPROM.</param>
    /// <param name="write">Takes the lines that it sends.</param>
    public EmulatedBoard(BoardProgram program, BoardMemory memory, Action<ReadOnlyMemory<byte>> write)
    {
        _program = program;
        _memory = memory;
        _write = write;
        _report = new BoardReport(program.Tags);
    }

    /// <summary>When <see cref="Tick"/> has something to do.</summary>
    public TimeSpan NextTick => _sampleAt < _beatAt ? _sampleAt : _beatAt;

    /// <summary>Power comes, or the reset pin is pulled: counts the start and announces itself.</summary>
    /// <param name="now">The time.</param>
    /// <param name="cause">Why.</param>
    public void Start(TimeSpan now, string cause = "power")
    {
        _start = _now = now;
        _seq = _bad = _unknown = _lastCommand = 0;
        _lastAnswer = null;
        _cause = cause;
        _lines.Reset();
        _memory.CountBoot();
        _sampleAt = now + SampleInterval;
        _beatAt = now + BeatInterval;
        // The line that the restart cut off ends here and does not swallow the HELLO.
        _write("\n"u8.ToArray());
        Announce();
    }

    /// <summary>Bytes came in.</summary>
    public void Receive(ReadOnlySpan<byte> bytes, TimeSpan now)
    {
        _now = now;
        while (_lines.Read(ref bytes, out var line) is var result and not LineResult.Incomplete)
        {
            if (result == LineResult.Line && LinkLine.TryParse(line, isNumbered: false, out var parts, out _)) Take(parts);
            else _bad++;
        }
    }

    /// <summary>Time has passed.</summary>
    public void Tick(TimeSpan now)
    {
        _now = now;
        if (now >= _sampleAt) Sample();
        if (now >= _beatAt) Beat();
    }

    private uint Up => unchecked((uint)(long)(_now - _start).TotalMilliseconds);

    // --- what it says ---

    private void Announce()
    {
        Send(Begin("HELLO")
            .Attribute("proto", FrameParser.Protocol)
            .Attribute("id", _memory.Id?.Value ?? "-")
            .Attribute("sketch", _program.Sketch)
            .Attribute("version", _program.Version)
            .Attribute("tags", _program.Tags.Count)
            .Attribute("boot", _memory.Boot)
            .Attribute("cause", _cause)
            .Attribute("cmd", _lastCommand)
            .Attribute("beat", (long)BeatInterval.TotalMilliseconds)
            .Attribute("up", Up));
        var check = Crc16.Start;
        for (var i = 0; i < _program.Tags.Count; i++) check = Describe(i, check);
        Send(Begin("END").Attribute("tags", _program.Tags.Count).Attribute("check", check.ToString("X4", null)));
        Report(_report.All());
    }

    private ushort Describe(int index, ushort check)
    {
        var line = Begin("TAG");
        var start = line.Body.Length + 1;
        _program.Tags[index].Describe(index, line);
        Send(line);
        return Crc16.Compute(System.Text.Encoding.UTF8.GetBytes(line.Body[start..] + "\n"), check);
    }

    private void Sample()
    {
        _sampleAt = _now + SampleInterval;
        Report(++_samples % ReportAllEvery == 0 ? _report.All() : _report.News());
    }

    private void Report(IEnumerable<(string Name, string Text)> readings)
    {
        LineWriter? line = null;
        foreach (var (name, text) in readings)
        {
            if (line is not null && line.Body.Length + name.Length + text.Length > BoardReport.LongestBody)
            {
                Send(line);
                line = null;
            }
            line = (line ?? Begin("DATA").Attribute("up", Up)).Reading(name, text);
        }
        if (line is not null) Send(line);
    }

    private void Beat()
    {
        _beatAt = _now + BeatInterval;
        Send(Begin("BEAT").Attribute("up", Up).Attribute("boot", _memory.Boot).Attribute("bad", _bad).Attribute("unknown", _unknown));
    }

    // --- what it is told ---

    private void Take(LinkLine line)
    {
        switch (line.Verb)
        {
            case "HELLO?": Announce(); break;
            case "GET": Report(_report.All()); break;
            case "SET" or "ID": Execute(line); break;
            default: _unknown++; break;
        }
    }

    private void Execute(LinkLine line)
    {
        if (!line.TryGet("cmd", out var text) || !LinkLine.TryParseNumber(text, ushort.MaxValue, out var command) || command == 0)
        {
            _bad++;
            return;
        }
        if (command != _lastCommand || _lastAnswer is null)
        {
            _lastCommand = (ushort)command;
            _lastAnswer = line.Verb == "SET" ? _report.Set(line.Readings) : AssignId(line);
        }
        Send(_lastAnswer.WriteTo(Begin(_lastAnswer.Verb).Attribute("cmd", _lastCommand).Attribute("up", Up)));
        if (_lastAnswer is BoardAnswer.Identified) Announce();
    }

    private BoardAnswer AssignId(LinkLine line)
    {
        if (!line.TryGet("id", out var text) || !BoardId.TryParse(text, out var id)
            || !line.TryGet("boot", out var boot) || !LinkLine.TryParseNumber(boot, ushort.MaxValue, out var number))
            return new BoardAnswer.Refused("syntax");
        if (number != _memory.Boot) return new BoardAnswer.Refused("boot");
        _memory.Assign(id);
        return new BoardAnswer.Identified(id);
    }

    private LineWriter Begin(string verb) => LineWriter.Begin(verb, _seq);

    private void Send(LineWriter line)
    {
        _seq++;
        _write(line.End());
    }
}
