using System.Text;
using CsCheck;
using EdgeNode.Serial;

namespace UnitTests.Serial;

public sealed class FrameFuzzTests
{
    private static readonly byte[][] Lines = FrameParserTests.Conversation()
        .Where(line => line[0] == '<')
        .Select(line => Encoding.UTF8.GetBytes(line[2..] + "\n"))
        .ToArray();

    [Fact]
    public void Any_split_of_the_stream_gives_the_same_frames()
    {
        var stream = Lines.SelectMany(line => line).ToArray();
        var whole = Describe(ReadAll([stream]));
        Gen.Int[1, 250].Array[1, 40].Sample(steps =>
        {
            var parts = new List<byte[]>();
            for (int at = 0, i = 0; at < stream.Length; i++)
            {
                var length = Math.Min(steps[i % steps.Length], stream.Length - at);
                parts.Add(stream[at..(at + length)]);
                at += length;
            }
            Assert.Equal(whole, Describe(ReadAll(parts)));
        });
    }

    [Fact]
    public void No_flipped_bit_gives_a_frame_that_was_not_sent()
    {
        foreach (var line in Lines)
        {
            var sent = Describe(ReadAll([line]));
            for (var bit = 0; bit < (line.Length - 1) * 8; bit++)
            {
                var damaged = (byte[])line.Clone();
                damaged[bit / 8] ^= (byte)(1 << (bit % 8));
                // The one change that is none: a letter of the CRC in the other case.
                foreach (var frame in Describe(ReadAll([damaged]))) Assert.Contains(frame, sent);
            }
        }
    }

    [Fact]
    public void No_burst_of_two_damaged_bytes_gives_a_frame_that_was_not_sent() =>
        Gen.Select(Gen.Int[0, Lines.Length - 1], Gen.Int[0, 190], Gen.Byte, Gen.Byte).Sample((index, at, first, second) =>
        {
            var line = (byte[])Lines[index].Clone();
            at %= line.Length - 2;
            line[at] ^= first;
            line[at + 1] ^= second;
            var sent = Describe(ReadAll([Lines[index]]));
            foreach (var frame in Describe(ReadAll([line]))) Assert.Contains(frame, sent);
        });

    [Fact]
    public void Any_bytes_give_frames_or_faults_and_never_an_exception() =>
        Gen.Byte.Array[0, 400].Sample(bytes => _ = ReadAll([bytes]).Count);

    [Fact]
    public void Any_fields_with_a_right_crc_give_frames_or_faults_and_never_an_exception()
    {
        var word = Gen.OneOf(
            Pick.Of("up=1", "boot=7", "cmd=1", "tags=4", "index=0", "name=a", "type=bool", "type=int64", "access=rw", "unit=°C", "low=0",
                "check=F3E4", "id=-", "id=x", "proto=1", "proto=9", "reason=range", "a:1", "a:!", "b:!open", "b:\\31", "=", ":", "a", ""),
            Gen.String[0, 12]);
        var verb = Pick.Of("HELLO", "TAG", "END", "DATA", "BEAT", "ACK", "NAK", "EVENT", "data", "");
        Gen.Select(verb, Pick.Of("0", "1", "65535", "65536", "x", ""), word.Array[0, 14]).Sample((verb, seq, words) =>
        {
            var body = Encoding.UTF8.GetBytes($"{verb} {seq} {string.Join(' ', words)}");
            byte[] line = [.. body, .. Encoding.ASCII.GetBytes($"*{Crc16.Compute(body):X4}")];
            var isFrame = FrameParser.TryRead(line, out var frame, out var fault);
            Assert.Equal(isFrame, frame is not null);
            Assert.Equal(isFrame, fault.Kind == FrameFaultKind.None);
            if (!isFrame) Assert.NotEmpty(fault.Detail);
        });
    }

    private static List<Frame> ReadAll(IEnumerable<byte[]> parts)
    {
        var reader = new LineReader(LinkLine.BoardLimit);
        var frames = new List<Frame>();
        foreach (var part in parts)
        {
            ReadOnlySpan<byte> rest = part;
            while (reader.Read(ref rest, out var line) is var result and not LineResult.Incomplete)
                if (result == LineResult.Line && FrameParser.TryRead(line, out var frame, out _)) frames.Add(frame);
        }
        return frames;
    }

    private static List<string> Describe(List<Frame> frames) =>
        frames.ConvertAll(frame => frame is Frame.Data data ? $"{data} {string.Join(' ', data.Readings)}" : frame.ToString());
}
