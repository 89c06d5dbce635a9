using Sparkplug.Broker.Connections;
using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Routing;

namespace Sparkplug.Broker.Sessions;

/// <summary>One network connection and the client at its other end, from the first byte to the last.</summary>
internal sealed class Client : IConnectionOwner, IStoreWaiter, IDue
{
    private readonly BrokerEngine _engine;
    private readonly Acknowledgements _owed = new();
    private readonly ClientWriter _writer;
    private Inbox? _inbox;
    private RetainedFeed? _feed;
    private Phase _phase;
    private InputGate _gate;
    private long _lastHeard, _keepAlive, _dueAt;

    public Client(BrokerEngine engine, Connection connection)
    {
        (_engine, Connection, _writer, _gate) = (engine, connection, new ClientWriter(engine, connection), new InputGate(connection));
        _lastHeard = engine.Clock.Now;
        Await(_lastHeard + (long)engine.Limits.ConnectTime.TotalMilliseconds);
    }

    private enum Phase
    {
        /// <summary>The first packet must be a CONNECT (MQTT-3.1.0-1).</summary>
        AwaitingConnect,

        /// <summary>Its password is being checked, or its session is on its way to the disk: its packets wait.</summary>
        Connecting,

        Connected,
        Ended,
    }

    public Connection Connection { get; }

    /// <summary>Null until it was let in.</summary>
    public Session? Session { get; private set; }

    /// <summary>The protocol it speaks; known from its CONNECT on.</summary>
    public ProtocolVersion Version => _writer.Version;

    /// <summary>When it was let in, in milliseconds since 1970 UTC.</summary>
    public long ConnectedAt { get; private set; }

    /// <summary>How many QoS 1 and 2 messages may be in flight to it (MQTT-3.3.4-9).</summary>
    public int SendQuota { get; private set; }

    /// <summary>Bytes that it has not taken yet.</summary>
    public int Lag => Connection.Output.Length;

    public long PublishesReceived { get; set; }

    public long PublishesSent => _writer.Publishes;

    public bool IsConnected => _phase == Phase.Connected;

    /// <summary>Whether the connection has ended or is being closed.</summary>
    public bool IsOver => _phase == Phase.Ended;

    /// <inheritdoc/>
    public long WaitsFor { get; set; }

    /// <summary>Its Client Identifier for a log, whatever it has told so far.</summary>
    public string Name => Session is { } session ? Shown.Text(session.ClientId) : "A client that has not connected";

    /// <inheritdoc/>
    public int Receive(ReadOnlySpan<byte> bytes, out int needed)
    {
        _lastHeard = _engine.Clock.Now;
        var read = 0;
        needed = 0;
        try
        {
            while (_phase != Phase.Ended && _gate.IsOpen && TryFrame(bytes[read..], out var length, out var header, ref needed))
            {
                var packet = bytes.Slice(read, length);
                read += length;
                needed = 0;
                _engine.Metrics.PacketReceived(length);
                Take(packet[0], header, packet[header..]);
                WaitUntilItReads();
            }
        }
        catch (MqttViolation violation)
        {
            _engine.Metrics.Violation(violation.Reason);
            End(violation.Reason, violation.Message);
        }

        if (_phase == Phase.Ended)
            return bytes.Length;
        _gate.PauseIfClosed();
        return read;
    }

    /// <inheritdoc/>
    public void Drained()
    {
        if (_phase != Phase.Connected)
            return;
        Session!.KeepsUp();
        StopWaiting(Waits.ForItself);
        SendMore();
    }

    /// <inheritdoc/>
    public void Ended(ConnectionEnd end)
    {
        _engine.Forget(this);
        if (_phase == Phase.Ended)
            return;
        Leave(isGoodbye: false, end == ConnectionEnd.ByPeer ? "it closed the connection without a DISCONNECT" : "the connection broke");
    }

