using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;
using Sparkplug.Broker.Routing;

namespace Sparkplug.Broker.Packets;

/// <summary>
/// Reads the data types of MQTT (MQTT 5, 1.5) from a packet's body, front to back. What does not fit them is an
/// <see cref="MqttViolation"/> that names packet, field and clause and repeats no byte of the peer.
/// </summary>
internal ref struct BodyReader(ReadOnlySpan<byte> body, PacketType packet, ProtocolVersion version)
{
    /// <summary>Stands for a clause where not the standard forbids it but this server.</summary>
    public const string ServersLimit = "a limit of this server";

    private readonly ReadOnlySpan<byte> _body = body;

    /// <summary>The protocol of the client.</summary>
    public readonly ProtocolVersion Version => version;

    /// <summary>How many bytes have been read.</summary>
    public int Position { get; private set; }

    public readonly bool IsAtEnd => Position == _body.Length;

    /// <summary>What has not been read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _body[Position..];

    /// <summary>All of it.</summary>
    public readonly ReadOnlySpan<byte> Whole => _body;

    public byte ReadByte(string field) => ReadBytes(1, field)[0];

    public ushort ReadUInt16(string field) => BinaryPrimitives.ReadUInt16BigEndian(ReadBytes(2, field));

    public uint ReadUInt32(string field) => BinaryPrimitives.ReadUInt32BigEndian(ReadBytes(4, field));

    /// <summary>A byte that must be 0 or 1.</summary>
    public bool ReadFlag(string field, string clause) => ReadByte(field) switch
    {
        0 => false,
        1 => true,
        _ => throw ProtocolError(field, "is neither 0 nor 1", clause),
    };

    /// <summary>A number that must not be 0.</summary>
    public ushort ReadNonZeroUInt16(string field, string clause)
    {
        var value = ReadUInt16(field);
        return value != 0 ? value : throw ProtocolError(field, "is 0", clause);
    }

    public int ReadVariableByteInteger(string field)
    {
        var value = VariableByteInteger.Read(Rest, out var length);
        if (length == 0)
            ThrowCutOff(field);
        if (length > VariableByteInteger.MaximumLength)
            throw Malformed(field, "is a Variable Byte Integer of more than four bytes", "MQTT 5, 1.5.5");
        if (length != VariableByteInteger.LengthOf(value))
            throw Malformed(field, "is a Variable Byte Integer longer than it need be", "MQTT-1.5.5-1");
        Position += length;
        return value;
    }

    public ReadOnlySpan<byte> ReadBytes(int count, string field)
    {
        if (_body.Length - Position < count)
            ThrowCutOff(field);
        var bytes = _body.Slice(Position, count);
        Position += count;
        return bytes;
    }

    /// <summary>Binary Data: a length of two bytes and so many bytes.</summary>
    public ReadOnlySpan<byte> ReadBinary(string field) => ReadBytes(ReadUInt16(field), field);

    /// <summary>A UTF-8 Encoded String: well-formed (MQTT-1.5.4-1), without U+0000 (MQTT-1.5.4-2).</summary>
    public ReadOnlySpan<byte> ReadUtf8(string field)
    {
        var text = ReadBinary(field);
        if (!Utf8.IsValid(text))
            ThrowIllFormed(field);
        if (text.Contains((byte)0))
            ThrowNullCharacter(field);
        return text;
    }

    /// <inheritdoc cref="ReadUtf8"/>
    public string ReadText(string field) => Encoding.UTF8.GetString(ReadUtf8(field));

    /// <summary>A UTF-8 Encoded String without wildcards and not too deep. It may be empty: what that means depends on the field.</summary>
    public ReadOnlySpan<byte> ReadTopicName(string field, string clause)
    {
        var topic = ReadBinary(field);
        if (!Utf8.IsValid(topic))
            ThrowIllFormed(field);
        if (topic.IndexOfAny((byte)0, (byte)'+', (byte)'#') is var at and >= 0)
        {
            if (topic.Contains((byte)0))
                ThrowNullCharacter(field);
            throw Violation(ReasonCode.TopicNameInvalid, field, $"has a wildcard at byte {at}", clause);
        }
        if (topic.Length >= TopicFilter.MaximumDepth && topic.Count((byte)'/') >= TopicFilter.MaximumDepth)
            throw Violation(ReasonCode.TopicNameInvalid, field, $"has more than {TopicFilter.MaximumDepth} levels", ServersLimit);
        return topic;
    }

    /// <summary>The properties of a 5.0 packet.</summary>
    /// <param name="allowed">The properties that the packet may have.</param>
    public PropertyReader ReadProperties(ulong allowed)
    {
        var length = ReadVariableByteInteger("Property Length");
        return new PropertyReader(new BodyReader(ReadBytes(length, "Properties"), packet, version), allowed);
    }

    /// <summary>A packet has nothing behind its last field.</summary>
    public readonly void End()
    {
        if (!IsAtEnd)
            throw Malformed("end", "has bytes behind the last field", ClauseForErrors);
    }

    public readonly MqttViolation Malformed(string field, string fault, string clause) =>
        Violation(ReasonCode.MalformedPacket, field, fault, clause);

    public readonly MqttViolation ProtocolError(string field, string fault, string clause) =>
        Violation(ReasonCode.ProtocolError, field, fault, clause);

    public readonly MqttViolation Violation(ReasonCode reason, string field, string fault, string clause) =>
        new(reason, $"{packet.ToString().ToUpperInvariant()}: {field} {fault} ({clause})");

    /// <summary>The clause of the client's version; <c>MQTT311-</c> stands for those of 3.1.1, whose numbers are others.</summary>
    public readonly string Clause(string v5, string v311) => version == ProtocolVersion.V5 ? v5 : v311;

    private readonly string ClauseForErrors => Clause("MQTT-4.13.1-1", "MQTT311-4.8.0-1");

    [DoesNotReturn]
    private readonly void ThrowCutOff(string field) => throw Malformed(field, "is cut off by the end of the packet", ClauseForErrors);

    [DoesNotReturn]
    private readonly void ThrowIllFormed(string field) =>
        throw Malformed(field, "is ill-formed UTF-8", Clause("MQTT-1.5.4-1", "MQTT311-1.5.3-1"));

    [DoesNotReturn]
    private readonly void ThrowNullCharacter(string field) =>
        throw Malformed(field, "has a U+0000", Clause("MQTT-1.5.4-2", "MQTT311-1.5.3-2"));
}
