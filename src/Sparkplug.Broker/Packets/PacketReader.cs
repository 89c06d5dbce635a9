namespace Sparkplug.Broker.Packets;

/// <summary>
/// Decodes what clients send, MQTT 3.1.1 and 5.0. Every packet is read to its last byte, and nothing of it is believed before it was
/// checked; each fault is an <see cref="MqttViolation"/> (MQTT-4.13.1-1, MQTT311-4.8.0-1).
/// </summary>
/// <remarks>
/// <code>
/// +----------------+----------------------+------------------------------------+
/// | type 4 | flags | length, 1 to 4 bytes | body: variable header, payload     |
/// +----------------+----------------------+------------------------------------+
/// </code>
/// </remarks>
internal static partial class PacketReader
{
    private const string PacketTypes = "MQTT 5, 2.1.2; MQTT 3.1.1, 2.2.1";
    private const byte NoFlags = 0b0000, AcknowledgedFlags = 0b0010;

    /// <summary>Reads the fixed header; false while it has not come as a whole.</summary>
    /// <param name="input">What has come.</param>
    /// <param name="first">Type and flags.</param>
    /// <param name="headerLength">The length of the fixed header.</param>
    /// <param name="bodyLength">The Remaining Length.</param>
    public static bool TryReadHeader(ReadOnlySpan<byte> input, out byte first, out int headerLength, out int bodyLength)
    {
        (first, headerLength, bodyLength) = (0, 0, 0);
        if (input.Length < 2)
            return false;
        bodyLength = VariableByteInteger.Read(input[1..], out var length);
        if (length > VariableByteInteger.MaximumLength)
            throw MalformedHeader("Remaining Length has more than four bytes", "MQTT 5, 1.5.5; MQTT 3.1.1, 2.2.3");
        if (length == 0)
            return false;
        (first, headerLength) = (input[0], 1 + length);
        return true;
    }

    /// <summary>The type of a packet that begins with this byte; 0 is none.</summary>
    public static PacketType TypeOf(byte first) => (PacketType)(first >> 4);

    /// <summary>
    /// Checks the fixed header: a type that a client may send, the reserved flags (MQTT-2.1.3-1, MQTT311-2.2.2-2), and in 5.0 the
    /// shortest Remaining Length (MQTT-1.5.5-1). The version of a CONNECT is known only when it has been read: check it with 3.1.1 before
    /// that, and again afterwards if it is 5.0.
    /// </summary>
    public static void CheckHeader(byte first, int headerLength, int bodyLength, ProtocolVersion version)
    {
        CheckFlags(first, version);
        if (version == ProtocolVersion.V5 && headerLength != 1 + VariableByteInteger.LengthOf(bodyLength))
            throw MalformedHeader("Remaining Length is longer than it need be", "MQTT-1.5.5-1");
    }

    private static void CheckFlags(byte first, ProtocolVersion version)
    {
        var type = TypeOf(first);
        if (type == PacketType.Publish) // its flags have meanings
            return;
        CheckSender(type, version);
        var flags = type is PacketType.Pubrel or PacketType.Subscribe or PacketType.Unsubscribe ? AcknowledgedFlags : NoFlags;
        if ((first & 0x0F) != flags)
        {
            var reader = Start(type, version);
            throw reader.Malformed("fixed header", "has wrong reserved flags", reader.Clause("MQTT-2.1.3-1", "MQTT311-2.2.2-2"));
        }
    }

    private static void CheckSender(PacketType type, ProtocolVersion version)
    {
        if (type == 0 || (type == PacketType.Auth && version == ProtocolVersion.V311))
            throw MalformedHeader($"packet type {(byte)type} is reserved", PacketTypes);
        if (type is PacketType.Connack or PacketType.Suback or PacketType.Unsuback or PacketType.Pingresp)
            throw Start(type, version).ProtocolError("packet", "is for a server to send", PacketTypes);
    }

    private static MqttViolation MalformedHeader(string fault, string clause) =>
        new(ReasonCode.MalformedPacket, $"Fixed header: {fault} ({clause})");

    private static BodyReader Start(PacketType type, ProtocolVersion version, ReadOnlySpan<byte> body = default) =>
        new(body, type, version);

    private static ushort ReadPacketId(ref BodyReader reader) =>
        reader.ReadNonZeroUInt16("Packet Identifier", reader.Clause("MQTT-2.2.1-3", "MQTT311-2.3.1-1"));
}