    /// <inheritdoc/>
    public bool Settled()
    {
        while (_phase != Phase.Ended && _owed.TryTake(_engine.Durability, out var acknowledgement, out var isOnDisk))
            Acknowledge(acknowledgement, isOnDisk);
        return _phase != Phase.Ended && _owed.Count > 0;
    }

    /// <inheritdoc/>
    public void Due(long now)
    {
        if (_phase == Phase.Ended || now < _dueAt)
            return;
        if (_phase != Phase.Connected)
        {
            if (_phase == Phase.AwaitingConnect)
                End(ReasonCode.MaximumConnectTime, $"no complete CONNECT within {_engine.Limits.ConnectTime.TotalSeconds:0} seconds");
            return;
        }

        if (_gate.IsPaused && !_gate.IsClosedFor(Waits.ForItself))
            _lastHeard = now; // it is the broker that does not listen
        if (_keepAlive == 0)
            return;
        if (now - _lastHeard >= _keepAlive)
            End(ReasonCode.KeepAliveTimeout, "nothing came within one and a half times its Keep Alive (MQTT-3.1.2-22)");
        else
            Await(_lastHeard + _keepAlive);
    }

    /// <summary>The CONNECT was accepted and the session is its own; what it may send is known from here on.</summary>
    public void Attach(Session session, ConnectPacket connect, ushort keepAlive)
    {
        Session = session;
        ConnectedAt = _engine.Clock.UtcNow;
        SendQuota = Math.Min(connect.ReceiveMaximum, _engine.Limits.Inflight);
        _writer.AllowAliases(connect);
        _keepAlive = keepAlive * 1500L;
        _inbox = new Inbox(this, session, _engine);
    }

    /// <summary>Refuses the CONNECT (MQTT-3.2.2-7).</summary>
    public void Refuse(ReasonCode reason, string? text, string? serverReference = null)
    {
        _writer.Refusal(reason, text, serverReference);
        Close();
    }

    /// <summary>Owes the client something, at once or when the batch has settled.</summary>
    public void Owe(Acknowledgement acknowledgement)
    {
        if (!_owed.HasToWait(acknowledgement.Batch, _engine.Durability))
        {
            Acknowledge(acknowledgement, isOnDisk: true);
            return;
        }

        _owed.Add(acknowledgement);
        if (acknowledgement.Batch > _engine.Durability.Committed)
            _engine.Durability.WaitFor(this, acknowledgement.Batch);
    }

    /// <summary>Owes a PUBACK, PUBREC, PUBREL or PUBCOMP.</summary>
    public void Answer(PacketType type, ushort packetId, ReasonCode reason, long batch) => Owe(new Acknowledgement(type, packetId, reason, batch));

    /// <summary>QoS 1 and 2 messages of the client that the broker has not acknowledged.</summary>
    public int Unacknowledged => _owed.Pubacks + _inbox!.ReceivedCount;

    /// <summary>Sends a QoS 0 message, unless the client lags too far behind.</summary>
    public void Send(scoped ref Publication publication, bool retain, uint[] identifiers)
    {
        if (Lag > _engine.Limits.QueueBytes || _gate.IsClosedFor(Waits.ForItself)
            || !_writer.Publish(ref publication, retain, identifiers))
            Session!.CountDropped(_engine);
    }

    /// <summary>Sends a QoS 1 or 2 message; false when it is larger than the client takes (MQTT-3.1.2-24).</summary>
    public bool Send(Delivery delivery)
    {
        var isTaken = _writer.Publish(delivery);
        if (!isTaken)
            Session!.CountDropped(_engine);
        return isTaken;
    }

    /// <summary>Sends retained messages to a new subscription, as fast as the client takes them.</summary>
    public void Feed(Subscription subscription)
    {
        _feed ??= new RetainedFeed(_engine, this, Session!);
        _feed.Add(subscription);
    }

    /// <summary>Ends the connection and tells a 5.0 client why (MQTT-4.13.1-1).</summary>
    public void End(ReasonCode reason, string why, string? serverReference = null)
    {
        if (_phase == Phase.Ended)
            return;
        Tell(reason, why, serverReference);
        Leave(isGoodbye: false, why, reason);
        Connection.Close();
    }

