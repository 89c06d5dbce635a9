using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace EdgeNode.Serial;

/// <summary>
/// A line with a right CRC, cut into its parts: <c>verb [SP seq] *(SP field) "*" crc</c>. A field is an attribute
/// (<c>key=text</c>) or a reading (<c>name:text</c>). Every part is well formed and no key or name occurs twice.
/// </summary>
public readonly ref struct LinkLine
{
    /// <summary>The most bytes of a line from a board, LF counted.</summary>
    public const int BoardLimit = 200;

    /// <summary>The most bytes of a line to a board, LF counted: an Uno's receive buffer holds 63.</summary>
    public const int EdgeLimit = 60;

    private const int CrcLength = 5;
    private const int MaxNameLength = 24;
    private const int MaxWordLength = 16;

    // A field is a space, a character, its = or : at least.
    private const int MaxFields = BoardLimit / 3;

    private readonly ReadOnlySpan<byte> _body;
    private readonly Fields _fields;
    private readonly int _count;

    private LinkLine(ReadOnlySpan<byte> body, string verb, ushort? seq, int fieldsStart, scoped in Fields fields, int count)
    {
        _body = body;
        Verb = verb;
        Seq = seq;
        FieldsStart = fieldsStart;
        _fields = fields;
        _count = count;
    }

    /// <summary>The verb.</summary>
    public string Verb { get; }

    /// <summary>The line's number, of a line from a board.</summary>
    public ushort? Seq { get; }

    /// <summary>What follows the verb and the number, as it stands before the <c>*</c>.</summary>
    public string FieldText => FieldsStart < _body.Length ? Encoding.UTF8.GetString(_body[FieldsStart..]) : "";

    /// <summary>The readings in the order in which they stand.</summary>
    public IReadOnlyList<RawReading> Readings
    {
        get
        {
            var readings = new List<RawReading>();
            for (var i = 0; i < _count; i++)
                if (_fields[i].IsReading) readings.Add(new RawReading(Ascii(NameOf(_fields[i])), TextOf(_fields[i])));
            return readings;
        }
    }

    private int FieldsStart { get; }

    /// <summary>Checks and cuts a line without its LF.</summary>
    /// <param name="line">The line.</param>
    /// <param name="isNumbered">True for a line from a board, which has a number behind the verb.</param>
    /// <param name="parts">The parts.</param>
    /// <param name="fault">What is wrong.</param>
    public static bool TryParse(ReadOnlySpan<byte> line, bool isNumbered, out LinkLine parts, out FrameFault fault)
    {
        parts = default;
        if (!TryCheck(line, out var body, out fault)) return false;
        var rest = body;
        var verb = TakeWord(ref rest);
        if (!IsVerb(verb)) return Fail("no verb", null, out fault);
        ushort? seq = null;
        if (isNumbered)
        {
            if (!TryParseNumber(Ascii(TakeWord(ref rest)), ushort.MaxValue, out var number)) return Fail("seq is not a number", null, out fault);
            seq = (ushort)number;
        }
        if (!TryCut(body, rest, seq, out var fields, out var count, out fault)) return false;
        parts = new LinkLine(body, Ascii(verb), seq, body.Length - rest.Length, fields, count);
        return true;
    }

    /// <summary>The text of an attribute, without escapes.</summary>
    public bool TryGet(string key, [NotNullWhen(true)] out string? text) => TryGet(key, out text, out _);

    /// <summary>The text of an attribute, without escapes, and how many bytes it has on the line.</summary>
    public bool TryGet(string key, [NotNullWhen(true)] out string? text, out int length)
    {
        text = null;
        length = 0;
        for (var i = 0; i < _count; i++)
        {
            var field = _fields[i];
            if (field.IsReading || Ascii(NameOf(field)) != key) continue;
            text = TextOf(field);
            length = field.End - field.Start - field.NameLength - 1;
            return true;
        }
        return false;
    }

    /// <summary>The <c>number</c> of the grammar: decimal, no leading zero, no sign.</summary>
    public static bool TryParseNumber(string text, uint max, out uint number) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && number <= max && (text[0] != '0' || text.Length == 1);

    /// <summary>True if <paramref name="name"/> can name a tag.</summary>
    public static bool IsName(string name) =>
        name.Length is >= 1 and <= MaxNameLength && char.IsAsciiLetterOrDigit(name[0]) && name.All(c => IsNameCharacter((byte)c) && c < 0x80);

    private static bool TryCheck(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> body, out FrameFault fault)
    {
        body = default;
        if (line.Length >= BoardLimit)
        {
            fault = new FrameFault(FrameFaultKind.Overlong, $"{line.Length + 1} bytes");
            return false;
        }
        if (line.Length < CrcLength || line[^CrcLength] != '*'
            || !ushort.TryParse(line[^(CrcLength - 1)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var crc))
        {
            fault = new FrameFault(FrameFaultKind.Foreign, "no CRC at its end");
            return false;
        }
        body = line[..^CrcLength];
        var computed = Crc16.Compute(body);
        fault = computed == crc ? default : new FrameFault(FrameFaultKind.Crc, $"CRC is {crc:X4}, {computed:X4} expected");
        return computed == crc;
    }

    private static bool TryCut(
        ReadOnlySpan<byte> body, ReadOnlySpan<byte> rest, ushort? seq, out Fields fields, out int count, out FrameFault fault)
    {
        fields = default;
        count = 0;
        var isLast = rest.IsEmpty && (body.IsEmpty || body[^1] != ' ');
        while (!isLast)
        {
            var start = body.Length - rest.Length;
            var field = TakeWord(ref rest);
            isLast = rest.IsEmpty && start + field.Length == body.Length;
            if (!TryReadField(field, start, out var found)) return Fail($"field {count + 1} is malformed", seq, out fault);
            for (var i = 0; i < count; i++)
                if (fields[i].IsSameAs(found, body)) return Fail($"'{Ascii(field[..found.NameLength])}' occurs twice", seq, out fault);
            fields[count++] = found;
        }
        fault = default;
        return true;
    }

    private static bool TryReadField(ReadOnlySpan<byte> field, int start, out FieldRange found)
    {
        var nameLength = 0;
        while (nameLength < field.Length && IsNameCharacter(field[nameLength])) nameLength++;
        found = default;
        if (nameLength == field.Length || field[nameLength] is not ((byte)'=' or (byte)':')) return false;
        var isReading = field[nameLength] == ':';
        var name = field[..nameLength];
        if (isReading ? !IsReadingName(name) : !IsKey(name)) return false;
        found = new FieldRange((byte)start, (byte)nameLength, (byte)(start + field.Length), isReading);
        // Unescaping is part of the form: escapes that are not UTF-8 make the line malformed, not the reader fail.
        return LinkText.IsWellFormed(field[(nameLength + 1)..]) && LinkText.TryUnescape(field[(nameLength + 1)..], out _);
    }

    private static ReadOnlySpan<byte> TakeWord(ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)' ');
        var word = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return word;
    }

    private static bool IsVerb(ReadOnlySpan<byte> word)
    {
        if (word.Length is < 1 or > MaxWordLength || word[0] == '?') return false;
        foreach (var value in word)
            if (value is not (>= (byte)'A' and <= (byte)'Z' or (byte)'?')) return false;
        return true;
    }

    private static bool IsKey(ReadOnlySpan<byte> word)
    {
        if (word.Length is < 1 or > MaxWordLength || char.IsAsciiDigit((char)word[0])) return false;
        foreach (var value in word)
            if (!char.IsAsciiLetterLower((char)value) && !char.IsAsciiDigit((char)value)) return false;
        return true;
    }

    private static bool IsReadingName(ReadOnlySpan<byte> word) => word.Length <= MaxNameLength && IsName(Ascii(word));

    private static bool IsNameCharacter(byte value) =>
        char.IsAsciiLetterOrDigit((char)value) || value is (byte)'_' or (byte)'-' or (byte)'.' or (byte)'/';

    private static bool Fail(string detail, ushort? seq, out FrameFault fault)
    {
        fault = new FrameFault(FrameFaultKind.Syntax, detail, seq);
        return false;
    }

    private static string Ascii(ReadOnlySpan<byte> bytes) => Encoding.ASCII.GetString(bytes);

    private ReadOnlySpan<byte> NameOf(FieldRange field) => _body.Slice(field.Start, field.NameLength);

    private string TextOf(FieldRange field) => LinkText.TryUnescape(_body[(field.Start + field.NameLength + 1)..field.End], out var text)
        ? text
        : throw new System.Diagnostics.UnreachableException("the line was checked when it was cut");

    // Where a field stands in the body; a byte holds it because a line is shorter than 256.
    private readonly record struct FieldRange(byte Start, byte NameLength, byte End, bool IsReading)
    {
        public bool IsSameAs(FieldRange other, ReadOnlySpan<byte> body) => IsReading == other.IsReading
            && body.Slice(Start, NameLength).SequenceEqual(body.Slice(other.Start, other.NameLength));
    }

    [InlineArray(MaxFields)]
    private struct Fields
    {
        private FieldRange _first;
    }
}
