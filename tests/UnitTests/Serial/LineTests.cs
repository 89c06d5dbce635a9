using System.Text;
using CsCheck;
using EdgeNode.Serial;

namespace UnitTests.Serial;

public sealed class LineTests
{
    [Theory]
    [InlineData("123456789", 0x29B1)]
    [InlineData("", 0xFFFF)]
    [InlineData("GET", 0xBCE9)]
    [InlineData("A", 0xB915)]
    public void The_crc_is_ccitt_false(string text, int crc) => Assert.Equal(crc, Crc16.Compute(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void The_crc_goes_on_where_it_stopped() =>
        Assert.Equal(0x29B1, Crc16.Compute("6789"u8, Crc16.Compute("12345"u8)));

    [Theory]
    [InlineData("one\ntwo\n", "one|two")]
    [InlineData("one\r\n\r\n\n\rtw\ro\n", "one|two")]
    [InlineData("half", "")]
    [InlineData("\n\n\n", "")]
    [InlineData("a b\0c\n", "a b\0c")]
    public void Lines_end_at_lf_and_cr_and_empty_lines_do_not_count(string bytes, string lines) =>
        Assert.Equal(lines, string.Join('|', ReadAll(new LineReader(200), Encoding.UTF8.GetBytes(bytes))));

    [Fact]
    public void A_line_of_the_limit_with_its_lf_is_read_and_one_more_byte_is_one_fault()
    {
        var longest = new string('x', 199);
        Assert.Equal([longest], ReadAll(new LineReader(200), Encoding.UTF8.GetBytes("\r" + longest + "\r\n")));
        Assert.Equal(["OVERLONG", "next"], ReadAll(new LineReader(200), Encoding.UTF8.GetBytes(longest + "x\nnext\n")));
    }

    [Fact]
    public void A_line_without_an_end_is_told_once_and_kept_nowhere()
    {
        var reader = new LineReader(200);
        var found = Enumerable.Range(0, 1000).SelectMany(_ => ReadAll(reader, new byte[4096])).ToList();
        Assert.Equal(["OVERLONG"], found);
        Assert.Equal(["next"], ReadAll(reader, Encoding.UTF8.GetBytes("\nnext\n")));
    }

    [Fact]
    public void Any_split_of_the_bytes_gives_the_same_lines() =>
        Gen.Select(Pick.Of((byte)'\n', (byte)'\r', (byte)'*', (byte)'a', (byte)0xC2).Array[0, 600], Gen.Int[1, 40]).Sample((bytes, step) =>
        {
            var whole = ReadAll(new LineReader(20), bytes);
            var reader = new LineReader(20);
            var parts = bytes.Chunk(step).SelectMany(part => ReadAll(reader, part)).ToList();
            Assert.Equal(whole, parts);
        });

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("°C", "°C")]
    [InlineData("a b", "a\\20b")]
    [InlineData("5*2", "5\\2A2")]
    [InlineData("\\", "\\5C")]
    [InlineData("\t\x7F", "\\09\\7F")]
    [InlineData("a=b:c", "a=b:c")]
    public void Escapes_are_written_where_needed_and_read_back(string text, string raw)
    {
        Assert.Equal(raw, LinkText.Escape(text));
        Assert.True(LinkText.IsWellFormed(Encoding.UTF8.GetBytes(raw)));
        Assert.True(LinkText.TryUnescape(Encoding.UTF8.GetBytes(raw), out var back));
        Assert.Equal(text, back);
    }

    [Fact]
    public void Any_text_survives_the_link() => Gen.String.Sample(text =>
    {
        if (text.EnumerateRunes().Any(rune => rune == Rune.ReplacementChar)) return;
        var raw = Encoding.UTF8.GetBytes(LinkText.Escape(text));
        Assert.True(LinkText.IsWellFormed(raw));
        Assert.True(LinkText.TryUnescape(raw, out var back));
        Assert.Equal(text, back);
    });

    [Theory]
    [InlineData("a b")]
    [InlineData("a*b")]
    [InlineData("\\")]
    [InlineData("\\2")]
    [InlineData("\\2G")]
    [InlineData("\x01")]
    [InlineData("\x7F")]
    public void Malformed_text_is_told(string raw) => Assert.False(LinkText.IsWellFormed(Encoding.UTF8.GetBytes(raw)));

    [Fact]
    public void Text_that_is_not_utf8_is_told_with_and_without_escapes()
    {
        Assert.False(LinkText.IsWellFormed([0xC3]));
        Assert.False(LinkText.IsWellFormed([(byte)'a', 0xFF]));
        Assert.False(LinkText.TryUnescape("\\C3"u8, out _));
        Assert.True(LinkText.TryUnescape("\\c2\\B0"u8, out var text));
        Assert.Equal("°", text);
    }

    private static List<string> ReadAll(LineReader reader, ReadOnlySpan<byte> bytes)
    {
        var found = new List<string>();
        while (reader.Read(ref bytes, out var line) is var result and not LineResult.Incomplete)
            found.Add(result == LineResult.Overlong ? "OVERLONG" : Encoding.UTF8.GetString(line));
        return found;
    }
}
