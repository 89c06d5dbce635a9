using System.Collections.Concurrent;
using System.Threading.Channels;
using EdgeNode.Devices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeNode.Serial;

/// <summary>
/// All serial ports of the edge node: looks twice a second which are there, runs a loop for each, and gives what happens to one
/// consumer. No port can hold up another; a consumer that is behind holds up all of them, and nothing is dropped.
/// </summary>
public sealed class SerialPorts : BackgroundService
{
    private const int MaxEvents = 1024;

    // Every name that a pattern ever found is remembered with its counters, up to here.
    private const int MaxPorts = 256;

    private static readonly TimeSpan ScanInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AbandonTime = TimeSpan.FromSeconds(1);

    private readonly PortWatcher _watcher;
    private readonly SerialContext _context;
    private readonly Channel<SerialEvent> _events =
        Channel.CreateBounded<SerialEvent>(new BoundedChannelOptions(MaxEvents) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    private readonly CancellationTokenSource _abandoned = new();
    private readonly ConcurrentDictionary<string, Port> _ports = new();
    private readonly Dictionary<string, Running> _running = [];

    /// <summary>Makes the service; it opens nothing before it is started.</summary>
    public SerialPorts(SerialOptions options, TimeProvider clock, ILogger<SerialPorts> logger)
    {
        _watcher = new PortWatcher(options);
        _context = new SerialContext(clock, logger, _events.Writer, new BoardRegistry(), _abandoned.Token);
        foreach (var path in _watcher.NamedPaths) _ports[path] = new Port(path);
    }

    /// <summary>What happens on the ports; for one reader.</summary>
    public ChannelReader<SerialEvent> Events => _events.Reader;

    /// <summary>How many ports a driver did not let go of.</summary>
    public int LeakedPorts => _context.Leaks;

    /// <summary>Every port that is configured or was found, in order of path.</summary>
    public IReadOnlyList<PortSnapshot> Snapshot() => [.. _ports.Values.Select(port => port.Snapshot).OrderBy(port => port.Path, StringComparer.Ordinal)];

    /// <summary>
    /// Hands a command to its board's port, which tells the outcome as <see cref="SerialEvent.CommandDone"/>, behind the reading that
    /// comes with it.
    /// </summary>
    /// <returns>False when no port has the board or its port takes no more: then there is no event.</returns>
    public bool TrySend(BoardCommand command) => TrySend(command, out _);

    /// <summary>Like <see cref="TrySend(BoardCommand)"/>, for those who wait for the outcome instead of reading events.</summary>
    public Task<CommandOutcome> SendAsync(BoardCommand command)
    {
        if (TrySend(command, out var outcome)) return outcome;
        return Task.FromResult<CommandOutcome>(_context.Boards.Find(command.Board) is null ? new CommandOutcome.BoardLost() : new CommandOutcome.NotSent());
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _abandoned.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _context.Stopping = stoppingToken;
        using var timer = new PeriodicTimer(ScanInterval, _context.Clock);
        try
        {
            do
            {
                await ReconcileAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The edge node ends.
        }
        finally
        {
            _abandoned.CancelAfter(AbandonTime);
            await Task.WhenAll(_running.Values.Select(running => running.Ended));
            _events.Writer.TryComplete();
        }
    }

    private bool TrySend(BoardCommand command, out Task<CommandOutcome> outcome)
    {
        var source = new TaskCompletionSource<CommandOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        outcome = source.Task;
        return _context.Boards.Find(command.Board)?.TrySend(command, source) ?? false;
    }

    private async Task ReconcileAsync(CancellationToken stopping)
    {
        var found = Scan();
        if (found is null) return;
        foreach (var (path, running) in _running.ToList())
        {
            if (!found.Contains(running.Loop.Found)) await running.Stop.CancelAsync();
            if (!running.Ended.IsCompleted) continue;
            running.Stop.Dispose();
            _running.Remove(path);
        }
        // A name whose last loop still closes its port is taken up by a later scan.
        foreach (var port in found.Where(port => !_running.ContainsKey(port.Path))) Start(port, stopping);
    }

    private IReadOnlyList<FoundPort>? Scan()
    {
        try
        {
            return _watcher.Scan();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _context.Logger.ScanFailed(fault);
            return null;
        }
    }

    private void Start(FoundPort found, CancellationToken stopping)
    {
        if (!_ports.ContainsKey(found.Path) && _ports.Count >= MaxPorts) ForgetOne();
        var loop = new PortLoop(_ports.GetOrAdd(found.Path, path => new Port(path)), found, _context);
        var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _context.Logger.PortFound(found.Path, found.Device);
        _running[found.Path] = new Running(loop, stop, RunAsync(loop, stop.Token));
    }

    private async Task RunAsync(PortLoop loop, CancellationToken token)
    {
        try
        {
            await Task.Run(() => loop.RunAsync(token), CancellationToken.None);
        }
        catch (Exception fault)
        {
            // A fault of ours on one port must not end the others; the next scan starts this one again.
            _context.Logger.PortLoopFailed(loop.Found.Path, fault);
        }
    }

    private void ForgetOne()
    {
        var absent = _ports.Keys.FirstOrDefault(path => !_running.ContainsKey(path) && !_watcher.NamedPaths.Contains(path));
        if (absent is not null) _ports.TryRemove(absent, out _);
    }

    private sealed record Running(PortLoop Loop, CancellationTokenSource Stop, Task Ended);
}
