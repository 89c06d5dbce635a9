using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Sparkplug.Broker.Connections;

/// <summary>
/// A connection over TLS. The handshake, a matter of signatures, runs on the thread pool; then the loop decrypts and encrypts itself, so
/// that a message costs no thread switch. An idle one holds what OpenSSL holds, and no buffers.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Release disposes what it owns, when the loop and the thread pool are through with it.")]
internal sealed class TlsConnection : SocketConnection
{
    /// <summary>So much output is encrypted before it is sent, so that a large one is not there twice.</summary>
    private const int Batch = 64 * 1024;

    /// <summary>So much may come before the handshake is over; then the peer waits.</summary>
    private const int MostDuringHandshake = 64 * 1024;

    private enum Handshake : byte
    {
        /// <summary>The peer has sent nothing: no more than a socket.</summary>
        Awaited,
        Running,
        Done,
        Failed,
    }

    private readonly TlsAcceptor _acceptor;
    private readonly TlsWire _wire;
    private readonly Action _onRead;
    private PartialPacket _partial;
    private SslStream? _tls;
    private ValueTaskAwaiter<int> _read;
    private Handshake _handshake;
    private bool _isReadPending, _isEncrypting, _isFailureTold, _saidGoodbye;

    public TlsConnection(BrokerLoop loop, int descriptor, ConnectionQuota quota, TlsAcceptor acceptor)
        : base(loop, descriptor, quota)
    {
        _acceptor = acceptor;
        _wire = new TlsWire(WireHasOutput);
        _onRead = OnRead;
    }

    /// <inheritdoc/>
    public override string Transport => _tls?.SslProtocol switch
    {
        SslProtocols.Tls12 => "TLS 1.2",
        SslProtocols.Tls13 => "TLS 1.3",
        _ => base.Transport,
    };

    /// <inheritdoc/>
    public override void Close()
    {
        if (_handshake is Handshake.Done or Handshake.Failed)
            base.Close();
        else
            Abort();
    }

    /// <summary>The time for the handshake is over.</summary>
    public void GiveUpHandshake()
    {
        if (_handshake is Handshake.Done or Handshake.Failed)
            return;
        Fail("TLS handshake not finished in time");
        Abort();
    }

    protected override bool Read()
    {
        var count = Native.Receive(Descriptor, Loop.Input);
        if (count <= 0)
        {
            if (count == 0)
                _wire.End();
            ReadFailed(count);
            return false;
        }

        _wire.Deliver(Loop.Input, count);
        if (_handshake == Handshake.Awaited)
            BeginHandshake();
        else if (_handshake == Handshake.Running && _wire.Untaken > MostDuringHandshake)
            Pause();
        return count == Loop.Input.Length;
    }

    protected override void ShowRest()
    {
        if (_handshake != Handshake.Done || _isReadPending) // a read that waits says that nothing is left
            return;
        if (_partial.HasMoreToShow)
            _partial.ShowAgain(Owner!);
        Pump();
    }

    protected override bool TrySend()
    {
        do
        {
            lock (_wire.Gate)
                if (!TrySend(_wire.Outgoing)) return false;
        }
        while (_handshake == Handshake.Done && IsSending && TryEncrypt());
        return true;
    }

    protected override void Release()
    {
        _wire.End();
        if (_handshake is Handshake.Awaited or Handshake.Running)
            Fail(reason: null);
        if (_handshake != Handshake.Running)
            ReleaseTls();
    }

    private void Fail(string? reason)
    {
        if (_isFailureTold)
            return;
        _isFailureTold = true;
        _acceptor.Failed(this, reason);
    }

    private void BeginHandshake()
    {
        _handshake = Handshake.Running;
        _tls = new SslStream(_wire, leaveInnerStreamOpen: true);
        ThreadPool.UnsafeQueueUserWorkItem(static connection => _ = connection.HandshakeAsync(), this, preferLocal: false);
    }

