using System.Buffers.Binary;
using System.Text;
using Sparkplug.Broker.Packets;

namespace UnitTests.Broker;

/// <summary>
/// What a server has sent, decoded for assertions; strict, and apart from the product's codec. What a packet does not have is null or
/// empty.
/// </summary>
internal sealed class ServerPacket
{
    public required PacketType Type { get; init; }

    public ushort PacketId { get; private set; }

    /// <summary>Of CONNACK (3.1.1: its return code), acknowledgements and DISCONNECT; Success where the packet leaves it out.</summary>
    public ReasonCode Reason { get; private set; }

    /// <summary>Of SUBACK and, in 5.0, UNSUBACK.</summary>
    public ReasonCode[] Reasons { get; private set; } = [];

    public bool SessionPresent { get; private set; }

    public Qos Qos { get; private set; }

    public bool Dup { get; private set; }

    public bool Retain { get; private set; }

    public string Topic { get; private set; } = "";

    public byte[] Payload { get; private set; } = [];

    /// <summary>The payload as text.</summary>
    public string Text => Encoding.UTF8.GetString(Payload);

    public ServerProperties Properties { get; private set; } = new();

    /// <summary>All of it, to compare bytes.</summary>
    public byte[] Bytes { get; private set; } = [];

    /// <summary>Decodes packets that stand one after the other; what is cut off or wrong is an <see cref="InvalidDataException"/>.</summary>
    public static List<ServerPacket> ReadAll(ReadOnlySpan<byte> bytes, ProtocolVersion version = ProtocolVersion.V5)
    {
        var packets = new List<ServerPacket>();
        while (!bytes.IsEmpty)
            packets.Add(TryRead(ref bytes, version) ?? throw new InvalidDataException("the last packet is cut off"));
        return packets;
    }

    /// <summary>Takes one packet from the front, or none while it has not come as a whole.</summary>
    public static ServerPacket? TryRead(ref ReadOnlySpan<byte> bytes, ProtocolVersion version = ProtocolVersion.V5)
    {
        var (length, at) = (0, 1);
        for (var shift = 0; ; shift += 7, at++)
        {
            if (at >= bytes.Length) return null;
            if (at > 4) throw new InvalidDataException("a Remaining Length of more than four bytes");
            length |= (bytes[at] & 0x7F) << shift;
            if (bytes[at] < 0x80) break;
        }
        at++;
        if (bytes.Length < at + length) return null;
        var packet = new ServerPacket { Type = (PacketType)(bytes[0] >> 4), Bytes = bytes[..(at + length)].ToArray() };
        packet.Read(bytes[0] & 0x0F, new Fields(packet.Bytes.AsSpan(at)), version == ProtocolVersion.V5);
        bytes = bytes[(at + length)..];
        return packet;
    }

    private void Read(int flags, Fields fields, bool isV5)
    {
        var expected = Type == PacketType.Pubrel ? 2 : 0;
        if (Type != PacketType.Publish && flags != expected) throw new InvalidDataException($"{Type}: reserved flags");
        switch (Type)
        {
            case PacketType.Connack:
                SessionPresent = fields.Byte() switch { 0 => false, 1 => true, _ => throw new InvalidDataException("CONNACK: reserved flags") };
                Reason = (ReasonCode)fields.Byte();
                if (isV5) Properties = fields.Properties();
                break;
            case PacketType.Publish:
                ReadPublish(flags, ref fields, isV5);
                break;
            case PacketType.Puback or PacketType.Pubrec or PacketType.Pubrel or PacketType.Pubcomp:
                PacketId = fields.UInt16();
                ReadReason(ref fields, isV5);
                break;
            case PacketType.Suback or PacketType.Unsuback:
                PacketId = fields.UInt16();
                if (isV5) Properties = fields.Properties();
                if (isV5 || Type == PacketType.Suback) Reasons = Array.ConvertAll(fields.Rest(), code => (ReasonCode)code);
                break;
            case PacketType.Disconnect when isV5:
                ReadReason(ref fields, isV5);
                break;
            case PacketType.Pingresp:
                break;
            default:
                throw new InvalidDataException($"{Type} is not for a server to send");
        }
        if (!fields.IsAtEnd) throw new InvalidDataException($"{Type}: bytes behind the last field");
    }

    private void ReadPublish(int flags, ref Fields fields, bool isV5)
    {
        (Dup, Qos, Retain) = ((flags & 8) != 0, (Qos)((flags >> 1) & 3), (flags & 1) != 0);
        if (Qos > Qos.ExactlyOnce || (Dup && Qos == 0)) throw new InvalidDataException("PUBLISH: flags");
        Topic = fields.Text();
        if (Qos > 0 && (PacketId = fields.UInt16()) == 0) throw new InvalidDataException("PUBLISH: packet identifier 0");
        if (isV5) Properties = fields.Properties();
        Payload = fields.Rest();
    }

    private void ReadReason(ref Fields fields, bool isV5)
    {
        if (fields.IsAtEnd) return;
        if (!isV5) throw new InvalidDataException($"{Type}: a Reason Code in 3.1.1");
        Reason = (ReasonCode)fields.Byte();
        if (!fields.IsAtEnd) Properties = fields.Properties();
    }

    /// <summary>Reads the data types of MQTT.</summary>
    internal ref struct Fields(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;

        public readonly bool IsAtEnd => _rest.IsEmpty;

        public byte Byte() => Take(1)[0];

        public ushort UInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

        public uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

        public uint VariableByteInteger()
        {
            var value = 0u;
            for (var shift = 0; shift < 28; shift += 7)
            {
                var part = Byte();
                value |= (uint)(part & 0x7F) << shift;
                if (part < 0x80) return part == 0 && shift > 0 ? throw new InvalidDataException("an integer longer than it need be") : value;
            }
            throw new InvalidDataException("an integer of more than four bytes");
        }

        public byte[] Binary() => Take(UInt16()).ToArray();

        public string Text() => new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Take(UInt16()));

        public byte[] Rest() => Take(_rest.Length).ToArray();

        public ServerProperties Properties() => ServerProperties.Read(new Fields(Take((int)VariableByteInteger())));

        private ReadOnlySpan<byte> Take(int count)
        {
            if (count > _rest.Length) throw new InvalidDataException("a field is cut off");
            var taken = _rest[..count];
            _rest = _rest[count..];
            return taken;
        }
    }
}
