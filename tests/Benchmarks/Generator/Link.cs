using System.Runtime.InteropServices;
using Benchmarks.Native;

namespace Benchmarks.Generator;

/// <summary>The other side ended the connection.</summary>
internal sealed class LinkClosedException(string message) : IOException(message);

/// <summary>One TCP connection, with or without TLS, that never blocks.</summary>
internal sealed unsafe class Link : IDisposable
{
    private readonly nint _tls;
    private byte[]? _rest; // what the socket did not take yet, from _restStart on
    private int _restStart;

    /// <summary>Takes over a connected or connecting descriptor; a TLS context of 0 means plain TCP.</summary>
    public Link(int descriptor, nint tlsContext, bool isServer)
    {
        Descriptor = descriptor;
        var on = 1;
        Libc.Check(Libc.SetOption(descriptor, Libc.TcpLevel, Libc.NoDelay, &on, sizeof(int)), "setsockopt");
        if (tlsContext != 0)
            _tls = OpenSsl.Session(tlsContext, descriptor, isServer);
    }

    public int Descriptor { get; }

    public bool HasUnsent => _rest is not null;

    /// <summary>Begins to connect to a port of this machine.</summary>
    public static Link Connect(int port, nint tlsContext)
    {
        var descriptor = Libc.Check(Libc.Socket(Libc.InternetFamily, Libc.Stream | Libc.NonBlocking | Libc.CloseOnExec, 0), "socket");
        var address = Libc.SocketAddress.Loopback(port);
        if (Libc.Connect(descriptor, &address, (uint)sizeof(Libc.SocketAddress)) < 0 && Marshal.GetLastPInvokeError() != Libc.InProgress)
        {
            var why = Marshal.GetLastPInvokeErrorMessage();
            _ = Libc.Close(descriptor);
            throw new IOException($"connect to port {port}: {why}");
        }
        return new Link(descriptor, tlsContext, isServer: false);
    }

    /// <summary>Goes on with the TLS handshake and tells whether it is done; plain TCP has none.</summary>
    public bool TryHandshake()
    {
        if (_tls == 0)
            return true;
        OpenSsl.ClearErrors();
        var answer = OpenSsl.Handshake(_tls);
        if (answer == 1)
            return true;
        _ = ThrowUnlessWaiting(answer);
        return false;
    }

    /// <summary>Reads what is there: 0 means nothing yet.</summary>
    /// <exception cref="LinkClosedException">The other side has closed.</exception>
    public int Receive(byte* buffer, int length)
    {
        if (_tls != 0)
        {
            OpenSsl.ClearErrors();
            var read = OpenSsl.Read(_tls, buffer, length);
            return read > 0 ? read : ThrowUnlessWaiting(read);
        }

        var received = Libc.Receive(Descriptor, buffer, length, 0);
        if (received > 0)
            return (int)received;
        return received < 0 ? ThrowUnlessWouldBlock("recv") : throw new LinkClosedException("The broker closed the connection.");
    }

    /// <summary>Sends a packet. False: the connection still has an older one to send and took nothing of this one.</summary>
    public bool TrySend(byte* bytes, int length)
    {
        if (_rest is not null && !TryFlush())
            return false;
        var sent = Write(bytes, length);
        if (sent < length)
            (_rest, _restStart) = (new ReadOnlySpan<byte>(bytes + sent, length - sent).ToArray(), 0);
        return true;
    }

    public bool TrySend(ReadOnlySpan<byte> packet)
    {
        fixed (byte* bytes = packet)
            return TrySend(bytes, packet.Length);
    }

    /// <summary>Sends what was left over and tells whether nothing is left now.</summary>
    public bool TryFlush()
    {
        if (_rest is null)
            return true;
        fixed (byte* bytes = _rest)
        {
            _restStart += Write(bytes + _restStart, _rest.Length - _restStart);
            if (_restStart < _rest.Length)
                return false;
        }
        _rest = null;
        return true;
    }

    /// <summary>The event loop wakes for this connection only when so many bytes wait.</summary>
    public void WakeAt(int bytes) =>
        Libc.Check(Libc.SetOption(Descriptor, Libc.SocketLevel, Libc.ReceiveLowWater, &bytes, sizeof(int)), "setsockopt");

    /// <summary>Ends the connection as a crash does: reset, so that thousands of them leave no port behind in TIME_WAIT.</summary>
    public void Dispose()
    {
        if (_tls != 0)
            OpenSsl.Free(_tls);
        var linger = stackalloc int[2] { 1, 0 };
        _ = Libc.SetOption(Descriptor, Libc.SocketLevel, Libc.Linger, linger, 2 * sizeof(int));
        _ = Libc.Close(Descriptor);
    }

    private int Write(byte* bytes, int length)
    {
        if (_tls != 0)
            return Encrypt(bytes, length);
        var sent = Libc.Send(Descriptor, bytes, length, Libc.NoSignal);
        return sent >= 0 ? (int)sent : ThrowUnlessWouldBlock("send");
    }

    /// <summary>OpenSSL takes a record of at most 16 KiB at a time.</summary>
    private int Encrypt(byte* bytes, int length)
    {
        OpenSsl.ClearErrors();
        for (var total = 0; ;)
        {
            var written = OpenSsl.Write(_tls, bytes + total, length - total);
            if (written <= 0)
                return total + ThrowUnlessWaiting(written);
            total += written;
            if (total == length)
                return total;
        }
    }

    private static int ThrowUnlessWouldBlock(string call) =>
        Marshal.GetLastPInvokeError() == Libc.WouldBlock ? 0 : throw new LinkClosedException($"{call}: {Marshal.GetLastPInvokeErrorMessage()}");

    private int ThrowUnlessWaiting(int answer)
    {
        var error = OpenSsl.Error(_tls, answer);
        return error is OpenSsl.WantRead or OpenSsl.WantWrite ? 0 : throw new LinkClosedException($"TLS ended with error {error}.");
    }
}
