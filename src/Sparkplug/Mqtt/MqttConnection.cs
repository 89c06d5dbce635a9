using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace Sparkplug.Mqtt;

/// <summary>
/// One connection from its CONNECT to its end: three loops (send, receive, watch the time) that end together. The calls of the owner
/// never wait; they queue into the <see cref="Outbox"/> or end the connection.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The token source has no timer and no wait handle, and the owner may be the last to cancel it.")]
internal sealed class MqttConnection
{
    private const string Disconnected = "disconnected";
    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(1);

    private readonly MqttConnect _connect;
    private readonly MqttLinkOptions _options;
    private readonly Func<MqttEvent, CancellationToken, ValueTask> _deliver;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Outbox _outbox;
    private readonly CancellationTokenSource _ended = new();
    private readonly Channel<byte> _wake = Channel.CreateBounded<byte>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly KeepAlive _keepAlive;
    private string? _reason;
    private long _subscribeDeadline = long.MaxValue;
    private long _disconnectDeadline = long.MaxValue;
    private volatile bool _disconnectSent;
    private volatile bool _useAnotherServer;

    public MqttConnection(
        MqttConnect connect, MqttLinkOptions options, Func<MqttEvent, CancellationToken, ValueTask> deliver, TimeProvider clock, ILogger logger)
    {
        _connect = connect;
        _options = options;
        _deliver = deliver;
        _clock = clock;
        _logger = logger;
        _outbox = new Outbox(options.SendQueueCapacity, options.SendQueueBytes);
        _keepAlive = new KeepAlive(options.KeepAlive, clock);
    }

    public Uri Server => _connect.Server;

    /// <summary>Asks for filters at QoS 1; answered by Subscribed or SubscribeRefused.</summary>
    public void Subscribe(IReadOnlyList<string> filters)
    {
        Volatile.Write(ref _subscribeDeadline, DeadlineAfter(_options.ConnectTimeout));
        Queue(new MqttSubscribePacket
        {
            TopicFilters = [.. filters.Select(filter =>
                new MqttTopicFilter { Topic = filter, QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce })],
        });
    }

    /// <summary>Queues a message.</summary>
    public void Publish(string topic, ReadOnlyMemory<byte> payload, int qos, bool retain) => Queue(new MqttPublishPacket
    {
        Topic = topic,
        Payload = new ReadOnlySequence<byte>(payload),
        QualityOfServiceLevel = qos == 0 ? MqttQualityOfServiceLevel.AtMostOnce : MqttQualityOfServiceLevel.AtLeastOnce,
        Retain = retain,
    });

    /// <summary>Ends the connection once everything before is sent and acknowledged.</summary>
    public void Disconnect(MqttDisconnect how)
    {
        Volatile.Write(ref _disconnectDeadline, DeadlineAfter(_options.DisconnectTimeout));
        Queue(new MqttDisconnectPacket
        {
            ReasonCode = how == MqttDisconnect.WithWill
                ? MqttDisconnectReasonCode.DisconnectWithWillMessage
                : MqttDisconnectReasonCode.NormalDisconnection,
        });
    }

    /// <summary>Cuts the connection; the first reason is the one that is told.</summary>
    public void End(string reason)
    {
        Interlocked.CompareExchange(ref _reason, _disconnectSent ? Disconnected : reason, null);
        _outbox.Close();
        _ended.Cancel();
    }

    /// <summary>Runs the connection on an open stream until it ends.</summary>
    /// <returns>Why it ended, whether the server had accepted it, and whether it asked the client to use another one.</returns>
    public async Task<(bool Accepted, string Reason, bool UseAnotherServer)> RunAsync(Func<Uri, CancellationToken, Task<Stream>> open, CancellationToken stopping)
    {
        await using var stopped = stopping.UnsafeRegister(static self => ((MqttConnection)self!).End("stopped"), this);
        var accepted = false;
        await EndingAsync(async () =>
        {
            using var timeout = new CancellationTokenSource(_options.ConnectTimeout, _clock);
            await using var timedOut = timeout.Token.UnsafeRegister(static self => ((MqttConnection)self!).End("no answer in time"), this);
            await using var stream = await open(_connect.Server, _ended.Token);
            var wire = new MqttWire(stream, _options.Version, _options.LargestPacket);
            await HandshakeAsync(wire);
            timeout.CancelAfter(Timeout.InfiniteTimeSpan);
            accepted = true;
            MqttMeter.Connected.Add(1);
            _logger.Connected(_options.ClientId, MqttTransport.Describe(_connect.Server));
            await _deliver(new MqttEvent.Connected(), stopping);
            await Task.WhenAll(
                EndingAsync(() => SendAsync(wire)), EndingAsync(() => ReceiveAsync(wire, stopping)), EndingAsync(() => WatchAsync(stopping)));
        });
        return (accepted, _reason!, _useAnotherServer);
    }

