using System.Diagnostics;
using EdgeNode.Devices;
using EdgeNode.Serial;
using Sparkplug.Cli.Demo;
using Sparkplug.Metrics;
using SystemTests.Support;

namespace SystemTests.Serial;

/// <summary>The edge node's ports with emulated boards on real pseudo-terminals.</summary>
[Collection(RealClock.Name)]
public sealed class SerialPortsTests
{
    private static readonly TimeSpan DeathTime = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task A_new_board_gets_an_id_is_described_within_2_seconds_and_gives_readings()
    {
        await using var test = await PortsUnderTest.StartAsync();
        using var board = test.Plug("tty0", BoardMemory.Volatile());
        await test.NextAsync<SerialEvent.PortStateChanged>(change => change.State == PortState.Probing);
        var watch = Stopwatch.StartNew();
        var ready = await test.NextAsync<SerialEvent.BoardReady>();
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.Matches("^climate-[0-9a-f]{8}$", ready.Board.Id.Value);
        Assert.Equal(["temperature", "humidity", "led", "relay"], ready.Board.Tags.Select(tag => tag.Name));
        var readings = await test.NextAsync<SerialEvent.BoardReadings>();
        Assert.Equal(4, readings.Readings.Count);
        var snapshot = test.Snapshot("tty0");
        Assert.Equal((PortState.Online, board.DevicePath, ready.Board.Id), (snapshot.State, snapshot.Device, snapshot.Board));
        Assert.True(snapshot.Counters.Frames >= 6);
    }

