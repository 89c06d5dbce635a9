using System.Buffers;
using System.Threading.Tasks.Sources;
using Sparkplug.Broker.Packets;

namespace Sparkplug.Broker.Connections;

/// <summary>
/// The encrypted side of a <see cref="System.Net.Security.SslStream"/>: the loop puts in what it has received, and takes out what is to be
/// sent. No task of it ever waits for the kernel, and a write never waits at all.
/// </summary>
/// <remarks>
/// The handshake reads and writes on the thread pool; then everything comes on the loop, and a read that waited goes on inside
/// <see cref="Deliver"/>: no thread is woken for a message.
/// </remarks>
internal sealed class TlsWire(Action hasOutput) : Stream, IValueTaskSource<int>
{
    private ManualResetValueTaskSourceCore<int> _read = new() { RunContinuationsAsynchronously = true };
    private Memory<byte> _wanted;
    private bool _isWaiting, _isOver;

    // What has come and was not taken: in the loop's buffer while it delivers, otherwise in a block from the pool.
    private byte[] _block = [];
    private int _start, _end;
    private bool _isRented;

    /// <summary>Guards everything here while the handshake runs on another thread.</summary>
    public Lock Gate { get; } = new();

    /// <summary>What is to be sent; under <see cref="Gate"/>.</summary>
    public OutputBuffer Outgoing { get; } = new();

    /// <summary>How much has come that nobody has taken.</summary>
    public int Untaken
    {
        get { lock (Gate) return _end - _start; }
    }

    /// <summary>From here on reads go on where <see cref="Deliver"/> is called.</summary>
    public void StayOnLoop() => _read.RunContinuationsAsynchronously = false;

    /// <summary>Bytes have come, in the loop's buffer; what nobody takes at once is copied out of it.</summary>
    public void Deliver(byte[] shared, int count)
    {
        var isWaiting = false;
        var taken = 0;
        lock (Gate)
        {
            if (_start == _end)
                (_block, _start, _end) = (Given(shared), 0, count);
            else
                Append(shared.AsSpan(0, count));
            if (_isWaiting)
                (isWaiting, _isWaiting, taken) = (true, false, Take(_wanted.Span));
        }

        if (isWaiting)
            _read.SetResult(taken); // outside the lock: the reader comes back for more
        lock (Gate)
            KeepRest();
    }

    /// <summary>Nothing more comes: the reader that waits reads the end.</summary>
    public void End()
    {
        bool isWaiting;
        lock (Gate)
        {
            _isOver = true;
            isWaiting = _isWaiting;
            _isWaiting = false;
        }

        if (isWaiting)
            _read.SetResult(0);
    }

    /// <summary>Gives the blocks back, after the last reader and writer.</summary>
    public void Release()
    {
        lock (Gate)
        {
            Give();
            Outgoing.Clear();
        }
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        lock (Gate)
        {
            if (_start < _end)
                return ValueTask.FromResult(Take(buffer.Span));
            if (_isOver)
                return ValueTask.FromResult(0);
            (_wanted, _isWaiting) = (buffer, true);
            _read.Reset();
            return new ValueTask<int>(this, _read.Version);
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        lock (Gate)
        {
            if (!_isOver)
                Outgoing.Write(buffer.Span);
        }

        hasOutput();
        return ValueTask.CompletedTask;
    }

    int IValueTaskSource<int>.GetResult(short token) => _read.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _read.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _read.OnCompleted(continuation, state, token, flags);

    private int Take(Span<byte> into)
    {
        var count = Math.Min(into.Length, _end - _start);
        _block.AsSpan(_start, count).CopyTo(into);
        _start += count;
        return count;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        var block = ArrayPool<byte>.Shared.Rent(_end - _start + bytes.Length);
        _block.AsSpan(_start, _end - _start).CopyTo(block);
        bytes.CopyTo(block.AsSpan(_end - _start));
        var length = _end - _start + bytes.Length;
        Give();
        (_block, _start, _end, _isRented) = (block, 0, length, true);
    }

    private void KeepRest()
    {
        if (_start == _end)
            Give();
        else if (!_isRented)
            Append([]);
    }

    /// <summary>The loop's buffer, after a block that is used up is given back.</summary>
    private byte[] Given(byte[] shared)
    {
        Give();
        return shared;
    }

    private void Give()
    {
        if (_isRented)
            ArrayPool<byte>.Shared.Return(_block);
        (_block, _start, _end, _isRented) = ([], 0, 0, false);
    }

    // The rest of a stream, which SslStream does not use.
    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Flush()
    {
        // What is written is on its way.
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
