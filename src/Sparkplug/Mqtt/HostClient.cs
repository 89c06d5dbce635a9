using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Sparkplug.Host;
using Sparkplug.Metrics;
using Sparkplug.Topics;

namespace Sparkplug.Mqtt;

/// <summary>
/// A Host Application on the network: a <see cref="HostSession"/> and a <see cref="MqttLink"/> for each server, and one
/// <see cref="Fleet"/>, driven by one loop. What happens in the fleet is told to a listener on that loop.
/// <para>
/// The fleet belongs to the loop. Others look at it through <see cref="ReadAsync"/>, which runs their function on the loop: it sees one
/// moment, and must copy what it wants to keep. Neither such a function nor the listener may wait, least of all for this client.
/// </para>
/// <para>
/// Back-pressure: messages and requests go through one bounded channel. While it is full, reading from the servers waits.
/// </para>
/// Public members may be used from any thread.
/// </summary>
public sealed class HostClient
{
    private readonly HostClientOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Fleet _fleet;
    private readonly HostServer[] _servers;
    private readonly string _ownState;
    private readonly FleetOutputs _outputs;
    private readonly Channel<Work> _inbox;

    /// <summary>Makes a client that connects when it runs.</summary>
    /// <param name="options">What it is and where it connects.</param>
    /// <param name="listener">Is told what happens in the fleet, on the loop. RequestRebirth tells it of a request that was sent.</param>
    /// <param name="clock">The time.</param>
    /// <param name="logger">The log.</param>
    /// <exception cref="ArgumentException">The options have faults.</exception>
    public HostClient(HostClientOptions options, INodeOutputs listener, TimeProvider clock, ILogger logger)
    {
        ServerAddresses.Require(options.Servers);
        _options = options;
        _clock = clock;
        _logger = logger;
        _fleet = new Fleet(options.Fleet with { HostId = options.Session.HostId });
        _ownState = new SparkplugTopic.State(options.Session.HostId).ToString();
        _outputs = new FleetOutputs(this, listener);
        _inbox = Channel.CreateBounded<Work>(new BoundedChannelOptions(options.InboxCapacity) { SingleReader = true });
        _servers = [.. options.Servers.Select((address, index) => new HostServer(address, options.Session, options.Link,
            (happened, cancel) => _inbox.Writer.WriteAsync(new Work.Happened(index, happened), cancel), clock, logger))];
    }

    /// <summary>The servers' addresses; a node's Server is an index into them.</summary>
    public IReadOnlyList<Uri> Addresses => _options.Servers;

    /// <summary>How the host stands with each server.</summary>
    public IReadOnlyList<HostServerStatus> Servers => [.. _servers.Select(server => server.Status)];

    /// <summary>Waits until the session on one server is in a phase.</summary>
    public Task WaitForAsync(int server, HostPhase phase, CancellationToken cancel) => _servers[server].WaitForAsync(phase, cancel);

