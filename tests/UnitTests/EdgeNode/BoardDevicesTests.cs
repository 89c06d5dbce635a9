using EdgeNode.Devices;
using EdgeNode.Serial;
using EdgeNode.Session;
using Sparkplug.Edge;
using Sparkplug.Metrics;

namespace UnitTests.EdgeNode;

public sealed class BoardDevicesTests
{
    private static readonly Timestamp Start = new(1_000_000);

    private readonly List<EdgeInput> _session = [];
    private readonly BoardDevices _devices;

    public BoardDevicesTests() => _devices = new BoardDevices(_session.Add);

    [Fact]
    public void A_board_is_born_with_its_first_readings()
    {
        _devices.Ready(AClimateBoard(), ACable(), Start);
        Assert.Empty(_session);

        _devices.Read(Id(), [Good("temperature", MetricValue.Float(21.5f)), Good("relay", MetricValue.Boolean(false))], At(5), At(5));

        var device = Assert.IsType<EdgeInput.DeviceFound>(Assert.Single(_session)).Device;
        Assert.Equal("climate-1", device.DeviceId);
        var temperature = device.Metrics.Single(metric => metric.Name == "temperature");
        Assert.Equal((MetricValue.Float(21.5f), Quality.Good, At(5)), (temperature.Value, temperature.Quality, temperature.Timestamp!.Value));
        Assert.False(temperature.IsWritable);
        Assert.Equal(
            [("engUnit", MetricValue.String("°C")), ("engLow", MetricValue.Double(-40)), ("engHigh", MetricValue.Double(84.7)), ("readOnly", MetricValue.Boolean(true))],
            temperature.Properties.Select(property => (property.Key, property.Value)));
        Assert.True(device.Metrics.Single(metric => metric.Name == "relay").IsWritable);
    }

    [Fact]
    public void A_board_that_sends_no_readings_is_born_without_after_half_a_second()
    {
        _devices.Ready(AClimateBoard(), ACable(), Start);
        Assert.Equal(At(500), _devices.NextTick);
        _devices.Tick(At(499));
        Assert.Empty(_session);

        _devices.Tick(At(500));

        var device = Assert.IsType<EdgeInput.DeviceFound>(Assert.Single(_session)).Device;
        var temperature = device.Metrics.Single(metric => metric.Name == "temperature");
        Assert.Equal((MetricValue.Null(DataType.Float), Quality.Stale), (temperature.Value, temperature.Quality));
        Assert.Null(_devices.NextTick);
    }

    [Fact]
    public void A_fault_of_a_sensor_is_a_null_of_bad_quality()
    {
        Born();

        _devices.Read(Id(), [new Reading("temperature", MetricValue.Null(DataType.Float), "open")], At(900), At(901));

        var sample = Assert.Single(Assert.IsType<EdgeInput.Sampled>(_session.Last()).Samples);
        Assert.Equal((MetricValue.Null(DataType.Float), Quality.Bad), (sample.Value, sample.Quality));
    }

    [Fact]
    public void A_board_that_is_lost_before_it_was_born_leaves_no_trace()
    {
        _devices.Ready(AClimateBoard(), ACable(), Start);
        _devices.Lost(Id(), At(10));
        _devices.Tick(At(10_000));
        Assert.Empty(_session);
    }

    [Fact]
    public void A_board_that_restarts_and_is_lost_before_it_speaks_again_is_lost()
    {
        Born();
        _devices.Ready(AClimateBoard(), ACable(), At(1000));
        _devices.Lost(Id(), At(1001));
        Assert.Equal(new EdgeInput.DeviceLost("climate-1", At(1001)), _session.Last());
    }

    [Fact]
    public void An_applied_command_publishes_what_was_read_back_and_its_result()
    {
        Born();

        _devices.CommandDone(
            new BoardCommand(Id(), "relay", MetricValue.Boolean(true), "c1"),
            new CommandOutcome.Applied(Good("relay", MetricValue.Boolean(true))), At(700));

        var samples = Assert.IsType<EdgeInput.Sampled>(_session.Last()).Samples;
        Assert.Equal(["relay", "Command/Result"], samples.Select(sample => sample.Name));
        Assert.All(samples, sample => Assert.True(sample.IsForced));
        Assert.True(Row(samples[1]) is ["c1", "relay", "Applied", null, "true"]);
    }

