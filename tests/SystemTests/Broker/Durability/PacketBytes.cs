using System.Buffers.Binary;
using Sparkplug.Broker.Packets;

namespace SystemTests.Broker.Durability;

/// <summary>Cuts one direction of a connection into packets.</summary>
internal sealed class PacketBytes
{
    private readonly List<byte> _rest = [];

    /// <summary>Takes more bytes; gives the packets that are complete with them.</summary>
    public List<byte[]> Add(byte[] bytes)
    {
        _rest.AddRange(bytes);
        var packets = new List<byte[]>();
        while (LengthOfFirst() is { } length && _rest.Count >= length)
        {
            packets.Add([.. _rest[..length]]);
            _rest.RemoveRange(0, length);
        }

        return packets;
    }

    /// <summary>The Packet Identifier of a packet; 0 for one that has none.</summary>
    public static ushort PacketId(byte[] packet)
    {
        var at = 1;
        while (packet[at++] >= 0x80)
        {
        }

        switch ((PacketType)(packet[0] >> 4))
        {
            case PacketType.Publish when (packet[0] & 0x06) == 0:
            case PacketType.Connect or PacketType.Connack or PacketType.Disconnect or PacketType.Pingreq or PacketType.Pingresp or PacketType.Auth:
                return 0;
            case PacketType.Publish:
                at += sizeof(ushort) + BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(at)); // behind the topic
                break;
        }

        return BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(at));
    }

    private int? LengthOfFirst()
    {
        var length = 0;
        for (var at = 1; at < _rest.Count; at++)
        {
            length |= (_rest[at] & 0x7F) << (7 * (at - 1));
            if (_rest[at] < 0x80)
                return at + 1 + length;
        }

        return null;
    }
}
