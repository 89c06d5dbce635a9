using System.Net.WebSockets;
using Sparkplug.Broker.Packets;

namespace Sparkplug.Broker.Connections;

/// <summary>
/// MQTT in binary frames (MQTT-6.0.0-1); frames and packets need not match (MQTT-6.0.0-2). Kestrel's threads read and write the socket;
/// what they read they hand to the loop piece by piece, the next one only when the last one is taken.
/// </summary>
internal sealed class WebSocketConnection(BrokerLoop loop, WebSocket socket, ConnectionQuota quota) : Connection
{
    private const int ChunkSize = 16 * 1024;

    private enum Phase : byte
    {
        Open,
        Closing,

        /// <summary>The close frame is out; the peer's is waited for.</summary>
        Lingering,
        Over,
    }

    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly OutputBuffer _sending = new();
    private PartialPacket _partial;
    private ReadOnlyMemory<byte> _chunk;
    private TaskCompletionSource? _chunkTaken;
    private Phase _phase;
    private ConnectionEnd _end;
    private bool _isPaused, _isSending, _isSendPosted, _isBehind, _isEndTold;

    private bool IsReading => _phase == Phase.Open && !_isPaused;

    /// <summary>Lives as long as the connection. Not on the loop.</summary>
    public async Task RunAsync(IAcceptor acceptor)
    {
        loop.Post(() => Open(acceptor));
        var end = await ReceiveAllAsync();
        loop.Post(() => End(end));
        await _closed.Task;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        if (_phase is not (Phase.Open or Phase.Closing))
            return;
        if (_isSending)
            _isBehind = true;
        else
            PostSend();
    }

    /// <inheritdoc/>
    public override void Close()
    {
        if (_phase != Phase.Open)
            return;
        (_phase, _end) = (Phase.Closing, ConnectionEnd.ByBroker);
        TakeChunk(); // to nobody
        loop.After(SocketConnection.ClosePatience, Abort);
        if (!_isSending)
            PostSend();
    }

    /// <inheritdoc/>
    public override void Abort() => End(ConnectionEnd.ByBroker);

    /// <inheritdoc/>
    public override void Pause() => _isPaused = true;

    /// <inheritdoc/>
    public override void Resume()
    {
        if (!_isPaused)
            return;
        _isPaused = false;
        loop.Post(ShowRest);
    }

    private void Open(IAcceptor acceptor)
    {
        loop.Opened(this);
        if (_phase == Phase.Open)
            AcceptBy(acceptor);
    }

    private async Task<ConnectionEnd> ReceiveAllAsync()
    {
        try
        {
            var block = new byte[ChunkSize];
            while (true)
            {
                var received = await socket.ReceiveAsync(block.AsMemory(), CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close)
                    return ConnectionEnd.ByPeer;
                if (received.MessageType == WebSocketMessageType.Text)
                {
                    await RefuseTextAsync(block);
                    return ConnectionEnd.Broken;
                }

                if (received.Count > 0)
                    await HandOverAsync(block.AsMemory(0, received.Count));
            }
        }
        catch (Exception fault) when (IsConnectionFault(fault))
        {
            return ConnectionEnd.Broken;
        }
    }

    /// <summary>The peer is to read why: a socket that is closed over what has come would take the answer with it.</summary>
    private async Task RefuseTextAsync(byte[] block)
    {
        await socket.CloseOutputAsync(WebSocketCloseStatus.InvalidMessageType, "MQTT is sent in binary frames", CancellationToken.None);
        loop.Post(() => Linger(ConnectionEnd.Broken));
        while ((await socket.ReceiveAsync(block.AsMemory(), CancellationToken.None)).MessageType != WebSocketMessageType.Close)
        {
            // to nobody
        }
    }

    /// <summary>It is over for its owner; the peer has some time for its close frame.</summary>
    private void Linger(ConnectionEnd end)
    {
        if (_phase != Phase.Open)
            return;
        (_phase, _end) = (Phase.Lingering, end);
        TakeChunk();
        loop.After(SocketConnection.ClosePatience, Abort);
        TellEnd();
    }

    private Task HandOverAsync(ReadOnlyMemory<byte> chunk)
    {
        var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(() =>
        {
            (_chunk, _chunkTaken) = (chunk, taken);
            TakeChunk();
        });
        return taken.Task;
    }

    private void TakeChunk()
    {
        while (!_chunk.IsEmpty && IsReading)
        {
            var room = _partial.Room(loop.Input).Span;
            var count = Math.Min(room.Length, _chunk.Length);
            _chunk.Span[..count].CopyTo(room);
            _chunk = _chunk[count..];
            _partial.Received(loop.Input, count, Owner!);
        }

        if (_phase == Phase.Open && !_chunk.IsEmpty)
            return; // the client is to wait
        _chunk = default;
        _chunkTaken?.TrySetResult();
        _chunkTaken = null;
    }

    private void ShowRest()
    {
        if (!IsReading)
            return;
        if (_partial.HasMoreToShow)
            _partial.ShowAgain(Owner!);
        TakeChunk();
    }

    private void PostSend()
    {
        if (_isSendPosted)
            return;
        _isSendPosted = true;
        loop.Post(SendNext);
    }

    private void SendNext()
    {
        _isSendPosted = false;
        if (_isSending || _phase is not (Phase.Open or Phase.Closing))
            return;
        if (Output.Length > 0)
        {
            _isSending = true;
            Output.MoveTo(_sending);
            _ = Task.Run(SendAsync);
        }
        else if (_phase == Phase.Closing)
        {
            _phase = Phase.Lingering;
            _ = Task.Run(SayGoodbyeAsync);
        }
    }

    private async Task SendAsync()
    {
        var isSent = false;
        try
        {
            await socket.SendAsync(_sending.WrittenMemory, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
            isSent = true;
        }
        catch (Exception fault) when (IsConnectionFault(fault))
        {
            // told below
        }

        loop.Post(() => Sent(isSent));
    }

    private void Sent(bool isSent)
    {
        _isSending = false;
        _sending.Clear();
        if (!isSent)
            End(ConnectionEnd.Broken);
        if (Output.Length > 0 || _phase == Phase.Closing)
            SendNext();
        else if (_isBehind && _phase == Phase.Open)
        {
            _isBehind = false;
            Owner?.Drained();
        }
    }

    private async Task SayGoodbyeAsync()
    {
        try
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }
        catch (Exception fault) when (IsConnectionFault(fault))
        {
            // the peer is gone already
        }

        loop.Post(TellEnd);
    }

    private void TellEnd()
    {
        if (_isEndTold)
            return;
        _isEndTold = true;
        Owner?.Ended(_end);
    }

    /// <summary>Told later, because the owner may be in the middle of something.</summary>
    private void End(ConnectionEnd end)
    {
        if (_phase == Phase.Over)
            return;
        if (_phase == Phase.Open)
            _end = end;
        _phase = Phase.Over;
        loop.Post(Finish);
    }

    private void Finish()
    {
        TellEnd();
        TakeChunk();
        _partial.Clear();
        Output.Clear();
        socket.Abort();
        loop.Closed(this);
        quota.Leave(Remote.Address);
        _closed.SetResult();
    }

    private static bool IsConnectionFault(Exception fault) => fault is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException;
}
