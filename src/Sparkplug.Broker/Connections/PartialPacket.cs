using System.Buffers;

namespace Sparkplug.Broker.Connections;

/// <summary>
/// What a connection's owner could not use yet: the beginning of a packet. There is none most of the time, then it holds no memory and
/// bytes go from the loop's shared buffer straight to the owner.
/// </summary>
/// <remarks>Its block grows with what has really come, never with what a length field promises.</remarks>
internal struct PartialPacket
{
    private const int Smallest = 256;

    /// <summary>Up to here a beginning is copied in front of what comes, so that one call takes in as much as possible.</summary>
    private const int CheapToCopy = 4096;

    private byte[]? _block;
    private int _length, _needed;

    /// <summary>Whether the owner has not seen all that there is: it stopped on whole packets, because it paused.</summary>
    public readonly bool HasMoreToShow => _length > 0 && _length >= _needed;

    /// <summary>Where the next bytes go.</summary>
    public Memory<byte> Room(byte[] shared)
    {
        if (_length > CheapToCopy)
            return Grown().AsMemory(_length);
        _block.AsSpan(0, _length).CopyTo(shared);
        return shared.AsMemory(_length);
    }

    /// <summary>Repairs the room of a read that took longer than this turn: the shared buffer has been used for others since.</summary>
    public readonly void Refresh(byte[] shared)
    {
        if (_length <= CheapToCopy)
            _block.AsSpan(0, _length).CopyTo(shared);
    }

    /// <summary>So many bytes have come into <see cref="Room"/>: shows them to the owner and keeps what it leaves.</summary>
    public void Received(byte[] shared, int count, IConnectionOwner owner)
    {
        _length += count;
        var from = _length - count > CheapToCopy ? _block! : shared;
        var used = _length < _needed ? 0 : owner.Receive(from.AsSpan(0, _length), out _needed);
        Keep(from, used);
    }

    /// <summary>Shows the owner again what it left.</summary>
    public void ShowAgain(IConnectionOwner owner) => Keep(_block!, owner.Receive(_block.AsSpan(0, _length), out _needed));

    /// <summary>Drops everything. Not while the owner looks at it.</summary>
    public void Clear()
    {
        if (_block is not null)
            ArrayPool<byte>.Shared.Return(_block);
        this = default;
    }

    private void Keep(byte[] from, int used)
    {
        var rest = from.AsSpan(used, _length - used);
        if (rest.IsEmpty)
        {
            Clear();
            return;
        }

        if (from != _block && (_block is null || _block.Length < rest.Length))
        {
            if (_block is not null)
                ArrayPool<byte>.Shared.Return(_block);
            _block = ArrayPool<byte>.Shared.Rent(Math.Max(rest.Length, Smallest));
        }

        if (from != _block || used > 0)
            rest.CopyTo(_block);
        _length = rest.Length;
    }

    /// <summary>The block with room for more: to the end of the packet, but at most doubled.</summary>
    private byte[] Grown()
    {
        var wanted = _needed > _length ? Math.Min(_needed, 2 * _length) : 2 * _length;
        if (_block!.Length >= wanted)
            return _block;
        var block = ArrayPool<byte>.Shared.Rent(wanted);
        _block.AsSpan(0, _length).CopyTo(block);
        ArrayPool<byte>.Shared.Return(_block);
        return _block = block;
    }
}
