using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Sparkplug.Broker.Packets;

/// <summary>
/// Encodes what a server sends, MQTT 3.1.1 and 5.0, to the end of a client's output. Where a packet would exceed the client's Maximum
/// Packet Size (MQTT-3.1.2-24), its Reason String is left out (MQTT-3.2.2-19, MQTT-3.4.2-2, MQTT-3.14.2-3).
/// </summary>
internal static partial class PacketWriter
{
    private const int PacketIdLength = 2;

    /// <summary>
    /// Writes a CONNACK (MQTT 5, 3.2). For 3.1.1 the Reason Code becomes a return code; where there is none, nothing is written
    /// (MQTT311-3.2.2-6). A refusal never says Session Present (MQTT-3.2.2-6, MQTT311-3.2.2-4).
    /// </summary>
    public static void WriteConnack(OutputBuffer output, ConnackPacket packet, ProtocolVersion version, uint? maximumPacketSize = null)
    {
        var flags = (byte)(packet.SessionPresent && packet.Reason == ReasonCode.Success ? 1 : 0);
        if (version == ProtocolVersion.V311)
        {
            if (packet.Reason.ToReturnCode() is { } code)
                output.Write([First(PacketType.Connack), 2, flags, code]);
            return;
        }
        ReadOnlySpan<byte> head = [flags, (byte)packet.Reason];
        var properties = ConnackProperties(packet, packet.ReasonString, packet.ResponseInformation, packet.ServerReference);
        if (SizeOf(head.Length, properties.Written.Length) > maximumPacketSize)
            properties = ConnackProperties(packet, null, null, packet.ServerReference);
        if (SizeOf(head.Length, properties.Written.Length) > maximumPacketSize)
            properties = ConnackProperties(packet, null, null, null);
        Write(output, First(PacketType.Connack), head, properties.Written);
    }

    /// <summary>Writes a PUBACK, PUBREC, PUBREL or PUBCOMP in its shortest form (MQTT 5, 3.4 to 3.7); 3.1.1 has no Reason Code.</summary>
    public static void WriteAck(
        OutputBuffer output, PacketType type, ProtocolVersion version, ushort packetId, ReasonCode reason = ReasonCode.Success,
        string? reasonString = null, uint? maximumPacketSize = null)
    {
        var first = type == PacketType.Pubrel ? (byte)(First(type) | 0b0010) : First(type);
        var (high, low) = ((byte)(packetId >> 8), (byte)packetId);
        if (version == ProtocolVersion.V311 || (reason == ReasonCode.Success && reasonString is null))
            output.Write([first, 2, high, low]);
        else if (reasonString is null)
            output.Write([first, 3, high, low, (byte)reason]);
        else
            WriteReasoned(output, first, [high, low, (byte)reason], reasonString, null, maximumPacketSize);
    }

    /// <summary>Writes a SUBACK, a code for each filter in order (MQTT-3.8.4-6); in 3.1.1 all that failed have one code.</summary>
    public static void WriteSuback(OutputBuffer output, ProtocolVersion version, ushort packetId, ReadOnlySpan<ReasonCode> reasons)
    {
        if (version == ProtocolVersion.V5)
        {
            Write(output, First(PacketType.Suback), [(byte)(packetId >> 8), (byte)packetId], default, MemoryMarshal.AsBytes(reasons));
            return;
        }
        var codes = new byte[reasons.Length];
        for (var i = 0; i < codes.Length; i++)
            codes[i] = reasons[i].ToSubackCode();
        WriteBare(output, First(PacketType.Suback), packetId, codes);
    }

    /// <summary>Writes an UNSUBACK, in 5.0 with a code for each filter in order (MQTT-3.11.3-1).</summary>
    public static void WriteUnsuback(OutputBuffer output, ProtocolVersion version, ushort packetId, ReadOnlySpan<ReasonCode> reasons)
    {
        if (version == ProtocolVersion.V5)
            Write(output, First(PacketType.Unsuback), [(byte)(packetId >> 8), (byte)packetId], default, MemoryMarshal.AsBytes(reasons));
        else
            WriteBare(output, First(PacketType.Unsuback), packetId, default);
    }

    /// <summary>Writes a PINGRESP.</summary>
    public static void WritePingresp(OutputBuffer output) => output.Write([First(PacketType.Pingresp), 0]);

