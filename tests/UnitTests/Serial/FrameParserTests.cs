using System.Text;
using EdgeNode.Devices;
using EdgeNode.Serial;
using Sparkplug.Metrics;
using UnitTests.Architecture;

namespace UnitTests.Serial;

public sealed class FrameParserTests
{
    private const string Hello = "HELLO 0 proto=1 id=- sketch=climate version=1.0 tags=4 boot=7 cause=power cmd=0 beat=1000 up=3";

    [Fact]
    public void Every_line_of_the_written_conversation_has_its_crc_and_is_read()
    {
        var lines = Conversation();
        Assert.Equal(20, lines.Count);
        foreach (var line in lines.Where(line => line[0] == '<'))
        {
            Assert.True(FrameParser.TryRead(Encoding.UTF8.GetBytes(line[2..]), out _, out var fault), $"{line}: {fault}");
        }
        foreach (var line in lines.Where(line => line[0] == '>'))
        {
            Assert.True(LinkLine.TryParse(Encoding.UTF8.GetBytes(line[2..]), isNumbered: false, out _, out var fault), $"{line}: {fault}");
            Assert.True(Encoding.UTF8.GetByteCount(line[2..]) < LinkLine.EdgeLimit);
        }
    }

    [Fact]
    public void The_edge_nodes_lines_are_those_of_the_written_conversation()
    {
        var said = Conversation().Where(line => line[0] == '>').Select(line => line[2..] + "\n").ToList();
        Assert.True(BoardId.TryParse("ard-7f3a9c12", out var id));
        Assert.True(FrameWriter.TrySet(2, "relay", MetricValue.Boolean(true), out var relay));
        Assert.True(FrameWriter.TrySet(3, "temperature", MetricValue.Float(20), out var temperature));
        byte[][] written = [FrameWriter.Hello(), FrameWriter.AssignId(1, id, 7), relay, temperature, FrameWriter.Get()];
        Assert.Equal(said, written.Select(line => Encoding.UTF8.GetString(line)));
    }

    [Fact]
    public void The_check_of_the_written_conversation_is_over_its_tags()
    {
        var tags = Conversation().Where(line => line.StartsWith("< TAG", StringComparison.Ordinal)).ToList();
        var end = Conversation().First(line => line.StartsWith("< END", StringComparison.Ordinal));
        var check = Crc16.Start;
        foreach (var line in tags) check = Crc16.Compute(Encoding.UTF8.GetBytes(Read<Frame.Tag>(line[2..^5]).Text + "\n"), check);
        Assert.Equal(4, tags.Count);
        Assert.Equal(0xF3E4, check);
        Assert.Equal(check, Read<Frame.End>(end[2..^5]).Check);
    }

    [Fact]
    public void A_hello_is_read_field_by_field()
    {
        var hello = Read<Frame.Hello>(Hello);
        Assert.Equal(new Frame.Hello(0, null, "climate", "1.0", 4, 7, BootCause.Power, 0, TimeSpan.FromSeconds(1), 3), hello);
    }

    [Fact]
    public void A_tag_is_read_field_by_field()
    {
        var tag = Read<Frame.Tag>("TAG 1 high=150 index=0 unit=°C low=-50 type=float name=temperature access=rw later=1");
        Assert.Equal(1, tag.Seq);
        Assert.Equal(0, tag.Index);
        Assert.Equal(new BoardTag("temperature", DataType.Float, true, "°C", MetricValue.Float(-50), MetricValue.Float(150)), tag.Described);
        Assert.Equal("high=150 index=0 unit=°C low=-50 type=float name=temperature access=rw later=1", tag.Text);
    }

    [Fact]
    public void A_tag_of_a_later_type_is_read_without_its_range()
    {
        var tag = Read<Frame.Tag>("TAG 1 index=0 name=x type=int64 access=r low=-99999999999");
        Assert.Equal(DataType.Unknown, tag.Described.Type);
        Assert.True(tag.Described.Low.IsNull);
    }

