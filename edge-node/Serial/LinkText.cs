using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace EdgeNode.Serial;

/// <summary>The <c>text</c> of the grammar: what may stand in it, and its escapes <c>\HH</c> for one byte each.</summary>
public static class LinkText
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>True if <paramref name="raw"/> is well formed: no space, <c>*</c>, control or DEL, whole escapes, UTF-8.</summary>
    public static bool IsWellFormed(ReadOnlySpan<byte> raw)
    {
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] is <= (byte)' ' or (byte)'*' or 0x7F) return false;
            if (raw[i] != '\\') continue;
            if (i + 2 >= raw.Length || !char.IsAsciiHexDigit((char)raw[i + 1]) || !char.IsAsciiHexDigit((char)raw[i + 2])) return false;
            i += 2;
        }
        return System.Text.Unicode.Utf8.IsValid(raw);
    }

    /// <summary>Takes the escapes out of well-formed text; fails when the bytes that they stand for are not UTF-8.</summary>
    public static bool TryUnescape(ReadOnlySpan<byte> raw, [NotNullWhen(true)] out string? text)
    {
        var bytes = new ArrayBufferWriter<byte>(Math.Max(1, raw.Length));
        for (var i = 0; i < raw.Length; i++)
        {
            var isEscape = raw[i] == '\\';
            bytes.GetSpan(1)[0] = isEscape ? (byte)((FromHex(raw[i + 1]) << 4) | FromHex(raw[i + 2])) : raw[i];
            bytes.Advance(1);
            if (isEscape) i += 2;
        }
        text = System.Text.Unicode.Utf8.IsValid(bytes.WrittenSpan) ? StrictUtf8.GetString(bytes.WrittenSpan) : null;
        return text is not null;
    }

    /// <summary>Writes <paramref name="text"/> with escapes where they are needed.</summary>
    /// <exception cref="EncoderFallbackException">The text holds half of a surrogate pair.</exception>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        _ = StrictUtf8.GetByteCount(text);
        foreach (var c in text)
        {
            if (c is <= ' ' or '*' or '\\' or '\x7F') escaped.Append('\\').Append(((int)c).ToString("X2", null));
            else escaped.Append(c);
        }
        return escaped.ToString();
    }

    /// <summary>Makes text that holds a board's words fit for one line of a log: escapes what a terminal would obey.</summary>
    public static string Show(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? $"\\{(int)c:X2}" : c.ToString()));

    // '0'..'9' have the digit in their low four bits; 'A'..'F' and 'a'..'f' have 1..6 there and bit 6 set.
    private static int FromHex(byte digit) => (digit & 0xF) + (digit >> 6) * 9;
}