    /// <summary>Writes a DISCONNECT, which only a 5.0 client understands (MQTT 5, 3.14).</summary>
    public static void WriteDisconnect(
        OutputBuffer output, ReasonCode reason, string? reasonString = null, string? serverReference = null, uint? maximumPacketSize = null)
    {
        if (reasonString is null && serverReference is null)
            output.Write([First(PacketType.Disconnect), 1, (byte)reason]);
        else
            WriteReasoned(output, First(PacketType.Disconnect), [(byte)reason], reasonString, serverReference, maximumPacketSize);
    }

    private static byte First(PacketType type) => (byte)((byte)type << 4);

    private static PropertyWriter ConnackProperties(ConnackPacket packet, string? reasonString, string? responseInformation, string? serverReference)
    {
        var properties = new PropertyWriter();
        properties.Add(PropertyId.SessionExpiryInterval, packet.SessionExpiryInterval);
        properties.Add(PropertyId.ReceiveMaximum, packet.ReceiveMaximum != ushort.MaxValue ? packet.ReceiveMaximum : null);
        properties.Add(PropertyId.MaximumPacketSize, packet.MaximumPacketSize);
        properties.Add(PropertyId.AssignedClientIdentifier, packet.AssignedClientIdentifier);
        properties.Add(PropertyId.TopicAliasMaximum, packet.TopicAliasMaximum != 0 ? packet.TopicAliasMaximum : null);
        properties.Add(PropertyId.ReasonString, reasonString);
        properties.Add(PropertyId.ServerKeepAlive, packet.ServerKeepAlive);
        properties.Add(PropertyId.ResponseInformation, responseInformation);
        properties.Add(PropertyId.ServerReference, serverReference);
        return properties;
    }

    private static void WriteReasoned(
        OutputBuffer output, byte first, ReadOnlySpan<byte> head, string? reasonString, string? serverReference, uint? maximumPacketSize)
    {
        var properties = ReasonProperties(reasonString, serverReference);
        if (SizeOf(head.Length, properties.Written.Length) > maximumPacketSize)
            properties = ReasonProperties(null, serverReference);
        if (SizeOf(head.Length, properties.Written.Length) > maximumPacketSize)
            properties = ReasonProperties(null, null);
        Write(output, first, head, properties.Written);
    }

    private static PropertyWriter ReasonProperties(string? reasonString, string? serverReference)
    {
        var properties = new PropertyWriter();
        properties.Add(PropertyId.ReasonString, reasonString);
        properties.Add(PropertyId.ServerReference, serverReference);
        return properties;
    }

    private static int SizeOf(int headLength, int propertiesLength)
    {
        var body = headLength + VariableByteInteger.LengthOf(propertiesLength) + propertiesLength;
        return 1 + VariableByteInteger.LengthOf(body) + body;
    }

    /// <summary>Writes a 5.0 packet: fixed header, head, the properties with their length, tail.</summary>
    private static void Write(
        OutputBuffer output, byte first, ReadOnlySpan<byte> head, ReadOnlySpan<byte> properties, ReadOnlySpan<byte> tail = default)
    {
        var size = SizeOf(head.Length + tail.Length, properties.Length);
        var body = head.Length + VariableByteInteger.LengthOf(properties.Length) + properties.Length + tail.Length;
        var span = output.GetSpan(size);
        span[0] = first;
        var at = 1 + VariableByteInteger.Write(span[1..], body);
        head.CopyTo(span[at..]);
        at += head.Length;
        at += VariableByteInteger.Write(span[at..], properties.Length);
        properties.CopyTo(span[at..]);
        tail.CopyTo(span[(at + properties.Length)..]);
        output.Advance(size);
    }

    /// <summary>Writes a 3.1.1 packet: fixed header, packet identifier, payload.</summary>
    private static void WriteBare(OutputBuffer output, byte first, ushort packetId, ReadOnlySpan<byte> payload)
    {
        var body = PacketIdLength + payload.Length;
        var size = 1 + VariableByteInteger.LengthOf(body) + body;
        var span = output.GetSpan(size);
        span[0] = first;
        var at = 1 + VariableByteInteger.Write(span[1..], body);
        BinaryPrimitives.WriteUInt16BigEndian(span[at..], packetId);
        payload.CopyTo(span[(at + PacketIdLength)..]);
        output.Advance(size);
    }
}
