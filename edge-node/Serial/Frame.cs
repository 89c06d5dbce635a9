using EdgeNode.Devices;
using Sparkplug.Metrics;

namespace EdgeNode.Serial;

/// <summary>What a board can say (docs/serial-link.md, 3).</summary>
/// <param name="Seq">Counts the lines of the board.</param>
public abstract record Frame(ushort Seq)
{
    private const int MaxReasonLength = 24;

    /// <summary>Starts a description.</summary>
    /// <param name="Seq">The line's number.</param>
    /// <param name="Id">The board's identity; null while it has none.</param>
    /// <param name="Sketch">The name of the sketch.</param>
    /// <param name="Version">The version of the sketch.</param>
    /// <param name="Tags">How many tags follow.</param>
    /// <param name="Boot">Counts the board's starts.</param>
    /// <param name="Cause">Why it started.</param>
    /// <param name="Command">The id of the last command that it answered since it started; 0 for none.</param>
    /// <param name="BeatInterval">The interval of its heartbeat.</param>
    /// <param name="Up">Milliseconds since it started, modulo 2^32.</param>
    public sealed record Hello(
        ushort Seq, BoardId? Id, string Sketch, string Version, int Tags, ushort Boot, BootCause Cause, ushort Command, TimeSpan BeatInterval, uint Up)
        : Frame(Seq)
    {
        /// <summary>The description that this HELLO has started, when all of it has come.</summary>
        /// <param name="id">The board's identity.</param>
        /// <param name="tags">Its tags of known types.</param>
        internal BoardDescription Describe(BoardId id, IReadOnlyList<BoardTag> tags) => new()
        {
            Id = id,
            Sketch = Sketch,
            Version = Version,
            Boot = Boot,
            Cause = Cause,
            Beat = BeatInterval,
            Tags = tags,
        };
    }

    /// <summary>A HELLO of a protocol that is not spoken here; no more of it can be read.</summary>
    /// <param name="Seq">The line's number.</param>
    /// <param name="Protocol">The protocol.</param>
    public sealed record UnsupportedHello(ushort Seq, uint Protocol) : Frame(Seq);

    /// <summary>Describes one tag.</summary>
    /// <param name="Seq">The line's number.</param>
    /// <param name="Index">From 0, in order.</param>
    /// <param name="Described">The tag; its type is <see cref="DataType.Unknown"/> where the board knows a type that is not known here.</param>
    /// <param name="Text">The fields as they stand on the line: the description's check is over them.</param>
    public sealed record Tag(ushort Seq, int Index, BoardTag Described, string Text) : Frame(Seq);

    /// <summary>Ends a description.</summary>
    /// <param name="Seq">The line's number.</param>
    /// <param name="Tags">How many tags there were.</param>
    /// <param name="Check">The CRC over the fields of all tags, each with an LF.</param>
    public sealed record End(ushort Seq, int Tags, ushort Check) : Frame(Seq);

    /// <summary>Values as of now.</summary>
    /// <param name="Seq">The line's number.</param>
    /// <param name="Up">Milliseconds since the start.</param>
    /// <param name="Readings">At least one.</param>
    public sealed record Data(ushort Seq, uint Up, IReadOnlyList<RawReading> Readings) : Frame(Seq);

    /// <summary>The board is alive.</summary>
    /// <param name="Seq">The line's number.</param>
    /// <param name="Up">Milliseconds since the start.</param>
    /// <param name="Boot">Counts the board's starts.</param>
    /// <param name="Bad">Lines that it received and threw away, modulo 65536.</param>
    /// <param name="Unknown">Lines that it received with a verb that it does not know, modulo 65536.</param>
    public sealed record Beat(ushort Seq, uint Up, ushort Boot, ushort Bad, ushort Unknown) : Frame(Seq);

    /// <summary>A command was carried out.</summary>
    /// <param name="Seq">The line's number.</param>
    /// <param name="Command">The command's id.</param>
    /// <param name="Up">Milliseconds since the start.</param>
    /// <param name="Applied">The reading that a SET led to; null for an ID.</param>
    /// <param name="Id">What the board read back after an ID; null for a SET.</param>
    public sealed record Ack(ushort Seq, ushort Command, uint Up, RawReading? Applied, BoardId? Id) : Frame(Seq);

    /// <summary>A command was refused; nothing was changed.</summary>
    /// <param name="Seq">The line's number.</param>
    /// <param name="Command">The command's id.</param>
    /// <param name="Up">Milliseconds since the start.</param>
    /// <param name="Reason">Why, in a word.</param>
    public sealed record Nak(ushort Seq, ushort Command, uint Up, string Reason) : Frame(Seq);

    /// <summary>True if <paramref name="text"/> can be the reason of a refusal.</summary>
    public static bool IsReason(string text) =>
        text.Length is >= 1 and <= MaxReasonLength && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
