using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Sparkplug.Edge;
using Sparkplug.Metrics;

namespace Sparkplug.Mqtt;

/// <summary>
/// An Edge Node on the network: an <see cref="EdgeSession"/> and its <see cref="MqttLink"/>, driven by one loop.
/// <para>
/// Back-pressure: all inputs go through one bounded channel. Posting waits while it is full, and so does reading from the server.
/// Never await a post inside code that the loop itself waits for; reading <see cref="Commands"/> elsewhere is always right.
/// </para>
/// Public members may be used from any thread.
/// </summary>
public sealed class EdgeNodeClient
{
    private readonly EdgeNodeClientOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly EdgeSession _session;
    private readonly Outputs _outputs;
    private readonly MqttLink _link;
    private readonly BdSeqFile? _bdSeqFile;
    private readonly Channel<EdgeInput> _inbox;
    private readonly Channel<EdgeCommand> _commands;
    private readonly Channel<EdgeRefusal> _refusals;
    private readonly FaultCounts<EdgeFault> _faults = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _phaseChanged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile EdgePhase _phase;
    private long _commandsDropped;
    private bool _hasConnection;

    /// <summary>Makes a client that connects when it runs; reads the last bdSeq.</summary>
    /// <exception cref="ArgumentException">The options have faults.</exception>
    /// <exception cref="IOException">The file of the bdSeq exists but cannot be read.</exception>
    public EdgeNodeClient(EdgeNodeClientOptions options, TimeProvider clock, ILogger logger)
    {
        ServerAddresses.Require(options.Servers);
        _options = options;
        _clock = clock;
        _logger = logger;
        _bdSeqFile = options.BdSeqFile is { } path ? new BdSeqFile(path, logger) : null;
        _session = new EdgeSession(options.Session with
        {
            ServerCount = options.Servers.Count,
            LastBdSeq = _bdSeqFile?.Read() ?? options.Session.LastBdSeq,
        });
        _inbox = Channel.CreateBounded<EdgeInput>(new BoundedChannelOptions(options.InboxCapacity) { SingleReader = true });
        // Drop rule: the newest goes, since the writer is the loop and must not wait for the reader.
        _commands = Channel.CreateBounded<EdgeCommand>(options.CommandCapacity);
        _refusals = Channel.CreateBounded<EdgeRefusal>(options.CommandCapacity);
        _link = new MqttLink(options.Link, (happened, cancel) => _inbox.Writer.WriteAsync(InputFor(happened), cancel), clock, logger);
        _outputs = new Outputs(this);
    }

    /// <summary>Where the session stands.</summary>
    public EdgePhase Phase => _phase;

    /// <summary>Commands for this node's metrics and those of its devices; answer each by posting a sample.</summary>
    public ChannelReader<EdgeCommand> Commands => _commands.Reader;

    /// <summary>Commands with an id that the session refused: a node that answers commands answers these too. Unread ones are dropped.</summary>
    public ChannelReader<EdgeRefusal> Refusals => _refusals.Reader;

    /// <summary>Commands that were lost because nobody read <see cref="Commands"/>.</summary>
    public long CommandsDropped => Interlocked.Read(ref _commandsDropped);

    /// <summary>How often something from outside was ignored, by kind.</summary>
    public IReadOnlyDictionary<EdgeFault, long> Faults => _faults.Snapshot();

    /// <summary>Waits until the session is in a phase.</summary>
    public async Task WaitForAsync(EdgePhase phase, CancellationToken cancel)
    {
        while (true)
        {
            var changed = Volatile.Read(ref _phaseChanged).Task;
            if (_phase == phase) return;
            await changed.WaitAsync(cancel);
        }
    }

