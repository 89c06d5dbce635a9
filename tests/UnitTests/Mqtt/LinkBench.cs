using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MQTTnet.Adapter;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using Sparkplug.Mqtt;

namespace UnitTests.Mqtt;

/// <summary>A link on a bench: time by hand, the server's side of each connection in the test's hands, the events in a channel.</summary>
internal sealed class LinkBench : IAsyncDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<MqttEvent> _events;
    private readonly Channel<Stream> _accepted = Channel.CreateUnbounded<Stream>();
    private readonly Task _run;

    public LinkBench(MqttLinkOptions? options = null, int eventCapacity = 1000)
    {
        Options = options ?? new MqttLinkOptions { ClientId = "bench", Version = MqttVersion.V5 };
        _events = Channel.CreateBounded<MqttEvent>(eventCapacity);
        Link = new MqttLink(Options, DeliverAsync, Clock, NullLogger.Instance, (_, _) =>
        {
            if (OpenFails is { } failure) throw failure;
            var (client, server) = StreamPair.Create();
            _accepted.Writer.TryWrite(server);
            return Task.FromResult(client);
        });
        _run = Task.Run(() => Link.RunAsync(_stop.Token)); // without the tests' context: what a timer is waited for goes on at the timer's own time
    }

    public MqttLinkOptions Options { get; }

    public FakeTimeProvider Clock { get; } = new();

    public MqttLink Link { get; }

    public Exception? OpenFails { get; set; }

    /// <summary>When the last <see cref="MqttEvent.ConnectDue"/> was told; reading it takes a while, and time moves on meanwhile.</summary>
    public DateTimeOffset ConnectDueAt { get; private set; }

    public static MqttConnect Connect { get; } = new(new Uri("mqtt://bench"), "will/topic", new byte[] { 1, 2, 3 }, WillRetain: false);

    /// <summary>CONNACK of a server that can do everything.</summary>
    public static MqttConnAckPacket Accepted => new() { MaximumQoS = MqttQualityOfServiceLevel.ExactlyOnce, RetainAvailable = true };

    /// <summary>The next event, which must be of this kind and come without time passing.</summary>
    public async Task<T> EventAsync<T>() where T : MqttEvent => Assert.IsType<T>(await _events.Reader.ReadAsync().AsTask().WaitAsync(Deadline));

    /// <summary>The next event, which must be of this kind. Time moves until it comes.</summary>
    public async Task<T> LaterAsync<T>() where T : MqttEvent
    {
        var read = _events.Reader.ReadAsync().AsTask();
        await PassTimeUntilAsync(read);
        return Assert.IsType<T>(await read);
    }

    /// <summary>The server's side of the next connection.</summary>
    public async Task<ScriptedServer> AcceptAsync() => new(await _accepted.Reader.ReadAsync().AsTask().WaitAsync(Deadline), Options.Version);

    /// <summary>Through ConnectDue, CONNECT, CONNACK and Connected.</summary>
    public async Task<ScriptedServer> ConnectAsync(MqttConnAckPacket? answer = null)
    {
        await LaterAsync<MqttEvent.ConnectDue>();
        Link.Connect(Connect);
        var server = await AcceptAsync();
        await server.ReadAsync<MqttConnectPacket>();
        await server.SendAsync(answer ?? Accepted);
        await EventAsync<MqttEvent.Connected>();
        return server;
    }

    /// <summary>Moves the time in small steps until something is done; a deadline in real time guards the test.</summary>
    public async Task PassTimeUntilAsync(Task done)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (!done.IsCompleted)
        {
            deadline.Token.ThrowIfCancellationRequested();
            Clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.WhenAny(done, Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run.WaitAsync(Deadline);
        _stop.Dispose();
    }

    private ValueTask DeliverAsync(MqttEvent told, CancellationToken stopping)
    {
        if (told is MqttEvent.ConnectDue)
            ConnectDueAt = Clock.GetUtcNow();
        return _events.Writer.WriteAsync(told, stopping);
    }
}

/// <summary>The server's side of one connection.</summary>
internal sealed class ScriptedServer(Stream stream, MqttVersion version) : IDisposable
{
    private readonly MqttPacketFormatterAdapter _formatter =
        new(version == MqttVersion.V5 ? MqttProtocolVersion.V500 : MqttProtocolVersion.V311, new MqttBufferWriter(4096, 65536));

    public async Task<T> ReadAsync<T>() where T : MqttPacket => Assert.IsType<T>(await ReadAsync());

    /// <summary>The next packet; null at the end.</summary>
    public async Task<MqttPacket?> ReadAsync()
    {
        using var deadline = new CancellationTokenSource(LinkBench.Deadline);
        var header = new byte[1];
        if (await stream.ReadAsync(header, deadline.Token) == 0) return null;
        var length = 0;
        var part = new byte[1];
        for (var shift = 0; ; shift += 7)
        {
            await stream.ReadExactlyAsync(part, deadline.Token);
            length |= (part[0] & 0x7F) << shift;
            if (part[0] < 0x80) break;
        }
        var body = new byte[length];
        await stream.ReadExactlyAsync(body, deadline.Token);
        return _formatter.Decode(new ReceivedMqttPacket(header[0], body, length + 2));
    }

    public async Task SendAsync(MqttPacket packet)
    {
        var encoded = _formatter.Encode(packet).ToArray();
        await SendBytesAsync(encoded);
    }

    public async Task SendBytesAsync(params byte[] bytes)
    {
        await stream.WriteAsync(bytes);
        await stream.FlushAsync();
    }

    public Task SendAsync(string topic, int qos = 0, ushort identifier = 1, bool retain = false) => SendAsync(new MqttPublishPacket
    {
        Topic = topic, QualityOfServiceLevel = (MqttQualityOfServiceLevel)qos, PacketIdentifier = qos == 0 ? (ushort)0 : identifier, Retain = retain, PayloadSegment = new byte[] { 42 },
    });

    public void Dispose() => stream.Dispose();
}
