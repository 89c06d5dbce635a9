using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Benchmarks.Generator;

/// <summary>
/// What an edge node writes at once: one NDATA, or the DDATA of several devices. It is one piece of memory for the whole fleet,
/// in which the node's digits (and the packet identifiers) are set before each send: it stays in the processor's cache.
/// </summary>
internal sealed unsafe class Publication : IDisposable
{
    public const int PayloadSize = 256;

    private readonly byte* _bytes;
    private readonly int[] _digits, _identifiers, _stamps;
    private ushort _identifier;

    public Publication(int burst, byte qos)
    {
        (Burst, Qos) = (burst, qos);
        (_digits, _identifiers, _stamps) = (new int[burst], new int[burst], new int[burst]);
        var bytes = new List<byte>();
        for (var i = 0; i < burst; i++)
        {
            var topic = burst == 1 ? Names.Topic("NDATA", 0) : $"{Names.Topic("DDATA", 0)}/D{i}";
            var packet = Packets.PublishOf(new Message(topic, SparkplugPayload.Data(PayloadSize)), qos, retain: false);
            _digits[i] = bytes.Count + Packets.TopicOffset(packet) + Names.Topic("NDATA", 0).Length - Names.Digits;
            _identifiers[i] = bytes.Count + Packets.TopicEnd(packet);
            _stamps[i] = bytes.Count + Packets.PayloadOffset(packet);
            bytes.AddRange(packet);
        }

        Length = bytes.Count;
        _bytes = (byte*)NativeMemory.Alloc((nuint)Length);
        bytes.CopyTo(new Span<byte>(_bytes, Length));
    }

    /// <summary>Messages a write.</summary>
    public int Burst { get; }

    public byte Qos { get; }

    /// <summary>Bytes a write.</summary>
    public int Length { get; }

    /// <summary>Makes it that node's and sends it. False: the node's connection takes nothing now.</summary>
    public bool TrySend(Link link, int node)
    {
        var digits = Decimal(node);
        for (var i = 0; i < Burst; i++)
        {
            var to = _bytes + _digits[i];
            *(uint*)to = (uint)digits;
            to[4] = (byte)(digits >> 32);
            if (Qos > 0)
                SetIdentifier(_bytes + _identifiers[i]);
        }

        return link.TrySend(_bytes, Length);
    }

    /// <summary>Sets the stamp of all messages.</summary>
    public void Stamp(long value)
    {
        foreach (var at in _stamps)
            SparkplugPayload.Stamp(new Span<byte>(_bytes + at, PayloadSize), value);
    }

    public void Dispose() => NativeMemory.Free(_bytes);

    private void SetIdentifier(byte* to)
    {
        if (++_identifier == 0)
            _identifier = 1;
        BinaryPrimitives.WriteUInt16BigEndian(new Span<byte>(to, 2), _identifier);
    }

    /// <summary>Five ASCII digits, the first in the lowest byte.</summary>
    private static ulong Decimal(int number)
    {
        var digits = 0UL;
        for (var i = 0; i < Names.Digits; i++, number /= 10)
            digits = (digits << 8) | (uint)('0' + number % 10);
        return digits;
    }
}