    /// <summary>On the thread pool, from the peer's first bytes on.</summary>
    private async Task HandshakeAsync()
    {
        Exception? failure = null;
        try
        {
            await _tls!.AuthenticateAsServerAsync(_acceptor.Options()).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            failure = fault; // the loop tells it
        }

        Loop.Post(() => HandshakeEnded(failure));
    }

    private void HandshakeEnded(Exception? failure)
    {
        _handshake = failure is null ? Handshake.Done : Handshake.Failed;
        if (IsOver)
        {
            ReleaseTls();
            return;
        }

        if (failure is not null)
        {
            Fail(failure.GetBaseException().Message);
            Close(); // the alert tells the peer why
            return;
        }

        _wire.StayOnLoop();
        _acceptor.Succeeded(this, _tls!.RemoteCertificate as X509Certificate2);
        Resume();
        if (IsReading)
            Pump();
    }

    /// <summary>Decrypts and hands on until nothing is left, and waits for more.</summary>
    [SuppressMessage("Reliability", "CA2012", Justification = "Each read is looked at once, here when it is complete or else in OnRead.")]
    private void Pump()
    {
        try
        {
            while (IsReading && !_isReadPending)
            {
                var read = _tls!.ReadAsync(_partial.Room(Loop.Plain)).GetAwaiter();
                if (read.IsCompleted)
                    Received(read.GetResult());
                else
                    Await(read);
            }
        }
        catch (Exception fault) when (fault is IOException or InvalidOperationException)
        {
            End(ConnectionEnd.Broken); // the peer's TLS is damaged or has ended
        }
    }

    private void Await(ValueTaskAwaiter<int> read)
    {
        _isReadPending = true;
        _read = read;
        _read.UnsafeOnCompleted(_onRead);
    }

    /// <summary>The read that waited has its bytes. Comes from <see cref="TlsWire.Deliver"/>, hence on the loop.</summary>
    private void OnRead()
    {
        if (!Loop.IsCurrent)
            throw new UnreachableException("TLS input has left the loop.");
        _isReadPending = false;
        try
        {
            var count = _read.GetResult();
            _partial.Refresh(Loop.Plain);
            Received(count);
        }
        catch (IOException)
        {
            End(ConnectionEnd.Broken);
        }

        Pump();
    }

    private void Received(int count)
    {
        if (IsOver)
            return;
        if (count == 0)
            End(ConnectionEnd.ByPeer);
        else
            _partial.Received(Loop.Plain, count, Owner!);
    }

    /// <summary>Encrypts what comes next, the goodbye after everything else; false when there is nothing.</summary>
    private bool TryEncrypt()
    {
        if (Output.Length == 0 && (!IsClosing || _saidGoodbye))
            return false;
        _isEncrypting = true;
        try
        {
            if (Output.Length > 0)
                EncryptNext();
            else
                SayGoodbye();
            return true;
        }
        catch (Exception fault) when (fault is IOException or InvalidOperationException)
        {
            End(ConnectionEnd.Broken);
            return false;
        }
        finally
        {
            _isEncrypting = false;
        }
    }

    private void EncryptNext()
    {
        var next = Output.WrittenMemory[..Math.Min(Output.Length, Batch)];
        var written = _tls!.WriteAsync(next).AsTask();
        if (!written.IsCompleted)
            throw new UnreachableException("A write to the wire never waits.");
        written.GetAwaiter().GetResult();
        Output.Consume(next.Length);
    }

    private void SayGoodbye()
    {
        _saidGoodbye = true;
        _tls!.ShutdownAsync().GetAwaiter().GetResult(); // a write, too
    }

    private void WireHasOutput()
    {
        if (_isEncrypting)
            return;
        if (Loop.IsCurrent)
            SendLater();
        else
            Loop.Post(SendLater);
    }

    private void ReleaseTls()
    {
        _partial.Clear();
        _wire.Release();
        if (_tls is { } tls) // OpenSSL has much to give back: not on the loop
            ThreadPool.UnsafeQueueUserWorkItem(static stream => stream.Dispose(), tls, preferLocal: false);
    }
}