    /// <summary>Runs a part of the connection; whatever ends it ends the connection.</summary>
    private async Task EndingAsync(Func<Task> part)
    {
        try
        {
            await part();
        }
        catch (Exception exception)
        {
            if (exception is not (MqttFailure or IOException or SocketException or OperationCanceledException or ObjectDisposedException))
                _logger.Broken(exception, _options.ClientId, MqttTransport.Describe(_connect.Server));
            End(MqttReasons.Describe(exception));
        }
    }

    private async Task HandshakeAsync(MqttWire wire)
    {
        wire.Add(ConnectPacket());
        await wire.FlushAsync(_ended.Token);
        if (await wire.ReadAsync(_ended.Token) is not { } packet) throw new MqttFailure("the server closed the connection instead of accepting it");
        if (packet is not MqttConnAckPacket answer) throw new MqttFailure($"the server answered CONNECT with {NameOf(packet)}");
        if (MqttReasons.Refusal(answer, _options.Version) is { } refusal) throw new MqttFailure(refusal);
        if (_options.Version == MqttVersion.V311) return;
        if (answer.MaximumQoS == MqttQualityOfServiceLevel.AtMostOnce) throw new MqttFailure("the server offers no QoS 1");
        if (!answer.RetainAvailable && _connect.WillRetain) throw new MqttFailure("the server retains no messages");
        if (answer.ReceiveMaximum > 0) _outbox.LimitUnacknowledged(answer.ReceiveMaximum);
        if (answer.MaximumPacketSize > 0) wire.LargestSent = answer.MaximumPacketSize;
        if (answer.ServerKeepAlive > 0) _keepAlive.Longest = TimeSpan.FromSeconds(answer.ServerKeepAlive);
    }

    private MqttConnectPacket ConnectPacket() => new()
    {
        ClientId = _options.ClientId,
        CleanSession = true,
        SessionExpiryInterval = 0,
        KeepAlivePeriod = (ushort)_options.KeepAlive.TotalSeconds,
        MaximumPacketSize = (uint)_options.LargestPacket,
        RequestProblemInformation = true,
        Username = _options.UserName,
        Password = _options.Password is { } password ? System.Text.Encoding.UTF8.GetBytes(password) : null,
        WillFlag = true,
        WillTopic = _connect.WillTopic,
        WillMessage = _connect.WillPayload.ToArray(),
        WillQoS = MqttQualityOfServiceLevel.AtLeastOnce,
        WillRetain = _connect.WillRetain,
        WillDelayInterval = 0,
    };

    private async Task SendAsync(MqttWire wire)
    {
        while (true)
        {
            while (_outbox.TryTake(out var packet))
            {
                wire.Add(packet);
                if (packet is MqttPublishPacket) MqttMeter.Sent.Add(1);
                if (packet is MqttDisconnectPacket)
                {
                    await SayGoodbyeAsync(wire);
                    return;
                }
                if (wire.ShouldFlush) await FlushAsync(wire);
            }
            await FlushAsync(wire);
            await _wake.Reader.ReadAsync(_ended.Token);
        }
    }

    /// <summary>Sends DISCONNECT. The server closes then; to close first could cost the server what it has not read yet.</summary>
    private async Task SayGoodbyeAsync(MqttWire wire)
    {
        _disconnectSent = true; // before: the server may have closed when the flush returns
        try
        {
            await wire.FlushAsync(_ended.Token);
        }
        catch
        {
            _disconnectSent = false;
            throw;
        }
        Volatile.Write(ref _disconnectDeadline, DeadlineAfter(LongestFarewell));
    }

    private async ValueTask FlushAsync(MqttWire wire)
    {
        await wire.FlushAsync(_ended.Token);
        _keepAlive.Sent();
    }

    private async Task ReceiveAsync(MqttWire wire, CancellationToken stopping)
    {
        while (await wire.ReadAsync(_ended.Token) is { } packet)
        {
            _keepAlive.Received();
            await HandleAsync(packet, stopping);
            // Counted again: while the owner was busy nobody listened for the server.
            _keepAlive.Received();
        }
        throw new MqttFailure("the server closed the connection");
    }

    private ValueTask HandleAsync(MqttPacket packet, CancellationToken stopping)
    {
        switch (packet)
        {
            case MqttPublishPacket publish:
                return HandleAsync(publish, stopping);
            case MqttPubAckPacket answer:
                return Handle(answer);
            case MqttSubAckPacket answer:
                return HandleAsync(answer, stopping);
            case MqttPingRespPacket:
                return ValueTask.CompletedTask;
            case MqttDisconnectPacket disconnect when _options.Version == MqttVersion.V5:
                _useAnotherServer = MqttReasons.SendsElsewhere(disconnect.ReasonCode);
                throw new MqttFailure(MqttReasons.Describe(disconnect));
            default:
                throw new MqttFailure($"the server sent {NameOf(packet)}, which it may not");
        }
    }

