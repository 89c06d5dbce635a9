namespace Benchmarks.Generator;

/// <summary>Who wants each PUBLISH that a client receives, beyond its count.</summary>
internal interface IDeliveryWatcher
{
    void Delivered(ReadOnlySpan<byte> publish);
}

/// <summary>A client, mostly a host application: subscribes to everything, counts what it gets and acknowledges QoS 1.</summary>
internal sealed class Client : IDisposable
{
    private const int InboxSize = 512 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Inbox _inbox;
    private readonly byte[] _acknowledgements = new byte[64 * 1024];
    private int _acknowledged;
    private bool _isConnected, _isSubscribed;

    /// <summary>Begins to connect.</summary>
    public Client(int port, nint tlsContext)
    {
        Link = Link.Connect(port, tlsContext);
        _inbox = new Inbox(Link, InboxSize);
    }

    public Link Link { get; }

    /// <summary>How many PUBLISH packets have come.</summary>
    public long Delivered { get; private set; }

    /// <summary>How many PUBACK packets have come.</summary>
    public long Pubacks { get; private set; }

    /// <summary>The CONNACK said that the server had kept the session.</summary>
    public bool SessionPresent { get; private set; }

    public IDeliveryWatcher? Watcher { get; set; }

    /// <summary>Connects and waits for it.</summary>
    public void Connect(string clientId, bool cleanSession, Credentials? credentials = null)
    {
        Until(Link.TryHandshake, "the TLS handshake");
        Send(Packets.Connect(clientId, cleanSession, credentials: credentials));
        Until(() => ReceiveOnce() && _isConnected, "the CONNACK");
    }

    /// <summary>Subscribes and waits for the SUBACK.</summary>
    public void Subscribe(byte qos)
    {
        Send(Packets.Subscribe(qos, Names.Everything));
        Until(() => ReceiveOnce() && _isSubscribed, "the SUBACK");
    }

    /// <summary>Reads once, counts, acknowledges. False: nothing was there.</summary>
    public bool ReceiveOnce()
    {
        if (_inbox.Fill() == 0)
            return false;
        while (_inbox.TryRead(out var packet))
            Take(packet);
        SendAcknowledgements();
        return true;
    }

    /// <summary>Reads all that is there.</summary>
    public void Receive()
    {
        while (ReceiveOnce())
        {
        }
    }

    public void Send(byte[] packet)
    {
        Until(Link.TryFlush, "the socket to take an older packet");
        _ = Link.TrySend(packet);
    }

    /// <summary>Waits, without spinning, until something is so.</summary>
    public void Until(Func<bool> holds, string what)
    {
        using var epoll = new Native.Epoll();
        epoll.Watch(Link.Descriptor, Native.Epoll.Readable | Native.Epoll.Writable | Native.Epoll.EdgeTriggered, 0);
        var start = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            if (TimeProvider.System.GetElapsedTime(start) > Patience)
                throw new TimeoutException($"The client waited {Patience.TotalSeconds:F0} s for {what}; it has {Delivered} messages.");
            _ = epoll.Wait(1);
        }
    }

    public void Dispose()
    {
        _inbox.Dispose();
        Link.Dispose();
    }

    private void Take(ReadOnlySpan<byte> packet)
    {
        switch (packet[0] & 0xF0)
        {
            case Packets.Publish:
                Delivered++;
                if ((packet[0] & 0x06) != 0)
                    Acknowledge(packet);
                Watcher?.Delivered(packet);
                return;
            case Packets.Puback:
                Pubacks++;
                return;
            case Packets.Connack:
                if (packet[3] != 0)
                    throw new InvalidDataException($"The client was refused with return code {packet[3]}.");
                (_isConnected, SessionPresent) = (true, packet[2] == 1);
                return;
            case Packets.Suback:
                if (packet[4] >= 0x80)
                    throw new InvalidDataException("The client's subscription was refused.");
                _isSubscribed = true;
                return;
        }
    }

    private void Acknowledge(ReadOnlySpan<byte> publish)
    {
        var identifier = Packets.TopicEnd(publish);
        ReadOnlySpan<byte> packet = [Packets.Puback, 2, publish[identifier], publish[identifier + 1]];
        packet.CopyTo(_acknowledgements.AsSpan(_acknowledged));
        _acknowledged += packet.Length;
        if (_acknowledged == _acknowledgements.Length)
            SendAcknowledgements();
    }

    private void SendAcknowledgements()
    {
        if (_acknowledged == 0 || !Link.TrySend(_acknowledgements.AsSpan(0, _acknowledged)))
            return;
        _acknowledged = 0;
    }
}
