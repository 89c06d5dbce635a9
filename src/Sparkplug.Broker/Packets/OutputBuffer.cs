using System.Buffers;

namespace Sparkplug.Broker.Packets;

/// <summary>
/// Bytes on their way to one client, in one block from the pool: packets are appended, the transport takes them from the front. An empty
/// one holds no memory, so an idle connection costs none.
/// </summary>
/// <remarks>Owned by the broker's loop.</remarks>
internal sealed class OutputBuffer : IBufferWriter<byte>
{
    private const int SmallestBlock = 4096;

    private byte[] _block = [];
    private int _start, _end;

    /// <summary>How many bytes wait.</summary>
    public int Length => _end - _start;

    /// <summary>The bytes that wait; valid until the next call.</summary>
    public ReadOnlySpan<byte> Written => _block.AsSpan(_start, Length);

    /// <inheritdoc cref="Written"/>
    public ReadOnlyMemory<byte> WrittenMemory => _block.AsMemory(_start, Length);

    /// <inheritdoc/>
    public void Advance(int count) => _end += count;

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _block.AsSpan(_end);
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _block.AsMemory(_end);
    }

    /// <summary>Appends bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_block.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>The transport has taken so many bytes from the front.</summary>
    public void Consume(int count)
    {
        _start += count;
        if (_start == _end)
            Clear();
    }

    /// <summary>Drops what waits and gives the block back.</summary>
    public void Clear()
    {
        if (_block.Length > 0)
            ArrayPool<byte>.Shared.Return(_block);
        (_block, _start, _end) = ([], 0, 0);
    }

    /// <summary>Gives the content to another owner, who clears it, and is empty afterwards.</summary>
    public void MoveTo(OutputBuffer other)
    {
        other.Clear();
        (other._block, other._start, other._end) = (_block, _start, _end);
        (_block, _start, _end) = ([], 0, 0);
    }

    private void Reserve(int count)
    {
        if (_block.Length - _end >= count)
            return;
        var block = ArrayPool<byte>.Shared.Rent(Math.Max(SmallestBlock, checked(2 * Length + count)));
        Written.CopyTo(block);
        if (_block.Length > 0)
            ArrayPool<byte>.Shared.Return(_block);
        (_block, _start, _end) = (block, 0, Length);
    }
}
