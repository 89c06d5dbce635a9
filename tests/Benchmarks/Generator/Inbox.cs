using System.Runtime.InteropServices;

namespace Benchmarks.Generator;

/// <summary>Cuts what a connection brings into MQTT packets.</summary>
internal sealed unsafe class Inbox(Link link, int capacity) : IDisposable
{
    private readonly byte* _buffer = (byte*)NativeMemory.Alloc((nuint)capacity);
    private int _start, _end;

    /// <summary>Reads once and tells how many bytes came.</summary>
    public int Fill()
    {
        if (_start > 0)
        {
            Buffer.MemoryCopy(_buffer + _start, _buffer, capacity, _end - _start);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == capacity)
            throw new InvalidDataException($"A packet is larger than {capacity} bytes.");
        var read = link.Receive(_buffer + _end, capacity - _end);
        _end += read;
        return read;
    }

    /// <summary>The next whole packet with its fixed header; it is valid until the next <see cref="Fill"/>.</summary>
    public bool TryRead(out ReadOnlySpan<byte> packet)
    {
        packet = default;
        int length = 0, at = _start + 1;
        for (var shift = 0; ; shift += 7, at++)
        {
            if (at >= _end)
                return false;
            length |= (_buffer[at] & 0x7F) << shift;
            if (_buffer[at] < 0x80)
                break;
            if (shift == 21)
                throw new InvalidDataException("A remaining length has more than four bytes.");
        }

        if (at + 1 + length > _end)
            return false;
        packet = new ReadOnlySpan<byte>(_buffer + _start, at + 1 + length - _start);
        _start = at + 1 + length;
        return true;
    }

    public void Dispose() => NativeMemory.Free(_buffer);
}
