using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Sparkplug.Broker.Packets;

/// <summary>Encodes the properties of a packet that is not on the hot path (MQTT 5, 2.2.2); what is null is left out.</summary>
internal sealed class PropertyWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>The properties, without their length.</summary>
    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public void Add(PropertyId id, ushort? value)
    {
        if (value is not { } number)
            return;
        var span = Begin(id, 2);
        BinaryPrimitives.WriteUInt16BigEndian(span, number);
        _bytes.Advance(2);
    }

    public void Add(PropertyId id, uint? value)
    {
        if (value is not { } number)
            return;
        var span = Begin(id, 4);
        BinaryPrimitives.WriteUInt32BigEndian(span, number);
        _bytes.Advance(4);
    }

    public void Add(PropertyId id, string? value)
    {
        if (value is null)
            return;
        var length = Encoding.UTF8.GetByteCount(value);
        var span = Begin(id, 2 + length);
        BinaryPrimitives.WriteUInt16BigEndian(span, checked((ushort)length));
        Encoding.UTF8.GetBytes(value, span[2..]);
        _bytes.Advance(2 + length);
    }

    private Span<byte> Begin(PropertyId id, int length)
    {
        _bytes.GetSpan(1)[0] = (byte)id;
        _bytes.Advance(1);
        return _bytes.GetSpan(length);
    }
}
