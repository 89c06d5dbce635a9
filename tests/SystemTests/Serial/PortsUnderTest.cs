using EdgeNode.Devices;
using EdgeNode.Serial;
using Microsoft.Extensions.Logging.Abstractions;
using Sparkplug.Cli.Demo;
using Sparkplug.Metrics;

namespace SystemTests.Serial;

/// <summary>The serial ports of an edge node over a folder of links to pseudo-terminals, and all that they have told.</summary>
internal sealed class PortsUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly List<SerialEvent> _seen = [];
    private readonly SerialPorts _ports;

    private PortsUnderTest(SerialOptions options) => _ports = new SerialPorts(options, TimeProvider.System, NullLogger<SerialPorts>.Instance);

    public string Folder { get; private init; } = "";

    public SerialPorts Ports => _ports;

    public IReadOnlyList<SerialEvent> Seen => _seen;

    public static async Task<PortsUnderTest> StartAsync(Func<SerialOptions, SerialOptions>? with = null)
    {
        var folder = Directory.CreateTempSubdirectory("ports").FullName;
        var options = new SerialOptions { Ports = [Path.Combine(folder, "tty*")] };
        var test = new PortsUnderTest(with is null ? options : with(options)) { Folder = folder };
        await test._ports.StartAsync(TestContext.Current.CancellationToken);
        return test;
    }

    /// <summary>A board plugged in under a name.</summary>
    public BoardTerminal Plug(string name, BoardMemory memory, BoardProgram? program = null)
    {
        var board = new BoardTerminal(program ?? new ClimateBoard(new Random(1)).Program, memory, TimeProvider.System);
        Link(name, board.DevicePath);
        return board;
    }

    public string Link(string name, string device)
    {
        var path = Path.Combine(Folder, name);
        File.Delete(path);
        File.CreateSymbolicLink(path, device);
        return path;
    }

    public void Unlink(string name) => File.Delete(Path.Combine(Folder, name));

    /// <summary>Takes events until one is the wanted one.</summary>
    public async Task<T> NextAsync<T>(Func<T, bool>? wanted = null)
        where T : SerialEvent
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Deadline);
        try
        {
            while (true)
            {
                var next = await _ports.Events.ReadAsync(deadline.Token);
                _seen.Add(next);
                if (next is T found && (wanted is null || wanted(found))) return found;
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"no {typeof(T).Name} came; there came {string.Join(", ", _seen.TakeLast(10).Select(Describe))}");
        }
    }

    private static string Describe(SerialEvent seen) =>
        seen is SerialEvent.BoardReadings readings ? $"{readings.At}: {string.Join(' ', readings.Readings)}" : seen.ToString();

    public Task<CommandOutcome> SetAsync(BoardId board, string tag, MetricValue value) => _ports.SendAsync(new BoardCommand(board, tag, value));

    public PortSnapshot Snapshot(string name) => _ports.Snapshot().Single(port => Path.GetFileName(port.Path) == name);

    public async ValueTask DisposeAsync()
    {
        await _ports.StopAsync(CancellationToken.None);
        _ports.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
