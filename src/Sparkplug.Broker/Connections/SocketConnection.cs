namespace Sparkplug.Broker.Connections;

/// <summary>A connection that the loop reads and writes itself. What TCP and TLS have in common: its life and what is watched.</summary>
internal abstract class SocketConnection(BrokerLoop loop, int descriptor, ConnectionQuota quota) : Connection, IWatched
{
    /// <summary>How long a closed connection has for its output and for the peer's goodbye.</summary>
    public static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(5);

    /// <summary>So much output is sent at once: by then one call costs little against its bytes, and they are still in the cache.</summary>
    private const int SendAtOnce = 64 * 1024;

    private enum Phase : byte
    {
        Open,

        /// <summary>Closed by the owner; its output is on its way.</summary>
        Closing,

        /// <summary>
        /// The output is out and the peer is told; waits for the peer to close. A socket that is closed with input unread sends a reset,
        /// and that may take the last packet away from the peer.
        /// </summary>
        Lingering,

        /// <summary>Over.</summary>
        Over,
    }

    private Phase _phase;
    private ConnectionEnd _end;
    private bool _isDirty, _isPaused, _hasInput, _hasPeerEnded, _isEndTold, _isClosed;

    protected BrokerLoop Loop => loop;

    protected int Descriptor => descriptor;

    /// <summary>The kernel takes no more at the moment.</summary>
    protected bool IsBlocked { get; private set; }

    /// <summary>Whether the owner takes input.</summary>
    protected bool IsReading => _phase == Phase.Open && !_isPaused;

    /// <summary>Whether output still goes out.</summary>
    protected bool IsSending => _phase is Phase.Open or Phase.Closing;

    /// <summary>Whether the stream is to end when all is sent.</summary>
    protected bool IsClosing => _phase == Phase.Closing;

    /// <summary>Whether it is over.</summary>
    protected bool IsOver => _phase == Phase.Over;

    /// <summary>Reads once and shows the owner what came; whether there was as much as one call takes.</summary>
    protected abstract bool Read();

    /// <summary>Shows the owner what it has left, now that it reads on.</summary>
    protected abstract void ShowRest();

    /// <summary>Sends until all is sent, the goodbye of a closing one included, or the kernel takes no more; false in the second case.</summary>
    protected abstract bool TrySend();

    /// <summary>Gives back what it holds.</summary>
    protected abstract void Release();

    /// <summary>
    /// Begins to watch the socket. The kernel tells of each change once (edge-triggered): otherwise it would look at every ready socket
    /// again in the next turn, only to find nothing.
    /// </summary>
    public void Open()
    {
        loop.Opened(this);
        loop.Watch(descriptor, this, Native.Readable | Native.Writable | Native.PeerEnded | Native.Once);
    }

    /// <summary>Gives it to the engine, which sets its owner or wants nothing of it.</summary>
    public void OfferTo(IAcceptor acceptor)
    {
        if (_phase == Phase.Open)
            AcceptBy(acceptor);
    }

    public void Ready(uint events)
    {
        if (_phase == Phase.Over)
            return;
        if ((events & Native.Writable) != 0)
            SendMore();
        if ((events & ~Native.Writable) == 0 || _phase == Phase.Over)
            return;
        _hasPeerEnded |= (events & (Native.PeerEnded | Native.Error | Native.HungUp)) != 0;
        if (_phase is Phase.Closing or Phase.Lingering)
            Discard();
        else if (!_isPaused)
            ReadOn();
        else if ((events & (Native.Error | Native.HungUp)) != 0)
            End(ConnectionEnd.Broken);
        else
            _hasInput = true;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        if (IsBlocked || !IsSending)
            return;
        if (Output.Length >= SendAtOnce)
            Send();
        else
            SendLater();
    }

    /// <inheritdoc/>
    public override void Close()
    {
        if (_phase != Phase.Open)
            return;
        _phase = Phase.Closing;
        _end = ConnectionEnd.ByBroker;
        loop.After(ClosePatience, Abort);
        SendLater();
        loop.Resumed(this); // to discard what is there: nothing will tell of it again
    }