    /// <summary>
    /// Runs until <paramref name="stopping"/>; then publishes STATE offline to each server, disconnects and returns, within a bounded time.
    /// </summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var halt = new CancellationTokenSource();
        Task[] parts = [LoopAsync(halt.Token), .. _servers.Select(server => server.Link.RunAsync(halt.Token))];
        try
        {
            await Task.WhenAny([.. parts, Task.Delay(Timeout.InfiniteTimeSpan, _clock, stopping)]);
            if (!parts.Any(part => part.IsCompleted)) await StopAsync();
        }
        finally
        {
            await halt.CancelAsync();
            await Task.WhenAll(parts);
        }
    }

    /// <summary>Runs a function on the loop and gives back what it returns.</summary>
    /// <exception cref="OperationCanceledException">Cancelled, or the client has ended.</exception>
    public async Task<T> ReadAsync<T>(Func<Fleet, T> read, CancellationToken cancel = default)
    {
        var question = new Question<T>(read);
        try
        {
            await _inbox.Writer.WriteAsync(new Work.Asked(question), cancel);
        }
        catch (ChannelClosedException)
        {
            throw new OperationCanceledException("The host client has ended");
        }
        return await question.Answer.WaitAsync(cancel);
    }

    /// <summary>
    /// Sends an NCMD, or a DCMD where <paramref name="deviceId"/> is given (tck-id-operational-behavior-data-commands-ncmd-verb,
    /// tck-id-operational-behavior-data-commands-dcmd-verb). That it was sent says nothing of its outcome.
    /// </summary>
    /// <param name="edgeNode">The Edge Node.</param>
    /// <param name="deviceId">The Device; null for the node itself.</param>
    /// <param name="metric">The metric's name.</param>
    /// <param name="value">The value to write; untyped, or of the metric's datatype.</param>
    /// <param name="commandId">Goes into the payload's uuid.</param>
    /// <param name="withDataType">
    /// True to name the datatype, against the recommendation (tck-id-payloads-metric-datatype-not-req): some peers, Eclipse Tahu's
    /// JavaScript client among them, cannot read a value without it.
    /// </param>
    /// <param name="cancel">Gives up waiting for the loop.</param>
    public Task<CommandRefusal> SendCommandAsync(
        EdgeNodeDescriptor edgeNode, string? deviceId, string metric, MetricValue value, string commandId, bool withDataType = false, CancellationToken cancel = default) =>
        ReadAsync(fleet => SendCommand(fleet, edgeNode, deviceId, metric, value, commandId, withDataType), cancel);

    /// <summary>
    /// As <see cref="SendCommandAsync"/>, from within a function that <see cref="ReadAsync"/> runs, whose fleet this takes: what the
    /// function decides is sent before anything else happens, and commands go out in the order in which they were decided.
    /// </summary>
    /// <param name="fleet">The fleet that the function was given.</param>
    /// <param name="edgeNode">The Edge Node.</param>
    /// <param name="deviceId">The Device; null for the node itself.</param>
    /// <param name="metric">The metric's name.</param>
    /// <param name="value">The value to write; untyped, or of the metric's datatype.</param>
    /// <param name="commandId">Goes into the payload's uuid.</param>
    /// <param name="withDataType">True to name the datatype.</param>
    public CommandRefusal SendCommand(
        Fleet fleet, EdgeNodeDescriptor edgeNode, string? deviceId, string metric, MetricValue value, string commandId, bool withDataType = false)
    {
        var refusal = HostCommands.Check(fleet, edgeNode, deviceId, metric, value, out var node, out var state, out var typed);
        if (refusal != CommandRefusal.None) return refusal;
        return TryPublish(node!.Server, HostCommands.Topic(edgeNode, deviceId), HostCommands.Write(state!, typed, commandId, withDataType, Now))
            ? CommandRefusal.None
            : CommandRefusal.ServerOffline;
    }

    /// <summary>Asks an Edge Node for its births; false when there is no such node.</summary>
    public Task<bool> RequestRebirthAsync(EdgeNodeDescriptor edgeNode, CancellationToken cancel = default) =>
        ReadAsync(fleet => fleet.RequestRebirth(edgeNode, Now, _outputs), cancel);

    private Timestamp Now => Timestamp.Now(_clock);

    private async Task LoopAsync(CancellationToken halt)
    {
        try
        {
            // A tick that finds no room is not missed: a loop that is that busy looks at the time after each item.
            await using var timer = _clock.CreateTimer(_ => _inbox.Writer.TryWrite(Work.Tick), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Timestamp? armed = null;
            await foreach (var work in _inbox.Reader.ReadAllAsync(halt))
            {
                Do(work);
                _fleet.Tick(Now, _outputs);
                if (_fleet.NextTick == armed && work != Work.Tick) continue;
                armed = _fleet.NextTick;
                timer.Change(armed is { } due ? TimeUntil(due) : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
        catch (OperationCanceledException) when (halt.IsCancellationRequested)
        {
            // The way out.
        }
        finally
        {
            _inbox.Writer.TryComplete();
            while (_inbox.Reader.TryRead(out var left)) (left as Work.Asked)?.Question.Cancel();
        }
    }

    private void Do(Work work)
    {
        switch (work)
        {
            case Work.Happened happened: Handle(happened.Server, happened.Event); break;
            case Work.Asked asked: asked.Question.Run(_fleet); break;
            case Work.Stopped: foreach (var server in _servers) server.Step(new HostInput.Stop(Now)); break;
        }
    }

    private void Handle(int server, MqttEvent happened)
    {
        var now = Now;
        if (happened is MqttEvent.Received received && received.Topic != _ownState)
        {
            _fleet.Receive(server, received.Topic, received.Payload.Span, now, _outputs);
            return;
        }
        _servers[server].Step(happened, now);
        // After the step: STATE online goes out before any request for births.
        if (happened is MqttEvent.Subscribed) _fleet.ServerBack(server, now, _outputs);
        if (happened is MqttEvent.Disconnected) _fleet.ServerLost(server, now, _outputs);
    }

    private bool TryPublish(int? server, string topic, byte[] payload)
    {
        if (server is not { } index || !_servers[index].IsOnline) return false;
        _servers[index].Link.Publish(topic, payload, qos: 0, retain: false);
        return true;
    }

    private TimeSpan TimeUntil(Timestamp due)
    {
        var now = Now;
        // Bounded: a timer takes no more than 49 days, and a clock that was set must not stop it for long.
        return due <= now ? TimeSpan.FromMilliseconds(1) : TimeSpan.FromMilliseconds(Math.Min(due.Milliseconds - now.Milliseconds, 60_000));
    }

    private async Task StopAsync()
    {
        using var timeout = new CancellationTokenSource(_options.StopTimeout, _clock);
        try
        {
            await _inbox.Writer.WriteAsync(new Work.Stopped(), timeout.Token);
            await Task.WhenAll(_servers.Select(server => server.Ended)).WaitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            _logger.StopTimedOut(_options.Link.ClientId, _options.StopTimeout);
        }
    }

    /// <summary>What the loop has to do.</summary>
    private abstract record Work
    {
        private Work() { }

        public static Work Tick { get; } = new Ticked();

        public sealed record Happened(int Server, MqttEvent Event) : Work;

        public sealed record Asked(Question Question) : Work;

        public sealed record Stopped : Work;

        private sealed record Ticked : Work;
    }

    /// <summary>A function that waits for the loop, and who waits for it.</summary>
    private abstract class Question
    {
        public abstract void Run(Fleet fleet);

        public abstract void Cancel();
    }

    private sealed class Question<T>(Func<Fleet, T> read) : Question
    {
        private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Answer => _answer.Task;

        // A fault in the asker's function is the asker's.
        public override void Run(Fleet fleet)
        {
            try
            {
                _answer.TrySetResult(read(fleet));
            }
            catch (Exception exception)
            {
                _answer.TrySetException(exception);
            }
        }

        public override void Cancel() => _answer.TrySetCanceled();
    }

    /// <summary>Sends what the fleet asks for and tells the listener the rest.</summary>
    private sealed class FleetOutputs(HostClient client, INodeOutputs listener) : INodeOutputs
    {
        // While the host is not online there the request is left out; the node asks again.
        public void RequestRebirth(NodeState node, int server, RebirthReason reason)
        {
            if (client.TryPublish(server, HostCommands.Topic(node.EdgeNode, null), HostCommands.RequestRebirth(client.Now)))
                listener.RequestRebirth(node, server, reason);
        }

        public void NodeBorn(NodeState node) => listener.NodeBorn(node);

        public void NodeDied(NodeState node, OfflineReason reason) => listener.NodeDied(node, reason);

        public void DeviceBorn(NodeState node, DeviceState device) => listener.DeviceBorn(node, device);

        public void DeviceDied(NodeState node, DeviceState device, OfflineReason reason) => listener.DeviceDied(node, device, reason);

        public void MetricUpdated(NodeState node, DeviceState? device, MetricState metric, in MetricUpdate update) =>
            listener.MetricUpdated(node, device, metric, update);

        public void Fault(NodeState node, NodeFault fault, string detail) => listener.Fault(node, fault, detail);
    }
}