    // Back-pressure: the next packet is read when the owner has room for this one. TCP makes the server wait.
    private async ValueTask HandleAsync(MqttPublishPacket publish, CancellationToken stopping)
    {
        if (publish.QualityOfServiceLevel > MqttQualityOfServiceLevel.AtLeastOnce)
            throw new MqttFailure("the server sent QoS 2 on a subscription of QoS 1");
        var payload = publish.Payload.IsSingleSegment ? publish.Payload.First : publish.Payload.ToArray();
        MqttMeter.Received.Add(1);
        _keepAlive.IsListening = false;
        await _deliver(new MqttEvent.Received(publish.Topic, payload, publish.Retain), stopping);
        _keepAlive.IsListening = true;
        if (publish.QualityOfServiceLevel == MqttQualityOfServiceLevel.AtLeastOnce)
            Answer(new MqttPubAckPacket { PacketIdentifier = publish.PacketIdentifier });
    }

    private ValueTask Handle(MqttPubAckPacket answer)
    {
        if (!_outbox.TryAcknowledge<MqttPublishPacket>(answer.PacketIdentifier, out var sent))
            throw new MqttFailure($"the server acknowledged message {answer.PacketIdentifier}, which does not wait for it");
        if (MqttReasons.Refusal(sent, answer) is { } refusal) throw new MqttFailure(refusal);
        Wake();
        return ValueTask.CompletedTask;
    }

    private async ValueTask HandleAsync(MqttSubAckPacket answer, CancellationToken stopping)
    {
        if (!_outbox.TryAcknowledge<MqttSubscribePacket>(answer.PacketIdentifier, out var asked))
            throw new MqttFailure($"the server acknowledged subscription {answer.PacketIdentifier}, which does not wait for it");
        Wake();
        // Late: the owner was told already that it is refused.
        if (Interlocked.Exchange(ref _subscribeDeadline, long.MaxValue) == long.MaxValue) return;
        var refusal = MqttReasons.Refusal(asked, answer);
        if (refusal is not null) _logger.SubscribeRefused(_options.ClientId, refusal);
        await _deliver(refusal is null ? new MqttEvent.Subscribed() : new MqttEvent.SubscribeRefused(refusal), stopping);
    }

    /// <summary>Looks at the time: pings, and what has not come when it should have.</summary>
    private async Task WatchAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(_keepAlive.Period, _clock);
        while (await timer.WaitForNextTickAsync(_ended.Token))
        {
            var now = _clock.GetTimestamp();
            if (now >= Volatile.Read(ref _disconnectDeadline))
                throw new MqttFailure("what was published last was not acknowledged in time; cut, so that the Will is published");
            if (_disconnectSent) continue;
            switch (_keepAlive.Check())
            {
                case KeepAliveVerdict.Ping: Answer(MqttPingReqPacket.Instance); break;
                case KeepAliveVerdict.Dead: throw new MqttFailure($"the server has been silent for {_keepAlive.Longest.TotalSeconds:0.#} s");
            }
            if (now < Volatile.Read(ref _subscribeDeadline) || !_keepAlive.IsListening) continue;
            if (Interlocked.Exchange(ref _subscribeDeadline, long.MaxValue) == long.MaxValue) continue;
            var refusal = $"no SUBACK within {_options.ConnectTimeout.TotalSeconds:0.#} s";
            _logger.SubscribeRefused(_options.ClientId, refusal);
            await _deliver(new MqttEvent.SubscribeRefused(refusal), stopping);
        }
    }

    private void Queue(MqttPacket packet)
    {
        if (!_outbox.TryAdd(packet))
            End($"more than {_options.SendQueueCapacity} messages or {_options.SendQueueBytes} bytes wait for the server; cut, so that none is left out");
        Wake();
    }

    private void Answer(MqttPacket packet)
    {
        if (!_outbox.TryAddAnswer(packet)) throw new MqttFailure("the server does not read its acknowledgements");
        Wake();
    }

    private void Wake() => _wake.Writer.TryWrite(0);

    private long DeadlineAfter(TimeSpan time) => _clock.GetTimestamp() + (long)(time.TotalSeconds * _clock.TimestampFrequency);

    // MqttPingReqPacket -> PINGREQ
    private static string NameOf(MqttPacket packet) => packet.GetType().Name["Mqtt".Length..^"Packet".Length].ToUpperInvariant();
}
