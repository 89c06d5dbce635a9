using EdgeNode.Devices;
using EdgeNode.Serial;
using Sparkplug.Metrics;
using SystemTests.Avr;
using SystemTests.Support;

namespace SystemTests.Serial;

/// <summary>The edge node's ports with our firmware in an emulated Uno: both ends of the link as they are delivered.</summary>
[Collection(RealClock.Name)]
public sealed class FirmwareOnSerialPortsTests : FirmwareTest
{
    private static readonly TimeSpan DeathTime = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task An_uno_gets_its_id_gives_readings_and_switches_its_led()
    {
        await using var board = await StartAsync();
        await using var ports = await StartPortsAsync();
        var ready = await ports.NextAsync<SerialEvent.BoardReady>();
        Assert.Matches("^climate-[0-9a-f]{8}$", ready.Board.Id.Value);
        Assert.Equal(["temperature", "humidity", "led", "relay"], ready.Board.Tags.Select(tag => tag.Name));
        await ports.NextAsync<SerialEvent.BoardReadings>(readings => IsAbout(readings, 25));
        await board.SetAnalogAsync(0, 800);
        await ports.NextAsync<SerialEvent.BoardReadings>(readings => IsAbout(readings, 30));
        var outcome = await ports.SetAsync(ready.Board.Id, "led", MetricValue.Boolean(true));
        Assert.Equal(new CommandOutcome.Applied(new Reading("led", MetricValue.Boolean(true), null)), outcome);
        await board.WaitForPinAsync("led", high: true, Deadline);
    }

    [Fact]
    public async Task An_uno_that_is_unplugged_is_lost_and_on_another_port_the_same_one()
    {
        await using var board = await StartAsync();
        await using var ports = await StartPortsAsync();
        var first = await ports.NextAsync<SerialEvent.BoardReady>();
        await ports.NextAsync<SerialEvent.BoardReadings>();
        var start = TimeProvider.System.GetTimestamp();
        await board.UnplugAsync();
        var lost = await ports.NextAsync<SerialEvent.BoardLost>();
        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, DeathTime);
        Assert.Equal(first.Board.Id, lost.Board);
        await board.PlugAsync(PathOf("ttyACM1"));
        var second = await ports.NextAsync<SerialEvent.BoardReady>();
        Assert.Equal(first.Board.Id, second.Board.Id);
        Assert.EndsWith("ttyACM1", second.Port, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_uno_that_is_reset_describes_itself_again_and_is_not_lost()
    {
        await using var board = await StartAsync();
        await using var ports = await StartPortsAsync();
        var first = await ports.NextAsync<SerialEvent.BoardReady>();
        await ports.NextAsync<SerialEvent.BoardReadings>();
        await board.ResetAsync();
        var second = await ports.NextAsync<SerialEvent.BoardReady>(ready => ready.Board.Boot != first.Board.Boot);
        Assert.True(first.Board.DescribesSameDevice(second.Board));
        Assert.DoesNotContain(ports.Seen, seen => seen is SerialEvent.BoardLost);
    }

    [Fact]
    public async Task An_uno_that_hangs_is_lost_and_back_when_it_goes_on()
    {
        await using var board = await StartAsync();
        await using var ports = await StartPortsAsync();
        var first = await ports.NextAsync<SerialEvent.BoardReady>();
        await board.FreezeAsync();
        await ports.NextAsync<SerialEvent.BoardLost>();
        await board.ThawAsync();
        var second = await ports.NextAsync<SerialEvent.BoardReady>();
        Assert.Equal(first.Board.Id, second.Board.Id);
    }

    [Fact]
    public async Task Bytes_lost_on_the_way_are_noticed_and_no_wrong_value_comes_of_them()
    {
        await using var board = await StartAsync();
        await using var ports = await StartPortsAsync();
        await ports.NextAsync<SerialEvent.BoardReady>();
        var counters = ports.Snapshot("ttyACM0").Counters;
        await board.DropAsync(100);
        await Wait.UntilAsync("lost lines are noticed", 30, () => counters is { Lost: > 0, Crc: > 0 });
        await board.DropAsync(0);
        await board.GarbageAsync(1000);
        var clean = Timestamp.Now(TimeProvider.System);
        await ports.NextAsync<SerialEvent.BoardReadings>(readings => readings.At > clean && readings.Readings.Count == 4);
        Assert.All(
            ports.Seen.OfType<SerialEvent.BoardReadings>().SelectMany(readings => readings.Readings).Where(reading => reading.Name == "temperature"),
            reading => Assert.InRange(reading.Value.AsSingle(), 24, 26));
    }

    // The emulated converter is a few counts off.
    private static bool IsAbout(SerialEvent.BoardReadings readings, float temperature) =>
        readings.Readings.Any(reading => reading is { Name: "temperature", IsGood: true } && Math.Abs(reading.Value.AsSingle() - temperature) < 0.3);

    private Task<PortsUnderTest> StartPortsAsync() => PortsUnderTest.StartAsync(options => options with { Ports = [PathOf("tty*")] });
}
