using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Sparkplug.Mqtt;

/// <summary>
/// One MQTT connection at a time, made anew whenever it is gone.
/// <para>
/// The owner is a single loop. It gets the link's events, in order, through the function it gives to the constructor and calls
/// <see cref="Connect"/>, <see cref="Subscribe"/>, <see cref="Publish"/> and <see cref="Disconnect"/>, which never wait and never refuse.
/// Whatever is called between one <see cref="Connect"/> and the next belongs to that connection and dies with it.
/// </para>
/// <para>
/// Back-pressure: the function may wait, as a write to the owner's bounded channel does. While it waits the link reads nothing more
/// from the server. The owner must go on reading its channel until <see cref="RunAsync"/> has ended.
/// </para>
/// </summary>
public sealed class MqttLink
{
    private readonly MqttLinkOptions _options;
    private readonly Func<MqttEvent, CancellationToken, ValueTask> _deliver;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Func<Uri, CancellationToken, Task<Stream>> _open;
    private readonly Backoff _backoff;
    // One slot: the owner answers each ConnectDue with one Connect.
    private readonly Channel<MqttConnection> _due = Channel.CreateBounded<MqttConnection>(1);
    private bool _isConnectDue;
    private MqttConnection? _current;

    /// <summary>Makes a link that connects when it runs.</summary>
    /// <exception cref="ArgumentException">The options have faults; all are named.</exception>
    public MqttLink(MqttLinkOptions options, Func<MqttEvent, CancellationToken, ValueTask> deliver, TimeProvider clock, ILogger logger)
        : this(options, deliver, clock, logger, (server, cancel) => MqttTransport.OpenAsync(server, options.Tls, cancel))
    {
    }

    internal MqttLink(MqttLinkOptions options, Func<MqttEvent, CancellationToken, ValueTask> deliver, TimeProvider clock, ILogger logger,
        Func<Uri, CancellationToken, Task<Stream>> open)
    {
        if (options.Faults() is { Count: > 0 } faults) throw new ArgumentException(string.Join("; ", faults), nameof(options));
        _options = options;
        _deliver = deliver;
        _clock = clock;
        _logger = logger;
        _open = open;
        _backoff = new Backoff(options.Backoff, Random.Shared);
    }

    /// <summary>Runs until <paramref name="stopping"/>, which cuts a connection that is still there so that the server publishes its Will.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                await Task.Delay(_backoff.Next(), _clock, stopping);
                Volatile.Write(ref _isConnectDue, true);
                await _deliver(new MqttEvent.ConnectDue(), stopping);
                var connection = await _due.Reader.ReadAsync(stopping);
                await RunConnectionAsync(connection, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The way out.
        }
    }

    /// <summary>Answers <see cref="MqttEvent.ConnectDue"/>.</summary>
    /// <exception cref="ArgumentException">The server's address is not one.</exception>
    /// <exception cref="InvalidOperationException">No <see cref="MqttEvent.ConnectDue"/> waits for an answer.</exception>
    public void Connect(MqttConnect connect)
    {
        if (MqttTransport.FaultOf(connect.Server) is { } fault) throw new ArgumentException($"The server's address {fault}", nameof(connect));
        if (!Interlocked.Exchange(ref _isConnectDue, false)) throw new InvalidOperationException("Connect was called without a ConnectDue");
        _current = new MqttConnection(connect, _options, _deliver, _clock, _logger);
        _due.Writer.TryWrite(_current);
    }

    /// <summary>
    /// Subscribes to filters at QoS 1; answered by <see cref="MqttEvent.Subscribed"/> or <see cref="MqttEvent.SubscribeRefused"/>.
    /// One at a time.
    /// </summary>
    public void Subscribe(IReadOnlyList<string> filters) => _current?.Subscribe(filters);

    /// <summary>Publishes, in order with all other calls. Without a connection the message goes nowhere.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="payload">The payload; not to be changed afterwards.</param>
    /// <param name="qos">0 or 1.</param>
    /// <param name="retain">True for a message that the server is to retain.</param>
    public void Publish(string topic, ReadOnlyMemory<byte> payload, int qos, bool retain)
    {
        ArgumentException.ThrowIfNullOrEmpty(topic);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)qos, 1u, nameof(qos));
        _current?.Publish(topic, payload, qos, retain);
    }

    /// <summary>Sends what was published, waits a bounded time for its acknowledgements and ends the connection.</summary>
    public void Disconnect(MqttDisconnect how) => _current?.Disconnect(how);

    private async Task RunConnectionAsync(MqttConnection connection, CancellationToken stopping)
    {
        var server = MqttTransport.Describe(connection.Server);
        if (_options.Password is not null && connection.Server is { Scheme: "mqtt", IsLoopback: false })
            _logger.PasswordInClear(_options.ClientId, server);
        var started = _clock.GetTimestamp();
        var (accepted, reason, useAnotherServer) = await connection.RunAsync(_open, stopping);
        stopping.ThrowIfCancellationRequested();
        if (!accepted)
        {
            MqttMeter.ConnectFailed.Add(1);
            _logger.ConnectFailed(_options.ClientId, server, reason);
            await _deliver(new MqttEvent.ConnectFailed($"{server}: {reason}"), stopping);
            return;
        }
        _backoff.Ended(_clock.GetElapsedTime(started));
        MqttMeter.Disconnected.Add(1);
        _logger.Disconnected(_options.ClientId, server, reason);
        await _deliver(new MqttEvent.Disconnected($"{server}: {reason}", useAnotherServer), stopping);
    }
}