    /// <inheritdoc/>
    public override void Abort() => End(ConnectionEnd.ByBroker);

    public void Fail() => End(ConnectionEnd.Broken);

    /// <inheritdoc/>
    public override void Pause() => _isPaused = true;

    /// <inheritdoc/>
    public override void Resume()
    {
        if (!_isPaused)
            return;
        _isPaused = false;
        if (_phase == Phase.Open)
            loop.Resumed(this);
    }

    /// <summary>Goes on after a pause, or after a turn that could not take in everything.</summary>
    internal void GoOn()
    {
        if (_phase is Phase.Closing or Phase.Lingering)
            Discard();
        if (IsReading)
            ShowRest();
        if (IsReading && _hasInput)
            ReadOn();
    }

    internal void SendDirty()
    {
        _isDirty = false;
        if (!IsBlocked && IsSending)
            Send();
    }

    /// <summary>Tells the owner that it is over, and closes the socket unless the peer's goodbye is waited for.</summary>
    internal void Finish()
    {
        if (!_isEndTold)
        {
            _isEndTold = true;
            Owner?.Ended(_end);
        }

        if (_phase != Phase.Over || _isClosed)
            return;
        _isClosed = true;
        Output.Clear();
        Release();
        Native.Close(descriptor);
        loop.Unwatch(descriptor);
        loop.Closed(this);
        quota.Leave(Remote.Address);
    }

    /// <summary>Nothing more is read or sent. Buffers are given back later: the owner may be looking at them.</summary>
    protected void End(ConnectionEnd end)
    {
        if (_phase == Phase.Over)
            return;
        if (_phase == Phase.Open)
            _end = end;
        _phase = Phase.Over;
        loop.Ended(this);
    }

    /// <summary>What a negative or zero result of reading means.</summary>
    protected void ReadFailed(int result)
    {
        if (result == 0)
            End(ConnectionEnd.ByPeer);
        else if (result is not (-Native.WouldBlock or -Native.Interrupted))
            End(ConnectionEnd.Broken);
    }

    /// <summary>Sends from the front of a buffer; false when the kernel takes no more.</summary>
    protected bool TrySend(Packets.OutputBuffer buffer)
    {
        while (buffer.Length > 0)
        {
            var asked = buffer.Length;
            var sent = Native.Send(descriptor, buffer.Written);
            if (sent >= 0)
                buffer.Consume(sent);
            if (sent == -Native.WouldBlock || (sent >= 0 && sent < asked)) // part of it means full, too
                return false;
            if (sent < 0 && sent != -Native.Interrupted)
            {
                End(ConnectionEnd.Broken);
                return true;
            }
        }

        return true;
    }

    /// <summary>Sends at the end of this turn.</summary>
    protected void SendLater()
    {
        if (_isDirty)
            return;
        _isDirty = true;
        loop.Dirty(this);
    }

    private void Send()
    {
        IsBlocked = !TrySend();
        if (!IsBlocked && IsClosing)
            Linger();
    }

    private void SendMore()
    {
        if (!IsBlocked || !IsSending)
            return;
        Send();
        if (IsBlocked || _phase == Phase.Over)
            return;
        if (_phase == Phase.Open)
            Owner?.Drained();
    }

    private void Linger()
    {
        _phase = Phase.Lingering;
        Native.EndSending(descriptor);
        loop.Ended(this);
    }

    /// <summary>
    /// Reads once; the rest is for the next turn, for the others' sake. A peer that has ended is read to its end: its packets come first,
    /// and nothing will tell of it again.
    /// </summary>
    private void ReadOn()
    {
        _hasInput = Read() || _hasPeerEnded;
        if (_hasInput && IsReading)
            loop.Resumed(this);
    }

    /// <summary>What a peer sends after the broker closed has nobody to read it.</summary>
    private void Discard()
    {
        var count = Native.Receive(descriptor, loop.Input);
        if (count <= 0)
            ReadFailed(count);
        else if (count == loop.Input.Length || _hasPeerEnded)
            loop.Resumed(this);
    }
}