    public static TheoryData<CommandOutcome, string> Failures => new()
    {
        { new CommandOutcome.Refused("range"), "the board refused: range" },
        { new CommandOutcome.NoAnswer(), "did not answer" },
        { new CommandOutcome.BoardRestarted(), "restarted" },
        { new CommandOutcome.BoardLost(), "is gone" },
        { new CommandOutcome.NotSent(), "not sent" },
        { new CommandOutcome.Applied(new Reading("relay", MetricValue.Null(DataType.Boolean), "open")), "reads back a fault: open" },
    };

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public void Every_other_outcome_is_a_rejection_with_its_reason(CommandOutcome outcome, string reason)
    {
        Born();

        _devices.CommandDone(new BoardCommand(Id(), "relay", MetricValue.Boolean(true), "c1"), outcome, At(700));

        var sample = Assert.Single(Assert.IsType<EdgeInput.Sampled>(_session.Last()).Samples);
        Assert.Equal("Rejected", Row(sample)[2]);
        Assert.Contains(reason, Row(sample)[3], StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_without_an_id_has_no_result_but_its_value()
    {
        Born();

        _devices.CommandDone(
            new BoardCommand(Id(), "relay", MetricValue.Boolean(true)), new CommandOutcome.Applied(Good("relay", MetricValue.Boolean(true))), At(700));

        Assert.Equal("relay", Assert.Single(Assert.IsType<EdgeInput.Sampled>(_session.Last()).Samples).Name);
    }

    [Fact]
    public void A_reading_that_came_right_behind_the_answer_is_not_late()
    {
        Born();
        _devices.Read(Id(), [Good("relay", MetricValue.Boolean(true))], At(600), At(600));
        _devices.CommandDone(
            new BoardCommand(Id(), "relay", MetricValue.Boolean(true), "c1"), new CommandOutcome.Applied(Good("relay", MetricValue.Boolean(true))), At(650));
        _devices.Read(Id(), [Good("relay", MetricValue.Boolean(false))], At(601), At(651));

        var readBack = Assert.IsType<EdgeInput.Sampled>(_session[^2]).Samples[0];

        Assert.Equal((At(600), true), (readBack.Timestamp, readBack.IsForced));
    }

    [Fact]
    public void An_answer_between_a_restart_and_the_first_readings_is_told()
    {
        Born();
        _devices.Ready(AClimateBoard(), ACable(), At(1000));

        _devices.CommandDone(new BoardCommand(Id(), "relay", MetricValue.Boolean(true), "c1"), new CommandOutcome.Refused("range"), At(1100));

        Assert.Equal("c1", Row(Assert.Single(Assert.IsType<EdgeInput.Sampled>(_session.Last()).Samples))[0]);
    }

    [Fact]
    public void A_restart_of_the_board_does_not_take_back_the_last_result()
    {
        Born();
        _devices.CommandDone(new BoardCommand(Id(), "relay", MetricValue.Boolean(true), "c1"), new CommandOutcome.Refused("range"), At(700));
        var result = Assert.IsType<EdgeInput.Sampled>(_session.Last()).Samples.Single();

        _devices.Ready(AClimateBoard(), ACable(), At(1000));
        _devices.Tick(At(1500));

        var device = Assert.IsType<EdgeInput.DeviceFound>(_session.Last()).Device;
        Assert.Equal(result.Value, device.Metrics.Single(metric => metric.Name == "Command/Result").Value);
    }

    [Fact]
    public void A_clock_that_was_set_back_delays_no_birth()
    {
        _devices.Ready(AClimateBoard(), ACable(), At(90_000_000));

        _devices.Tick(Start);

        Assert.IsType<EdgeInput.DeviceFound>(Assert.Single(_session));
    }

    [Theory]
    [InlineData(9_999, false)]
    [InlineData(10_000, true)]
    [InlineData(0, false)]
    public void A_timer_is_due_at_its_time(ulong now, bool isDue) =>
        Assert.Equal(isDue, BoardDevices.IsDue(At(10_000), TimeSpan.FromSeconds(10), At(now)));

    [Fact]
    public void A_tag_cannot_take_the_name_of_a_metric_of_ours()
    {
        var board = AClimateBoard(new BoardTag("Link/Frames", DataType.Int32, true, null, MetricValue.Null(DataType.Int32), MetricValue.Null(DataType.Int32)));
        _devices.Ready(board, ACable(), Start);
        _devices.Read(Id(), [Good("Link/Frames", MetricValue.Int32(1))], At(1), At(1));
        _devices.Tick(At(500));

        var device = Assert.IsType<EdgeInput.DeviceFound>(_session.Last()).Device;
        Assert.Equal(DataType.Int64, Assert.Single(device.Metrics, metric => metric.Name == "Link/Frames").DataType);
    }

    [Fact]
    public void Every_device_that_is_made_here_is_one_that_a_session_publishes()
    {
        Born();
        var session = new EdgeSession(new EdgeSessionOptions { EdgeNode = new("G", "N"), Metrics = [PortsMetric.Metric, CommandResult.Metric] });
        var outputs = new RecordedOutputs();

        foreach (var input in _session) session.Step(input, outputs);

        Assert.Empty(outputs.Ignorances);
    }

    private void Born()
    {
        _devices.Ready(AClimateBoard(), ACable(), Start);
        _devices.Read(Id(), [Good("temperature", MetricValue.Float(20)), Good("relay", MetricValue.Boolean(false))], At(1), At(1));
    }

    private static string?[] Row(Sample sample) =>
        [.. sample.Value.AsDataSet().Rows.Single().Select(cell => cell.IsNull ? null : cell.AsString())];

    private static Timestamp At(ulong milliseconds) => new(Start.Milliseconds + milliseconds);

    private static BoardId Id() => BoardId.TryParse("climate-1", out var id) ? id : throw new InvalidOperationException();

    private static Reading Good(string name, MetricValue value) => new(name, value, null);

    private static BoardCable ACable() => new("/dev/ttyACM0", new LinkCounters());

    private static BoardDescription AClimateBoard(params BoardTag[] more) => new()
    {
        Id = Id(), Sketch = "climate", Version = "1.0", Boot = 7, Cause = BootCause.Power, Beat = TimeSpan.FromSeconds(1),
        Tags =
        [
            new BoardTag("temperature", DataType.Float, false, "°C", MetricValue.Float(-40), MetricValue.Float(84.7f)),
            new BoardTag("relay", DataType.Boolean, true, null, MetricValue.Null(DataType.Boolean), MetricValue.Null(DataType.Boolean)),
            .. more,
        ],
    };

    private sealed class RecordedOutputs : IEdgeOutputs
    {
        public List<string> Ignorances { get; } = [];

        public void Connect(EdgeConnect connect) { }

        public void Subscribe(IReadOnlyList<string> filters) { }

        public void Publish(string topic, ReadOnlyMemory<byte> payload, int qos) { }

        public void Disconnect() { }

        public void Command(EdgeCommand command) { }

        public void Refused(EdgeRefusal refusal) { }

        public void PhaseChanged(EdgePhase phase, string why) { }

        public void Ignored(EdgeFault fault, string detail) => Ignorances.Add($"{fault}: {detail}");
    }
}
