using System.Globalization;
using EdgeNode.Devices;
using Sparkplug.Metrics;

namespace EdgeNode.Serial;

/// <summary>Reads the fields of one line and remembers the first that is missing or wrong, so that a frame is read in one go.</summary>
internal ref struct FieldReader(LinkLine line)
{
    private readonly LinkLine _line = line;

    /// <summary>The first fault; null while there is none.</summary>
    public string? Fault { get; private set; }

    public uint Number(string key, uint min, uint max)
    {
        if (!_line.TryGet(key, out var text)) return Fail<uint>($"'{key}' is missing");
        return LinkLine.TryParseNumber(text, max, out var number) && number >= min
            ? number
            : Fail<uint>($"'{key}' is not a number within {min}..{max}");
    }

    public ushort UInt16(string key, ushort min = 0) => (ushort)Number(key, min, ushort.MaxValue);

    public uint UInt32(string key) => Number(key, 0, uint.MaxValue);

    /// <summary>A text of some length as it stands on the line, an escape counted as three.</summary>
    public string Text(string key, int minBytes, int maxBytes)
    {
        if (!_line.TryGet(key, out var text, out var length)) return Fail<string>($"'{key}' is missing") ?? "";
        return length >= minBytes && length <= maxBytes ? text : Fail<string>($"'{key}' has {length} bytes, not {minBytes}..{maxBytes}") ?? "";
    }

    public string? OptionalText(string key, int maxBytes) => _line.TryGet(key, out _) ? Text(key, 0, maxBytes) : null;

    public BoardId? Id()
    {
        if (!_line.TryGet("id", out var text)) return Fail<BoardId>("'id' is missing");
        return BoardId.TryParse(text, out var id) ? id : Fail<BoardId>("'id' is not an identity");
    }

    public BoardId? IdOrNone() => _line.TryGet("id", out var text) && text == "-" ? null : Id();

    public BootCause Cause() => Text("cause", 1, LinkLine.BoardLimit) switch
    {
        "power" => BootCause.Power,
        "reset" => BootCause.Reset,
        "brownout" => BootCause.Brownout,
        "watchdog" => BootCause.Watchdog,
        _ => BootCause.Unknown,
    };

    public string Name()
    {
        var name = Text("name", 1, LinkLine.BoardLimit);
        return LinkLine.IsName(name) ? name : Fail<string>("'name' cannot name a tag") ?? "";
    }

    public bool IsWritable()
    {
        var access = Text("access", 1, 2);
        if (access is not ("r" or "rw")) Fail<bool>("'access' is neither r nor rw");
        return access == "rw";
    }

    /// <summary>An optional value of a type; of an unknown type there is none to read.</summary>
    public MetricValue Value(string key, DataType type)
    {
        if (type == DataType.Unknown || !_line.TryGet(key, out var text)) return MetricValue.Null(type);
        return LinkValue.TryParse(text, type, out var value) ? value : Fail<MetricValue>($"'{key}' is not a value of the tag's type");
    }

    public ushort Hex(string key)
    {
        if (!_line.TryGet(key, out var text)) return Fail<ushort>($"'{key}' is missing");
        return text.Length == 4 && ushort.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            ? number
            : Fail<ushort>($"'{key}' is not four hexadecimal digits");
    }

    public string Reason()
    {
        var reason = Text("reason", 1, LinkLine.BoardLimit);
        return Frame.IsReason(reason) ? reason : Fail<string>("'reason' is not a word") ?? "";
    }

    public IReadOnlyList<RawReading> Readings()
    {
        var readings = _line.Readings;
        if (readings.Count == 0) Fail<bool>("a reading is missing");
        return readings;
    }

    public RawReading? OneReading()
    {
        var readings = _line.Readings;
        return readings.Count == 1 ? readings[0] : Fail<RawReading?>($"{readings.Count} readings instead of one");
    }

    private T? Fail<T>(string fault)
    {
        Fault ??= fault;
        return default;
    }
}
