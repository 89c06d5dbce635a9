using System.Buffers.Binary;
using System.Text;

namespace SystemTests.Wireshark;

/// <summary>
/// Writes recorded MQTT messages as a capture: one IPv4/TCP packet on loopback for each PUBLISH, as if seen on a plain port.
/// <code>pcap header | (record header | IPv4 | TCP | PUBLISH)*</code>
/// </summary>
internal sealed class CaptureFile : IDisposable
{
    public const int Port = 1883;

    private const int LinkTypeRawIp = 101, IpHeader = 20, TcpHeader = 20, ClientPort = 40_000, LargestPacket = 60_000;

    private readonly FileStream _file;
    private uint _sequence = 1;

    public CaptureFile(string path)
    {
        _file = File.Create(path);
        Span<byte> header = stackalloc byte[24];
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0xA1B2C3D4);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], 262_144);
        BinaryPrimitives.WriteInt32LittleEndian(header[20..], LinkTypeRawIp);
        _file.Write(header);
    }

    /// <summary>Adds one message.</summary>
    public void Add(string topic, ReadOnlySpan<byte> payload)
    {
        var publish = Publish(topic, payload);
        if (publish.Length > LargestPacket) throw new ArgumentException($"{publish.Length} bytes do not fit into one packet", nameof(payload));
        var packet = new byte[IpHeader + TcpHeader + publish.Length];
        WriteIp(packet);
        WriteTcp(packet.AsSpan(IpHeader));
        publish.CopyTo(packet, IpHeader + TcpHeader);
        _sequence += (uint)publish.Length;
        Span<byte> record = stackalloc byte[16];
        BinaryPrimitives.WriteInt32LittleEndian(record[8..], packet.Length);
        BinaryPrimitives.WriteInt32LittleEndian(record[12..], packet.Length);
        _file.Write(record);
        _file.Write(packet);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static byte[] Publish(string topic, ReadOnlySpan<byte> payload)
    {
        var name = Encoding.UTF8.GetBytes(topic);
        var length = 2 + name.Length + payload.Length;
        List<byte> packet = [0x30];
        for (; length > 127; length >>= 7) packet.Add((byte)(length & 127 | 128));
        packet.AddRange([(byte)length, (byte)(name.Length >> 8), (byte)name.Length, .. name, .. payload]);
        return [.. packet];
    }

    private static void WriteIp(Span<byte> packet)
    {
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)packet.Length);
        packet[6] = 0x40; // do not fragment
        packet[8] = 64;
        packet[9] = 6; // TCP
        ReadOnlySpan<byte> loopback = [127, 0, 0, 1];
        loopback.CopyTo(packet[12..]);
        loopback.CopyTo(packet[16..]);
    }

    private void WriteTcp(Span<byte> segment)
    {
        BinaryPrimitives.WriteUInt16BigEndian(segment, ClientPort);
        BinaryPrimitives.WriteUInt16BigEndian(segment[2..], Port);
        BinaryPrimitives.WriteUInt32BigEndian(segment[4..], _sequence);
        BinaryPrimitives.WriteUInt32BigEndian(segment[8..], 1);
        segment[12] = 5 << 4; // header length in words
        segment[13] = 0x18; // PSH, ACK
        BinaryPrimitives.WriteUInt16BigEndian(segment[14..], ushort.MaxValue);
    }
}