    [Fact]
    public async Task An_unplugged_board_is_lost_and_plugged_in_elsewhere_it_is_the_same_board()
    {
        var memory = BoardMemory.Volatile();
        await using var test = await PortsUnderTest.StartAsync();
        var board = test.Plug("tty0", memory);
        var first = await test.NextAsync<SerialEvent.BoardReady>();
        var watch = Stopwatch.StartNew();
        board.Dispose();
        var lost = await test.NextAsync<SerialEvent.BoardLost>();
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, DeathTime);
        Assert.Equal(first.Board.Id, lost.Board);
        test.Unlink("tty0");
        using var again = test.Plug("tty7", memory);
        var second = await test.NextAsync<SerialEvent.BoardReady>();
        Assert.Equal(first.Board.Id, second.Board.Id);
        Assert.True(first.Board.DescribesSameDevice(second.Board));
        Assert.EndsWith("tty7", second.Port, StringComparison.Ordinal);
        Assert.Equal(PortState.Absent, test.Snapshot("tty0").State);
        Assert.Equal(0, test.Ports.LeakedPorts);
    }

    [Fact]
    public async Task A_device_that_takes_anothers_name_is_opened_anew()
    {
        await using var test = await PortsUnderTest.StartAsync();
        using var first = test.Plug("tty0", MemoryOf("ard-1"));
        await test.NextAsync<SerialEvent.BoardReady>(ready => ready.Board.Id.Value == "ard-1");
        using var second = test.Plug("tty0", MemoryOf("ard-2"));
        await test.NextAsync<SerialEvent.BoardLost>(lost => lost.Board.Value == "ard-1");
        await test.NextAsync<SerialEvent.BoardReady>(ready => ready.Board.Id.Value == "ard-2");
        Assert.Equal(second.DevicePath, test.Snapshot("tty0").Device);
    }

    [Fact]
    public async Task One_device_under_two_names_is_opened_once()
    {
        await using var test = await PortsUnderTest.StartAsync();
        using var board = test.Plug("tty0", MemoryOf("ard-1"));
        test.Link("tty1", board.DevicePath);
        await test.NextAsync<SerialEvent.BoardReady>();
        using var other = test.Plug("tty2", MemoryOf("ard-2"));
        await test.NextAsync<SerialEvent.BoardReady>(ready => ready.Board.Id.Value == "ard-2");
        Assert.DoesNotContain(test.Ports.Snapshot(), port => port.Path.EndsWith("tty1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Excluded_ports_are_never_opened()
    {
        await using var test = await PortsUnderTest.StartAsync(options => options with { Exclude = ["*/ttyPLC*"] });
        using var plc = PseudoTerminal.Open();
        test.Link("ttyPLC0", plc.DevicePath);
        using var board = test.Plug("tty0", MemoryOf("ard-1"));
        await test.NextAsync<SerialEvent.BoardReady>();
        Assert.Single(test.Ports.Snapshot());
        Assert.False(plc.HasClient);
    }

    [Fact]
    public async Task A_command_is_carried_out_and_read_back()
    {
        await using var test = await PortsUnderTest.StartAsync();
        using var board = test.Plug("tty0", MemoryOf("ard-1"));
        var id = (await test.NextAsync<SerialEvent.BoardReady>()).Board.Id;
        var sending = test.SetAsync(id, "relay", MetricValue.Boolean(true));
        var applied = new Reading("relay", MetricValue.Boolean(true), null);
        await test.NextAsync<SerialEvent.BoardReadings>(readings => readings.Readings.Contains(applied));
        var done = await test.NextAsync<SerialEvent.CommandDone>();
        Assert.Equal(new CommandOutcome.Applied(applied), done.Outcome);
        Assert.Equal(done.Outcome, await sending);
        Assert.Equal(new CommandOutcome.Refused("read-only"), await test.SetAsync(id, "temperature", MetricValue.Float(1)));
        Assert.Equal(new CommandOutcome.Refused("unknown-tag"), await test.SetAsync(id, "nothing", MetricValue.Float(1)));
        Assert.Equal(new CommandOutcome.BoardLost(), await test.SetAsync(BoardId.Create("other", 1), "relay", MetricValue.Boolean(true)));
    }

    [Fact]
    public async Task A_second_board_with_the_same_id_waits_until_the_first_is_gone()
    {
        await using var test = await PortsUnderTest.StartAsync();
        var first = test.Plug("tty0", MemoryOf("ard-1"));
        await test.NextAsync<SerialEvent.BoardReady>();
        using var second = test.Plug("tty1", MemoryOf("ard-1"));
        await test.NextAsync<SerialEvent.PortStateChanged>(change => change.State == PortState.DuplicateId);
        first.Dispose();
        await test.NextAsync<SerialEvent.BoardLost>();
        var ready = await test.NextAsync<SerialEvent.BoardReady>();
        Assert.EndsWith("tty1", ready.Port, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Garbage_without_an_end_on_one_port_disturbs_no_other()
    {
        await using var test = await PortsUnderTest.StartAsync();
        using var terminal = PseudoTerminal.Open();
        test.Link("tty0", terminal.DevicePath);
        using var stop = new CancellationTokenSource();
        var garbage = Task.Factory.StartNew(
            () =>
            {
                var bytes = new byte[512];
                var random = new Random(3);
                while (!stop.IsCancellationRequested)
                {
                    random.NextBytes(bytes);
                    terminal.Write(bytes);
                    stop.Token.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(2));
                }
            },
            TaskCreationOptions.LongRunning);
        try
        {
            using var board = test.Plug("tty1", MemoryOf("ard-1"));
            var id = (await test.NextAsync<SerialEvent.BoardReady>()).Board.Id;
            while (test.Snapshot("tty0").Counters.Flood == 0) await test.NextAsync<SerialEvent.BoardReadings>();
            Assert.IsType<CommandOutcome.Applied>(await test.SetAsync(id, "led", MetricValue.Boolean(true)));
            var noisy = test.Snapshot("tty0").Counters;
            Assert.True(noisy.Foreign > 0 && noisy.Overlong > 0, $"{noisy.Foreign} foreign, {noisy.Overlong} overlong");
            Assert.Equal(0, noisy.Frames);
            var clean = test.Snapshot("tty1").Counters;
            Assert.Equal((0L, 0L, 0L), (clean.Foreign, clean.Crc, clean.Lost));
        }
        finally
        {
            await stop.CancelAsync();
            await garbage;
        }
    }

    [Fact]
    public async Task A_port_that_takes_nothing_is_given_up_and_holds_up_no_other()
    {
        await using var test = await PortsUnderTest.StartAsync();
        using var terminal = PseudoTerminal.Open();
        using var filler = await TerminalFiller.FillAsync(terminal.DevicePath);
        test.Link("tty0", terminal.DevicePath);
        var closed = await test.NextAsync<SerialEvent.PortStateChanged>(change => change.State == PortState.Closed);
        Assert.Contains("took nothing", closed.Why, StringComparison.Ordinal);
        using var board = test.Plug("tty1", MemoryOf("ard-1"));
        await test.NextAsync<SerialEvent.BoardReady>();
        Assert.Equal(0, test.Ports.LeakedPorts);
    }

    [Fact]
    public async Task A_configured_port_is_known_before_it_is_there()
    {
        await using var test = await PortsUnderTest.StartAsync(options => options with { Ports = ["/dev/ttyNOWHERE"] });
        var port = Assert.Single(test.Ports.Snapshot());
        Assert.Equal(("/dev/ttyNOWHERE", PortState.Absent), (port.Path, port.State));
    }

    [Fact]
    public async Task Stopping_closes_the_ports_and_ends_the_events()
    {
        var test = await PortsUnderTest.StartAsync();
        using var board = test.Plug("tty0", MemoryOf("ard-1"));
        await test.NextAsync<SerialEvent.BoardReady>();
        await test.DisposeAsync();
        var rest = new List<SerialEvent>();
        await foreach (var next in test.Ports.Events.ReadAllAsync(TestContext.Current.CancellationToken)) rest.Add(next);
        Assert.Contains(rest, next => next is SerialEvent.BoardLost);
        Assert.Equal(0, test.Ports.LeakedPorts);
    }

    private static BoardMemory MemoryOf(string id)
    {
        var memory = BoardMemory.Volatile();
        Assert.True(BoardId.TryParse(id, out var board));
        memory.Assign(board);
        return memory;
    }
}