    [Fact]
    public void A_hello_of_another_protocol_tells_no_more_than_that()
    {
        Assert.Equal(new Frame.UnsupportedHello(5, 2), Read<Frame.UnsupportedHello>("HELLO 5 proto=2 anything=else"));
        Assert.Equal(new Frame.UnsupportedHello(5, 0), Read<Frame.UnsupportedHello>("HELLO 5 proto=0"));
    }

    [Fact]
    public void Answers_and_values_are_read()
    {
        Assert.Equal(new Frame.Nak(35, 3, 63005, "read-only"), Read<Frame.Nak>("NAK 35 cmd=3 up=63005 reason=read-only"));
        Assert.Equal(new Frame.Ack(34, 2, 9, new RawReading("relay", "1"), null), Read<Frame.Ack>("ACK 34 cmd=2 up=9 relay:1"));
        Assert.Equal("ard-1", Read<Frame.Ack>("ACK 34 cmd=2 up=9 id=ard-1").Id?.Value);
        Assert.Equal(new Frame.Beat(33, 4294967295, 7, 65535, 1), Read<Frame.Beat>("BEAT 33 up=4294967295 boot=7 bad=65535 unknown=1"));
        Assert.Equal(
            [new RawReading("a/b.c-d_E", "1"), new RawReading("0", "x=y:z"), new RawReading("n", "!")],
            Read<Frame.Data>("DATA 32 a/b.c-d_E:1 up=1 0:x=y:z n:!").Readings);
    }

    [Theory]
    [InlineData(FrameFaultKind.Foreign, "Hello world")]
    [InlineData(FrameFaultKind.Foreign, "*12G4")]
    [InlineData(FrameFaultKind.Foreign, "12345")]
    [InlineData(FrameFaultKind.Foreign, "GET*BCE9 ")]
    [InlineData(FrameFaultKind.Foreign, "GET*CE9")]
    [InlineData(FrameFaultKind.Crc, "GET*BCE8")]
    [InlineData(FrameFaultKind.Crc, "*0000")]
    public void A_line_without_its_crc_is_told(FrameFaultKind kind, string line)
    {
        Assert.False(FrameParser.TryRead(Encoding.UTF8.GetBytes(line), out _, out var fault));
        Assert.Equal(kind, fault.Kind);
        Assert.Null(fault.Seq);
        Assert.NotEmpty(fault.Detail);
    }

    [Fact]
    public void A_crc_in_lower_case_is_read() =>
        Assert.True(LinkLine.TryParse("GET*bce9"u8, isNumbered: false, out _, out _));

