using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using MQTTnet.Adapter;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using SystemTests.Support;

namespace SystemTests.Wire;

/// <summary>
/// An MQTT Server, 3.1.1 and 5.0, that keeps every packet of its client in order and acknowledges what has to be. It grants everything,
/// forwards nothing and publishes what the test says. One client at a time.
/// </summary>
internal sealed class RecordingServer : IAsyncDisposable
{
    private const int BufferSize = 64 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<SentPacket> _packets = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Task _serving;
    private MqttPacketFormatterAdapter? _encoder;
    private NetworkStream? _stream;
    private ushort _lastIdentifier;

    public RecordingServer()
    {
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Address => new($"mqtt://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>What came in so far.</summary>
    public IReadOnlyList<SentPacket> Packets => [.. _packets];

    /// <summary>Publishes to the client that is connected.</summary>
    public Task PublishAsync(string topic, byte[] payload, int qos = 0, bool retain = false) => SendAsync(new MqttPublishPacket
    {
        Topic = topic,
        Payload = new ReadOnlySequence<byte>(payload),
        QualityOfServiceLevel = (MqttQualityOfServiceLevel)qos,
        Retain = retain,
        PacketIdentifier = qos == 0 ? (ushort)0 : ++_lastIdentifier,
    });

    /// <summary>Waits for something that a client does; a fault of this server ends the wait with its cause.</summary>
    /// <exception cref="TimeoutException">The wait was cancelled; the message has what came in.</exception>
    public async Task ServeUntilAsync(Task done)
    {
        try
        {
            await await Task.WhenAny(done, _serving);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The client is not there yet. {Heard}");
        }
    }

    /// <summary>Waits until some packet reads like this, <c>PUBLISH spBv1.0/…</c>.</summary>
    public Task HearAsync(string packet) => Wait.UntilAsync(packet, 30,
        async () =>
        {
            if (_serving.IsFaulted) await _serving;
            return _packets.Any(sent => sent.ToString() == packet);
        },
        () => Heard);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose();
        _stop.Dispose();
        _writing.Dispose();
    }

    private string Heard => $"Heard: {string.Join(", ", _packets)}";

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                client.NoDelay = true;
                await ServeAsync(client.GetStream());
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The way out.
        }
    }

    private async Task ServeAsync(NetworkStream stream)
    {
        _stream = stream;
        var decoder = new MqttPacketFormatterAdapter(new MqttBufferWriter(4096, BufferSize));
        var isFirst = true;
        while (await ReadAsync(stream) is { } received)
        {
            if (isFirst)
            {
                decoder.DetectProtocolVersion(received);
                _encoder = new MqttPacketFormatterAdapter(decoder.ProtocolVersion, new MqttBufferWriter(4096, BufferSize));
                isFirst = false;
            }
            var packet = decoder.Decode(received);
            _packets.Enqueue(new SentPacket(received.FixedHeader, [.. received.Body], packet));
            if (packet is MqttDisconnectPacket) return;
            if (AnswerTo(packet) is { } answer) await SendAsync(answer);
        }
    }

    // [ type and flags ][ remaining length: 1 to 4 bytes of 7 bits, the top bit says that more follow ][ body ]
    private async Task<ReceivedMqttPacket?> ReadAsync(NetworkStream stream)
    {
        var one = new byte[1];
        if (await stream.ReadAsync(one, _stop.Token) == 0) return null;
        var (header, length, headerLength) = (one[0], 0, 1);
        for (var shift = 0; ; shift += 7)
        {
            await stream.ReadExactlyAsync(one, _stop.Token);
            headerLength++;
            length |= (one[0] & 0x7F) << shift;
            if ((one[0] & 0x80) == 0) break;
            if (shift == 21) throw new InvalidDataException("the client sent a packet without a valid length");
        }
        var body = new byte[length];
        await stream.ReadExactlyAsync(body, _stop.Token);
        return new ReceivedMqttPacket(header, new ArraySegment<byte>(body), headerLength + length);
    }

    private static MqttPacket? AnswerTo(MqttPacket packet) => packet switch
    {
        // The codec's defaults would say that the server retains nothing and knows QoS 0 alone.
        MqttConnectPacket => new MqttConnAckPacket { RetainAvailable = true, MaximumQoS = MqttQualityOfServiceLevel.ExactlyOnce },
        MqttSubscribePacket subscribe => new MqttSubAckPacket
        {
            PacketIdentifier = subscribe.PacketIdentifier,
            ReasonCodes = [.. subscribe.TopicFilters.Select(filter => (MqttSubscribeReasonCode)filter.QualityOfServiceLevel)],
        },
        MqttPublishPacket { QualityOfServiceLevel: MqttQualityOfServiceLevel.AtLeastOnce } publish =>
            new MqttPubAckPacket { PacketIdentifier = publish.PacketIdentifier },
        MqttPingReqPacket => MqttPingRespPacket.Instance,
        _ => null,
    };

    private async Task SendAsync(MqttPacket packet)
    {
        await _writing.WaitAsync(_stop.Token);
        try
        {
            var encoded = _encoder!.Encode(packet);
            byte[] bytes = [.. encoded.Packet, .. encoded.Payload.ToArray()];
            _encoder.Cleanup();
            await _stream!.WriteAsync(bytes, _stop.Token);
        }
        finally
        {
            _writing.Release();
        }
    }
}
