using System.Globalization;
using System.Text;

namespace EdgeNode.Serial;

/// <summary>Builds one line: verb, number, fields, and at the end its CRC and LF.</summary>
public sealed class LineWriter
{
    private readonly StringBuilder _body = new();

    private LineWriter(string verb) => _body.Append(verb);

    /// <summary>Begins a line to a board.</summary>
    public static LineWriter Begin(string verb) => new(verb);

    /// <summary>Begins a line from a board.</summary>
    public static LineWriter Begin(string verb, ushort seq) => new(string.Create(CultureInfo.InvariantCulture, $"{verb} {seq}"));

    /// <summary>The line so far, without its CRC.</summary>
    public string Body => _body.ToString();

    /// <summary>Adds <c>key=text</c>, with escapes where needed.</summary>
    public LineWriter Attribute(string key, string text)
    {
        _body.Append(' ').Append(key).Append('=').Append(LinkText.Escape(text));
        return this;
    }

    /// <summary>Adds <c>key=number</c>.</summary>
    public LineWriter Attribute(string key, long number) => Attribute(key, number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds <c>name:text</c>, with escapes where needed.</summary>
    public LineWriter Reading(string name, string text)
    {
        _body.Append(' ').Append(name).Append(':').Append(LinkText.Escape(text));
        return this;
    }

    /// <summary>The whole line.</summary>
    public byte[] End()
    {
        var crc = Crc16.Compute(Encoding.UTF8.GetBytes(Body));
        return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Body}*{crc:X4}\n"));
    }
}
