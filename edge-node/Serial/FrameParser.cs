using System.Diagnostics.CodeAnalysis;
using EdgeNode.Devices;
using Sparkplug.Metrics;

namespace EdgeNode.Serial;

/// <summary>Reads what a board says. Whatever the bytes are, it answers with a frame or a fault.</summary>
public static class FrameParser
{
    /// <summary>The protocol that is spoken here.</summary>
    public const uint Protocol = 1;

    /// <summary>The most tags of a board.</summary>
    public const int MaxTags = 64;

    /// <summary>Reads a line without its LF.</summary>
    public static bool TryRead(ReadOnlySpan<byte> line, [NotNullWhen(true)] out Frame? frame, out FrameFault fault)
    {
        frame = null;
        if (!LinkLine.TryParse(line, isNumbered: true, out var parts, out fault)) return false;
        var seq = parts.Seq.GetValueOrDefault();
        var fields = new FieldReader(parts);
        frame = parts.Verb switch
        {
            "HELLO" => ReadHello(seq, ref fields),
            "TAG" => ReadTag(seq, ref fields, parts.FieldText),
            "END" => new Frame.End(seq, (int)fields.Number("tags", 0, MaxTags), fields.Hex("check")),
            "DATA" => new Frame.Data(seq, fields.UInt32("up"), fields.Readings()),
            "BEAT" => new Frame.Beat(seq, fields.UInt32("up"), fields.UInt16("boot"), fields.UInt16("bad"), fields.UInt16("unknown")),
            "ACK" => ReadAck(seq, ref fields, parts),
            "NAK" => new Frame.Nak(seq, fields.UInt16("cmd", 1), fields.UInt32("up"), fields.Reason()),
            _ => null,
        };
        if (frame is null) fault = new FrameFault(FrameFaultKind.Unknown, $"the verb {parts.Verb} is not known", seq);
        else if (fields.Fault is not null) fault = new FrameFault(FrameFaultKind.Syntax, $"{parts.Verb}: {fields.Fault}", seq);
        else return true;
        frame = null;
        return false;
    }

    private static Frame ReadHello(ushort seq, ref FieldReader fields)
    {
        // Only the version is sure to mean the same in another protocol.
        var protocol = fields.UInt32("proto");
        if (fields.Fault is null && protocol != Protocol) return new Frame.UnsupportedHello(seq, protocol);
        return new Frame.Hello(
            seq,
            fields.IdOrNone(),
            fields.Text("sketch", 1, 24),
            fields.Text("version", 1, 12),
            (int)fields.Number("tags", 0, MaxTags),
            fields.UInt16("boot"),
            fields.Cause(),
            fields.UInt16("cmd"),
            TimeSpan.FromMilliseconds(fields.Number("beat", 200, 60_000)),
            fields.UInt32("up"));
    }

    private static Frame.Tag ReadTag(ushort seq, ref FieldReader fields, string text)
    {
        var index = (int)fields.Number("index", 0, MaxTags - 1);
        var name = fields.Name();
        var type = LinkValue.TypeOf(fields.Text("type", 1, LinkLine.BoardLimit));
        var tag = new BoardTag(
            name, type, fields.IsWritable(), fields.OptionalText("unit", 16), fields.Value("low", type), fields.Value("high", type));
        return new Frame.Tag(seq, index, tag, text);
    }

    private static Frame.Ack ReadAck(ushort seq, ref FieldReader fields, LinkLine parts)
    {
        var isForId = parts.TryGet("id", out _);
        return new Frame.Ack(
            seq,
            fields.UInt16("cmd", 1),
            fields.UInt32("up"),
            isForId ? null : fields.OneReading(),
            isForId ? fields.Id() : null);
    }
}