    /// <summary>Runs until <paramref name="stopping"/>; then publishes the deaths, disconnects and returns, within a bounded time.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var halt = new CancellationTokenSource();
        var (loop, link) = (LoopAsync(halt.Token), _link.RunAsync(halt.Token));
        try
        {
            await Task.WhenAny(loop, link, Task.Delay(Timeout.InfiniteTimeSpan, _clock, stopping));
            if (!loop.IsCompleted && !link.IsCompleted) await StopAsync();
        }
        finally
        {
            await halt.CancelAsync();
            _commands.Writer.TryComplete();
            _refusals.Writer.TryComplete();
            await Task.WhenAll(loop, link);
        }
    }

    /// <summary>Hands an input to the session; waits while too many do.</summary>
    public ValueTask PostAsync(EdgeInput input, CancellationToken cancel) => _inbox.Writer.WriteAsync(input, cancel);

    /// <summary>A Device was found, or its metrics are others than before: its DBIRTH is published.</summary>
    public ValueTask DeviceFoundAsync(EdgeDevice device, CancellationToken cancel) => PostAsync(new EdgeInput.DeviceFound(device, Now), cancel);

    /// <summary>A Device was lost: its DDEATH is published.</summary>
    public ValueTask DeviceLostAsync(string deviceId, CancellationToken cancel) => PostAsync(new EdgeInput.DeviceLost(deviceId, Now), cancel);

    /// <summary>New values of a Device, or of the node where <paramref name="deviceId"/> is null; what changed is published.</summary>
    public ValueTask PublishAsync(string? deviceId, IReadOnlyList<Sample> samples, CancellationToken cancel) =>
        PostAsync(new EdgeInput.Sampled(deviceId, samples, Now), cancel);

    private Timestamp Now => Timestamp.Now(_clock);

    private EdgeInput InputFor(MqttEvent happened) => happened switch
    {
        MqttEvent.ConnectDue => new EdgeInput.ConnectDue(Now),
        MqttEvent.Connected => new EdgeInput.Connected(Now),
        MqttEvent.ConnectFailed => new EdgeInput.ConnectFailed(Now),
        MqttEvent.Subscribed => new EdgeInput.Subscribed(Now),
        MqttEvent.SubscribeRefused => new EdgeInput.SubscribeRefused(Now),
        MqttEvent.Received received => new EdgeInput.Received(received.Topic, received.Payload, Now),
        MqttEvent.Disconnected gone => new EdgeInput.Disconnected(Now, gone.UseAnotherServer),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private async Task LoopAsync(CancellationToken halt)
    {
        try
        {
            await foreach (var input in _inbox.Reader.ReadAllAsync(halt))
            {
                if (input is EdgeInput.Disconnected or EdgeInput.ConnectFailed) _hasConnection = false;
                _session.Step(input, _outputs);
                if (_session.Phase == EdgePhase.Stopped && !_hasConnection) _ended.TrySetResult();
            }
        }
        catch (OperationCanceledException) when (halt.IsCancellationRequested)
        {
            // The way out.
        }
    }

    private async Task StopAsync()
    {
        using var timeout = new CancellationTokenSource(_options.StopTimeout, _clock);
        try
        {
            await PostAsync(new EdgeInput.Stop(Now), timeout.Token);
            await _ended.Task.WaitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            _logger.StopTimedOut(_options.Link.ClientId, _options.StopTimeout);
        }
    }

    /// <summary>What the session asks for, done; called on the loop.</summary>
    private sealed class Outputs(EdgeNodeClient client) : IEdgeOutputs
    {
        public void Connect(EdgeConnect connect)
        {
            Keep(connect.BdSeq);
            client._hasConnection = true;
            var server = client._options.Servers[connect.ServerIndex];
            client._link.Connect(new MqttConnect(server, connect.WillTopic, connect.WillPayload, WillRetain: false));
        }

        public void Subscribe(IReadOnlyList<string> filters) => client._link.Subscribe(filters);

        public void Publish(string topic, ReadOnlyMemory<byte> payload, int qos) => client._link.Publish(topic, payload, qos, retain: false);

        public void Disconnect() => client._link.Disconnect(MqttDisconnect.WithWill);

        public void Command(EdgeCommand command)
        {
            if (client._commands.Writer.TryWrite(command)) return;
            var dropped = Interlocked.Increment(ref client._commandsDropped);
            if (long.IsPow2(dropped)) client._logger.CommandsDropped(client._options.Session.EdgeNode, dropped);
        }

        // A client that does not answer commands leaves them unread; then the newest goes.
        public void Refused(EdgeRefusal refusal) => client._refusals.Writer.TryWrite(refusal);

        public void PhaseChanged(EdgePhase phase, string why)
        {
            client._phase = phase;
            client._logger.EdgePhaseChanged(client._options.Session.EdgeNode, phase, why);
            Interlocked.Exchange(ref client._phaseChanged, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        }

        // Whoever sends nonsense could send a lot of it: every one is counted, few are logged.
        public void Ignored(EdgeFault fault, string detail)
        {
            var count = client._faults.Add(fault);
            MqttMeter.Ignored.Add(1, new KeyValuePair<string, object?>("fault", fault.ToString()));
            if (long.IsPow2(count)) client._logger.EdgeIgnored(client._options.Session.EdgeNode, fault, detail, count);
        }

        // A full disk must not silence the node: a number that is used again after a restart is the smaller harm.
        private void Keep(BdSeq bdSeq)
        {
            try
            {
                client._bdSeqFile?.Write(bdSeq);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                client._logger.BdSeqNotKept(exception, client._options.Session.EdgeNode, bdSeq);
            }
        }
    }
}
