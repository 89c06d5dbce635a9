using System.Diagnostics.CodeAnalysis;
using System.Net;
using Sparkplug.Broker.Connections;

namespace UnitTests.Broker.Engine;

/// <summary>A byte stream without a socket: what the engine sends is gathered, and the client may stop reading.</summary>
internal sealed class MemoryConnection : Connection
{
    private readonly Action<Action> _post;
    private readonly List<byte> _sent = [], _unread = [];
    private bool _isEnded;
    private int _needed;

    [SetsRequiredMembers]
    public MemoryConnection(Action<Action> post, IPAddress address, string? certificateUser)
    {
        (_post, Remote, Listener, CertificateUser) = (post, new IPEndPoint(address, 50_000), ListenerKind.Tcp, certificateUser);
    }

    /// <summary>Whether the engine has asked to read nothing.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Whether the engine has closed it.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Whether the client takes nothing: output stays with the engine.</summary>
    public bool IsBlocked { get; private set; }

    /// <summary>Whether sent bytes are only counted, so that the harness itself allocates nothing.</summary>
    public bool OnlyCounts { get; set; }

    public long SentCount { get; private set; }

    /// <summary>What the client has received and not looked at.</summary>
    public byte[] TakeSent()
    {
        byte[] sent = [.. _sent];
        _sent.Clear();
        return sent;
    }

    /// <summary>The client sends bytes.</summary>
    public void Input(ReadOnlySpan<byte> bytes)
    {
        if (IsClosed || _isEnded)
            return;
        if (_unread.Count == 0 && !IsPaused)
        {
            var used = Owner!.Receive(bytes, out _needed);
            _unread.AddRange(bytes[used..]);
            return;
        }

        _unread.AddRange(bytes);
        Show();
    }

    /// <summary>The client's end of the connection is gone.</summary>
    public void Break(ConnectionEnd end = ConnectionEnd.Broken)
    {
        if (_isEnded)
            return;
        _isEnded = true;
        Owner!.Ended(end);
    }

    /// <summary>The client stops or begins to take what it is sent.</summary>
    public void Block(bool isBlocked)
    {
        IsBlocked = isBlocked;
        if (isBlocked || _isEnded)
            return;
        Take();
        if (!IsClosed)
            Owner!.Drained();
    }

    public override void Flush()
    {
        if (!IsBlocked)
            Take();
    }

    public override void Close()
    {
        if (IsClosed)
            return;
        IsClosed = true;
        Flush();
        _post(() => Break(ConnectionEnd.ByBroker));
    }

    public override void Abort() => Close();

    public override void Pause() => IsPaused = true;

    public override void Resume()
    {
        IsPaused = false;
        _post(Show);
    }

    private void Take()
    {
        SentCount += Output.Length;
        if (!OnlyCounts)
            _sent.AddRange(Output.Written);
        Output.Clear();
    }

    /// <summary>Like a transport, it shows nothing before what the owner needs has come.</summary>
    private void Show()
    {
        while (!IsPaused && !IsClosed && !_isEnded && _unread.Count > 0 && _unread.Count >= _needed)
        {
            var used = Owner!.Receive(_unread.ToArray(), out _needed);
            _unread.RemoveRange(0, used);
            if (used == 0)
                return;
        }
    }
}