    /// <summary>Reads nothing from the client for a while.</summary>
    public void Wait(Waits reason) => _gate.Close(reason);

    /// <summary>One reason to wait is over.</summary>
    public void StopWaiting(Waits reason)
    {
        if (_phase != Phase.Ended)
            _gate.Open(reason);
    }

    private bool TryFrame(ReadOnlySpan<byte> bytes, out int length, out int header, ref int needed)
    {
        length = 0;
        needed = 0;
        if (!PacketReader.TryReadHeader(bytes, out var first, out header, out var body))
            return false;
        var limit = _phase == Phase.AwaitingConnect ? _engine.Limits.ConnectPacketSize : _engine.Limits.PacketSize;
        if (_phase == Phase.AwaitingConnect && PacketReader.TypeOf(first) != PacketType.Connect)
            throw new MqttViolation(ReasonCode.ProtocolError, "the first packet is not a CONNECT (MQTT-3.1.0-1)");
        PacketReader.CheckHeader(first, header, body, Version);
        length = header + body;
        if (length > limit)
            throw new MqttViolation(ReasonCode.PacketTooLarge, $"a packet of {length} bytes, {limit} are allowed here (MQTT-3.2.2-15)");
        needed = length;
        return bytes.Length >= length;
    }

    private void Take(byte first, int headerLength, ReadOnlySpan<byte> body)
    {
        var type = PacketReader.TypeOf(first);
        if (type == PacketType.Publish)
        {
            _inbox!.Publish(PacketReader.ReadPublish(first, body, Version, ref _engine.Scratch));
            return;
        }

        if (_phase == Phase.AwaitingConnect)
            Connect(first, headerLength, body);
        else
            TakeControl(type, body);
    }

    private void Connect(byte first, int headerLength, ReadOnlySpan<byte> body)
    {
        _writer.Version = PacketReader.VersionOf(body) ?? ProtocolVersion.V311; // first: a CONNECT that is refused is answered in its own version
        _phase = Phase.Connecting;
        PacketReader.CheckHeader(first, headerLength, body.Length, Version); // again, now that the version is known
        var connect = PacketReader.ReadConnect(body);
        _gate.Close(Waits.ForConnack);
        _writer.Learn(connect);
        _engine.Admission.Begin(this, connect);
    }

