using System.Threading.Channels;
using EdgeNode.Devices;
using EdgeNode.Serial;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sparkplug.Configuration;
using Sparkplug.Edge;
using Sparkplug.Metrics;
using Sparkplug.Mqtt;

namespace EdgeNode.Session;

/// <summary>
/// The edge node at work: what the ports say goes to the Edge Node's session, and its commands go to the boards.
/// One loop takes everything that happens on ports and in commands, in order; it alone knows the boards.
/// </summary>
internal sealed class EdgeNodeService : BackgroundService
{
    /// <summary>How often figures that count are published, if they changed.</summary>
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(10);

    private readonly EdgeNodeClient _client;
    private readonly SerialPorts _ports;
    private readonly TimeProvider _clock;
    private readonly ILogger<EdgeNodeService> _logger;
    private readonly Queue<EdgeInput> _inputs = [];
    private readonly BoardDevices _boards;
    private Timestamp _reportAt;

    public EdgeNodeService(EdgeNodeConfig config, SerialPorts ports, TimeProvider clock, ILogger<EdgeNodeService> logger)
    {
        (_ports, _clock, _logger) = (ports, clock, logger);
        _boards = new BoardDevices(_inputs.Enqueue);
        _client = MakeClient(config);
    }

    private EdgeNodeClient MakeClient(EdgeNodeConfig config)
    {
        try
        {
            return new EdgeNodeClient(NodeMetrics.ClientOptions(config), _clock, _logger);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationFaultException("EdgeNode:DataDirectory", $"the last bdSeq in {config.DataDirectory} cannot be read: {fault.Message}", fault);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var halt = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var (client, work) = (_client.RunAsync(stoppingToken), WorkAsync(halt.Token));
        try
        {
            // Neither ends before the stop, unless it fails.
            await Task.WhenAny(client, work);
        }
        finally
        {
            await halt.CancelAsync();
            await Task.WhenAll(client, work);
        }
    }

    private async Task WorkAsync(CancellationToken halt)
    {
        try
        {
            var happenings = Merge(halt);
            while (true)
            {
                if (await NextAsync(happenings, halt) is { } happening) Take(happening);
                RunTimers();
                while (_inputs.TryDequeue(out var input)) await _client.PostAsync(input, halt);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or ChannelClosedException && halt.IsCancellationRequested)
        {
            // The way out.
        }
    }

    /// <summary>Ports, commands and refusals in one channel; whoever is ahead waits.</summary>
    private ChannelReader<object> Merge(CancellationToken halt)
    {
        var merged = Channel.CreateBounded<object>(new BoundedChannelOptions(64) { SingleReader = true });
        _ = Task.WhenAll(Forward(_ports.Events), Forward(_client.Commands), Forward(_client.Refusals))
            .ContinueWith(ended => merged.Writer.TryComplete(ended.Exception), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return merged.Reader;

        async Task Forward<T>(ChannelReader<T> source) where T : class
        {
            try
            {
                await foreach (var item in source.ReadAllAsync(halt)) await merged.Writer.WriteAsync(item, halt);
            }
            catch (OperationCanceledException) when (halt.IsCancellationRequested)
            {
                // The way out.
            }
        }
    }

    /// <summary>The next thing that happens, or null when a timer is due first.</summary>
    private async Task<object?> NextAsync(ChannelReader<object> happenings, CancellationToken halt)
    {
        if (happenings.TryRead(out var happening)) return happening;
        var due = _boards.NextTick is { } tick && tick < _reportAt ? tick : _reportAt;
        // Never longer than the interval, however far the clock was set back.
        var wait = TimeSpan.FromMilliseconds(Math.Clamp((double)due.Milliseconds - Now.Milliseconds, 1, ReportInterval.TotalMilliseconds));
        using var timer = new CancellationTokenSource(wait, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, halt);
        try
        {
            return await happenings.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested && !halt.IsCancellationRequested)
        {
            return null;
        }
    }

    private Timestamp Now => Timestamp.Now(_clock);

    private void Take(object happening)
    {
        switch (happening)
        {
            case SerialEvent.PortStateChanged:
                ReportPorts();
                break;
            case SerialEvent.BoardReady ready:
                _boards.Ready(ready.Board, new BoardCable(ready.Port, CountersOf(ready.Port)), Now);
                ReportPorts();
                break;
            case SerialEvent.BoardReadings read:
                _boards.Read(read.Board, read.Readings, read.At, Now);
                break;
            case SerialEvent.BoardLost lost:
                _boards.Lost(lost.Board, Now);
                ReportPorts();
                break;
            case SerialEvent.CommandDone done:
                _logger.CommandDone(done.Command.Board, done.Command.Tag, done.Outcome);
                _boards.CommandDone(done.Command, done.Outcome, Now);
                break;
            case EdgeCommand command:
                Send(command);
                break;
            case EdgeRefusal refusal:
                Answer(refusal.DeviceId, CommandResult.Rejected(refusal.CommandId, refusal.Metric, refusal.Reason, Now));
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private void Send(EdgeCommand command)
    {
        // The node's own writable metrics are Node Control, which the session carries out itself.
        if (command.DeviceId is null || !BoardId.TryParse(command.DeviceId, out var id)) throw new System.Diagnostics.UnreachableException();
        var write = new BoardCommand(id, command.Metric, command.Value, command.CommandId);
        if (!_ports.TrySend(write)) _boards.CommandDone(write, new CommandOutcome.NotSent(), Now);
    }

    private void Answer(string? deviceId, Sample result) => _inputs.Enqueue(new EdgeInput.Sampled(deviceId, [result], Now));

    private void RunTimers()
    {
        _boards.Tick(Now);
        if (!BoardDevices.IsDue(_reportAt, ReportInterval, Now)) return;
        _reportAt = Timestamp.From(_clock.GetUtcNow() + ReportInterval);
        _boards.ReportCables(Now);
        ReportPorts();
    }

    private void ReportPorts() =>
        _inputs.Enqueue(new EdgeInput.Sampled(null, [new Sample(PortsMetric.Name, PortsMetric.Value(_ports.Snapshot()), Now)], Now));

    // A port whose name was forgotten since has counted for nobody.
    private LinkCounters CountersOf(string path) => _ports.Snapshot().FirstOrDefault(port => port.Path == path)?.Counters ?? new LinkCounters();
}