    [Fact]
    public void A_line_over_the_limit_is_told_also_without_a_line_reader()
    {
        Assert.False(FrameParser.TryRead(LinkHarness.Line("DATA 1 up=1 a:" + new string('1', 300)), out _, out var fault));
        Assert.Equal(FrameFaultKind.Overlong, fault.Kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("BEAT")]
    [InlineData("BEAT ")]
    [InlineData("BEAT x")]
    [InlineData("BEAT 00 up=1 boot=1 bad=0 unknown=0")]
    [InlineData("BEAT 65536 up=1 boot=1 bad=0 unknown=0")]
    [InlineData("BEAT -1 up=1 boot=1 bad=0 unknown=0")]
    [InlineData("beat 1 up=1 boot=1 bad=0 unknown=0")]
    [InlineData("?BEAT 1 up=1")]
    [InlineData("AVERBOFSEVENTEENX 1")]
    [InlineData("BE*AT 1 up=1 boot=1 bad=0 unknown=0")]
    public void A_line_without_a_verb_or_number_is_a_syntax_fault(string body)
    {
        Assert.Equal(FrameFaultKind.Syntax, Fault(body).Kind);
        Assert.Null(Fault(body).Seq);
    }

    [Theory]
    [InlineData("BEAT 1 ")]
    [InlineData("BEAT 1  up=1")]
    [InlineData("BEAT 1 up=1 ")]
    [InlineData("BEAT 1 up=1 boot=1 bad=0")]
    [InlineData("BEAT 1 up=1 up=1 boot=1 bad=0 unknown=0")]
    [InlineData("BEAT 1 up=01 boot=1 bad=0 unknown=0")]
    [InlineData("BEAT 1 up=4294967296 boot=1 bad=0 unknown=0")]
    [InlineData("BEAT 1 up=1 boot=65536 bad=0 unknown=0")]
    [InlineData("BEAT 1 up= boot=1 bad=0 unknown=0")]
    [InlineData("BEAT 1 up boot=1 bad=0 unknown=0")]
    [InlineData("BEAT 1 =1 boot=1 bad=0 unknown=0")]
    [InlineData("BEAT 1 Up=1 up=1 boot=1 bad=0 unknown=0")]
    [InlineData("BEAT 1 1up=1 up=1 boot=1 bad=0 unknown=0")]
    [InlineData("BEAT 1 akeyofseventeencc=1 up=1 boot=1 bad=0 unknown=0")]
    [InlineData("BEAT 1 up=1 boot=1 bad=0 unknown=0 later=\\2")]
    [InlineData("BEAT 1 up=1 boot=1 bad=0 unknown=0 later=\\FF")]
    [InlineData("BEAT 1 up=1 boot=1 bad=0 unknown=0 later=\x7F")]
    [InlineData("DATA 1 up=1")]
    [InlineData("DATA 1 a:1")]
    [InlineData("DATA 1 up=1 a:1 a:2")]
    [InlineData("DATA 1 up=1 -a:1")]
    [InlineData("DATA 1 up=1 :1")]
    [InlineData("DATA 1 up=1 anameoftwentyfivelettersxx:1")]
    [InlineData("ACK 1 cmd=0 up=1 a:1")]
    [InlineData("ACK 1 cmd=1 up=1")]
    [InlineData("ACK 1 cmd=1 up=1 a:1 b:1")]
    [InlineData("ACK 1 cmd=1 up=1 id=-")]
    [InlineData("NAK 1 cmd=1 up=1")]
    [InlineData("NAK 1 cmd=1 up=1 reason=")]
    [InlineData("NAK 1 cmd=1 up=1 reason=Because")]
    [InlineData("NAK 1 cmd=1 up=1 reason=areasonoftwentyfiveletter")]
    [InlineData("END 1 tags=65 check=0000")]
    [InlineData("END 1 tags=1 check=000")]
    [InlineData("END 1 tags=1 check=00000")]
    [InlineData("END 1 tags=1")]
    [InlineData("TAG 1 index=64 name=a type=bool access=r")]
    [InlineData("TAG 1 index=0 name=a type=bool access=w")]
    [InlineData("TAG 1 index=0 name=a\\20b type=bool access=r")]
    [InlineData("TAG 1 index=0 name=.a type=bool access=r")]
    [InlineData("TAG 1 index=0 type=bool access=r")]
    [InlineData("TAG 1 index=0 name=a access=r")]
    [InlineData("TAG 1 index=0 name=a type=bool access=r low=2")]
    [InlineData("TAG 1 index=0 name=a type=float access=r high=nan")]
    [InlineData("TAG 1 index=0 name=a type=float access=r unit=seventeencharacte")]
    [InlineData("TAG 1 index=0 name=a type=float access=r unit=\\20\\20\\20\\20\\20\\20")]
    [InlineData("HELLO 1 id=a")]
    [InlineData("HELLO 1 proto=x")]
    [InlineData("HELLO 1 proto=1 id=a+b sketch=s version=1 tags=0 boot=0 cause=power cmd=0 beat=1000 up=0")]
    [InlineData("HELLO 1 proto=1 id=a sketch= version=1 tags=0 boot=0 cause=power cmd=0 beat=1000 up=0")]
    [InlineData("HELLO 1 proto=1 id=a sketch=asketchwithtwentyfivelett version=1 tags=0 boot=0 cause=power cmd=0 beat=1000 up=0")]
    [InlineData("HELLO 1 proto=1 id=a sketch=s version=aversionof13c tags=0 boot=0 cause=power cmd=0 beat=1000 up=0")]
    [InlineData("HELLO 1 proto=1 id=a sketch=s version=1 tags=65 boot=0 cause=power cmd=0 beat=1000 up=0")]
    [InlineData("HELLO 1 proto=1 id=a sketch=s version=1 tags=0 boot=0 cause=power cmd=0 beat=199 up=0")]
    [InlineData("HELLO 1 proto=1 id=a sketch=s version=1 tags=0 boot=0 cause=power cmd=0 beat=60001 up=0")]
    [InlineData("HELLO 1 proto=1 id=a sketch=s version=1 tags=0 boot=0 cmd=0 beat=1000 up=0")]
    public void A_wrong_field_is_a_syntax_fault_that_keeps_the_number(string body)
    {
        Assert.Equal(FrameFaultKind.Syntax, Fault(body).Kind);
        Assert.Equal((ushort)1, Fault(body).Seq);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_a_syntax_fault()
    {
        byte[] body = [.. "BEAT 1 up=1 boot=1 bad=0 unknown=0 later="u8, 0xC3, 0x28];
        byte[] line = [.. body, .. Encoding.ASCII.GetBytes($"*{Crc16.Compute(body):X4}")];
        Assert.False(FrameParser.TryRead(line, out _, out var fault));
        Assert.Equal(FrameFaultKind.Syntax, fault.Kind);
    }

    [Theory]
    [InlineData("EVENT 9 what=ever")]
    [InlineData("LEASE? 9")]
    [InlineData("SET 9 cmd=1 a:1")]
    public void An_unknown_verb_is_no_syntax_fault(string body)
    {
        Assert.Equal(FrameFaultKind.Unknown, Fault(body).Kind);
        Assert.Equal((ushort)9, Fault(body).Seq);
    }

    [Fact]
    public void The_longest_commands_fit_into_a_boards_buffer()
    {
        var name = new string('n', 24);
        Assert.True(FrameWriter.TrySet(65535, name, MetricValue.Float(-1.17549435E-38f), out var set));
        Assert.True(set.Length <= LinkLine.EdgeLimit, $"{set.Length}");
        Assert.True(BoardId.TryParse(new string('i', 23), out var id));
        Assert.True(FrameWriter.AssignId(65535, id, 65535).Length <= LinkLine.EdgeLimit);
        Assert.True(FrameWriter.TrySet(65535, name, MetricValue.Int32(int.MinValue), out set));
        Assert.True(set.Length <= LinkLine.EdgeLimit);
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("a\nGET*BCE9")]
    [InlineData("")]
    [InlineData("ä")]
    public void A_name_that_is_none_is_never_written(string name) =>
        Assert.False(FrameWriter.TrySet(1, name, MetricValue.Boolean(true), out _));

    internal static List<string> Conversation() =>
    [
        .. File.ReadLines(Path.Combine(SourceFiles.Root, "docs", "serial-link.md"))
            .SkipWhile(line => !line.StartsWith("> HELLO?", StringComparison.Ordinal))
            .TakeWhile(line => line != "```")
            .Where(line => line[0] is '<' or '>'),
    ];

    private static T Read<T>(string body)
        where T : Frame
    {
        Assert.True(FrameParser.TryRead(LinkHarness.Line(body).AsSpan()[..^1], out var frame, out var fault), $"{body}: {fault}");
        return Assert.IsType<T>(frame);
    }

    private static FrameFault Fault(string body)
    {
        Assert.False(FrameParser.TryRead(LinkHarness.Line(body).AsSpan()[..^1], out _, out var fault), body);
        return fault;
    }
}