    private void TakeControl(PacketType type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case PacketType.Puback:
                Session!.OpenOutbox(_engine).Acknowledged(PacketReader.ReadAck(type, body, Version).PacketId);
                _feed?.Pump();
                break;
            case PacketType.Pubrec:
                Session!.OpenOutbox(_engine).Received(this, PacketReader.ReadAck(type, body, Version));
                _feed?.Pump();
                break;
            case PacketType.Pubrel:
                _inbox!.Release(PacketReader.ReadAck(type, body, Version));
                break;
            case PacketType.Pubcomp:
                Session!.OpenOutbox(_engine).Completed(PacketReader.ReadAck(type, body, Version).PacketId);
                _feed?.Pump();
                break;
            case PacketType.Subscribe:
                _engine.Subscriptions.Subscribe(this, Session!, PacketReader.ReadSubscribe(body, Version));
                break;
            case PacketType.Unsubscribe:
                _engine.Subscriptions.Unsubscribe(this, Session!, PacketReader.ReadUnsubscribe(body, Version));
                break;
            case PacketType.Pingreq:
                PacketReader.ReadPingreq(body, Version);
                _writer.Pingresp();
                break;
            case PacketType.Disconnect:
                Goodbye(PacketReader.ReadDisconnect(body, Version));
                break;
            case PacketType.Connect:
                throw new MqttViolation(ReasonCode.ProtocolError, "a second CONNECT (MQTT-3.1.0-2)");
            case PacketType.Auth:
                throw new MqttViolation(ReasonCode.ProtocolError, "AUTH without an authentication method (MQTT-4.12.0-6)");
            default:
                throw new MqttViolation(ReasonCode.ProtocolError, $"a client does not send {type}");
        }
    }

    private void Goodbye(DisconnectPacket disconnect)
    {
        var session = Session!;
        if (disconnect.SessionExpiryInterval is { } interval)
        {
            if (session.ExpiryInterval == 0 && interval > 0)
                throw new MqttViolation(ReasonCode.ProtocolError, "a session that was to end with the connection cannot get longer (MQTT-3.14.2-2)");
            session.ExpiryInterval = _engine.Sessions.Limit(interval);
        }

        var wantsWill = disconnect.Reason != ReasonCode.Success; // MQTT-3.14.4-3: only Normal disconnection deletes the Will
        Leave(isGoodbye: !wantsWill, wantsWill ? $"it said goodbye with reason 0x{(byte)disconnect.Reason:X2}" : "it said goodbye", disconnect.Reason);
        Connection.Close();
    }

    private void Acknowledge(in Acknowledgement acknowledgement, bool isOnDisk)
    {
        if (acknowledgement.Connack is { } connack)
        {
            Welcome(connack);
            return;
        }

        if (acknowledgement.Reasons is { } reasons)
        {
            if (!isOnDisk)
                reasons = _engine.Subscriptions.TakeBack(Session!, acknowledgement);
            _writer.Ack(acknowledgement.Type, acknowledgement.PacketId, reasons);
            return;
        }

        if (isOnDisk || Version == ProtocolVersion.V5)
            _writer.Ack(acknowledgement.Type, acknowledgement.PacketId, isOnDisk ? acknowledgement.Reason : ReasonCode.QuotaExceeded);
        else
            End(ReasonCode.QuotaExceeded, "the disk does not take its message"); // 3.1.1 has no way to refuse one message
    }

    private void Welcome(ConnackPacket connack)
    {
        _writer.Connack(connack);
        _phase = Phase.Connected;
        _engine.ConnectedCount++;
        _lastHeard = _engine.Clock.Now;
        if (_keepAlive > 0)
            Await(_lastHeard + _keepAlive);
        Session!.Client = this;
        Session.Outbox?.Reattach();
        StopWaiting(Waits.ForConnack);
    }

    private void SendMore()
    {
        _feed?.Pump();
        Session!.Outbox?.Pump();
    }

    /// <summary>Says why the connection ends, where the protocol has a way to.</summary>
    private void Tell(ReasonCode reason, string why, string? serverReference)
    {
        if (_phase == Phase.Connected)
            _writer.Disconnect(reason, why, serverReference);
        else if (_phase == Phase.Connecting && (Version == ProtocolVersion.V5 || reason == ReasonCode.UnsupportedProtocolVersion)) // MQTT-3.1.2-2
            _writer.Refusal(reason, why);
    }

    /// <summary>What it is answered gathers while it does not read: then it is not listened to either until it has taken all of it.</summary>
    private void WaitUntilItReads()
    {
        if (Lag > _engine.Limits.QueueBytes && _phase == Phase.Connected)
            _gate.Close(Waits.ForItself);
    }

    /// <summary>Has itself called at a time; what was awaited before does not matter any more.</summary>
    private void Await(long at)
    {
        _dueAt = at;
        _engine.Deadlines.Add(this, at);
    }

    private void Close()
    {
        _phase = Phase.Ended;
        Connection.Close();
    }

    private void Leave(bool isGoodbye, string why, ReasonCode reason = ReasonCode.Success)
    {
        var wasKnown = Session is not null;
        if (_phase == Phase.Connected)
            _engine.ConnectedCount--;
        _phase = Phase.Ended;
        if (wasKnown)
            _engine.Sessions.ConnectionEnded(this, Session!, isGoodbye, why, reason);
        else
            _engine.Log.ConnectionEndedEarly(Connection.Remote, why);
    }
}
