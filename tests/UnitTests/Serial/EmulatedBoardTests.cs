using System.Text;
using CsCheck;
using EdgeNode.Devices;
using EdgeNode.Serial;
using Sparkplug.Cli.Demo;
using Sparkplug.Metrics;

namespace UnitTests.Serial;

/// <summary>Both ends of the link against each other, with time and the wire in the test's hand.</summary>
public sealed class EmulatedBoardTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    [Fact]
    public void A_new_board_gets_an_id_keeps_it_over_restarts_and_reports()
    {
        var wire = new Wire();
        wire.Run(TimeSpan.FromSeconds(2));
        var board = Assert.Single(wire.Node.Ready);
        Assert.Equal("climate-7f3a9c12", board.Id.Value);
        Assert.Equal(["temperature", "humidity", "led", "relay"], board.Tags.Select(tag => tag.Name));
        wire.Restart();
        wire.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(["assigning climate-7f3a9c12", "ready climate-7f3a9c12", "ready climate-7f3a9c12"], wire.Node.Events);
        Assert.Equal(BootCause.Watchdog, wire.Node.Ready[^1].Cause);
        wire.Run(TimeSpan.FromSeconds(30));
        Assert.Equal(4, wire.Node.Taken.Select(taken => taken.Reading.Name).Distinct().Count());
        Assert.All(wire.Node.Taken, taken => Assert.True(taken.Reading.IsGood));
        Assert.Empty(wire.Node.Faults);
        Assert.Equal((0L, 1L), (wire.Node.Counters.Lost, wire.Node.Counters.Resets));
    }

    [Fact]
    public void The_heater_behind_the_relay_warms_the_room()
    {
        var wire = new Wire();
        wire.Run(TimeSpan.FromSeconds(60));
        var before = wire.Last("temperature").Value.AsSingle();
        wire.Set("relay", MetricValue.Boolean(true));
        wire.Run(TimeSpan.FromSeconds(60));
        var outcome = Assert.IsType<CommandOutcome.Applied>(Assert.Single(wire.Node.Outcomes).Outcome);
        Assert.Equal(new Reading("relay", MetricValue.Boolean(true), null), outcome.Reading);
        Assert.InRange(before, 19, 23);
        Assert.InRange(wire.Last("temperature").Value.AsSingle(), 27, 32);
        Assert.InRange(wire.Last("humidity").Value.AsSingle(), 15, 48);
    }

    [Fact]
    public void Refusals_have_the_reasons_of_the_link()
    {
        var wire = new Wire(new BoardProgram("test", "1",
        [
            new EmulatedTag("n", DataType.Int32, () => MetricValue.Int32(1)) { Low = MetricValue.Int32(0), High = MetricValue.Int32(9), Write = value => value.AsInt64() != 7 },
            new EmulatedTag("r", DataType.Float, () => MetricValue.Float(float.NaN)),
        ]));
        wire.Run(TimeSpan.FromSeconds(1));
        Assert.Equal("", wire.Last("r").Fault);
        foreach (var (tag, value) in new[] { ("n", MetricValue.Int32(10)), ("n", MetricValue.Int32(7)), ("r", MetricValue.Float(1)), ("n", MetricValue.Int32(9)) })
        {
            wire.Set(tag, value);
            wire.Run(TimeSpan.FromSeconds(0.2));
        }
        Assert.Equal(["range", "refused", "read-only"], wire.Node.Outcomes.Select(done => done.Outcome).OfType<CommandOutcome.Refused>().Select(refused => refused.Reason));
        Assert.IsType<CommandOutcome.Applied>(wire.Node.Outcomes[^1].Outcome);
    }

    [Fact]
    public void On_any_bad_wire_no_command_is_carried_out_twice_and_no_wrong_value_arrives() =>
        Gen.Select(Gen.Int, Gen.Int[0, 60]).Sample((seed, promille) =>
        {
            var wire = new Wire(new BoardProgram("count", "1", CountingTags(out var written)), new Random(seed), promille / 1000.0);
            wire.Run(TimeSpan.FromSeconds(5));
            for (var i = 1; i <= 20; i++)
            {
                wire.Set("n", MetricValue.Int32(i));
                wire.Run(TimeSpan.FromSeconds(2));
            }
            wire.Damage = 0;
            wire.Run(TimeSpan.FromSeconds(30));
            Assert.Equal(written.Distinct(), written);
            Assert.Equal(written.Order(), written);
            Assert.Equal(20, wire.Node.Outcomes.Count);
            foreach (var (command, outcome) in wire.Node.Outcomes)
                if (outcome is CommandOutcome.Applied) Assert.Contains((int)command.Value.AsInt64(), written);
            Assert.All(wire.Node.Taken, taken => Assert.Contains((int)taken.Reading.Value.AsInt64(), written.Prepend(0)));
            Assert.Equal(PortState.Online, wire.Node.Link.State);
            Assert.Equal(written.LastOrDefault(), wire.Last("n").Value.AsInt64());
        }, iter: 60, threads: 1);

    [Fact]
    public void A_memory_file_keeps_the_id_and_a_damaged_one_is_an_empty_eeprom()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            var memory = BoardMemory.Load(path);
            memory.CountBoot();
            Assert.Equal(0, memory.Boot);
            memory.Assign(BoardId.Create("a", 1));
            memory.CountBoot();
            var again = BoardMemory.Load(path);
            Assert.Equal(("a-00000001", (ushort)1), (again.Id?.Value, again.Boot));
            File.WriteAllText(path, "a+b\n7\n");
            Assert.Null(BoardMemory.Load(path).Id);
            File.WriteAllText(path, "nonsense");
            Assert.Null(BoardMemory.Load(path).Id);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static EmulatedTag[] CountingTags(out List<int> written)
    {
        var list = new List<int>();
        written = list;
        return
        [
            new EmulatedTag("n", DataType.Int32, () => MetricValue.Int32(list.LastOrDefault()))
            {
                Write = value =>
                {
                    list.Add((int)value.AsInt64());
                    return true;
                },
            },
        ];
    }

    /// <summary>A board and a node with a wire between them that damages some bytes.</summary>
    private sealed class Wire
    {
        private readonly List<byte> _toNode = [];
        private readonly EmulatedBoard _board;
        private readonly Random _random;

        public Wire(BoardProgram? program = null, Random? random = null, double damage = 0)
        {
            _random = random ?? new Random(1);
            Damage = damage;
            _board = new EmulatedBoard(program ?? new ClimateBoard(new Random(2)).Program, BoardMemory.Volatile(), line => _toNode.AddRange(line.Span));
            _board.Start(Node.Now);
        }

        public LinkHarness Node { get; } = new();

        /// <summary>The share of lines with a damaged, lost or added byte.</summary>
        public double Damage { get; set; }

        public Reading Last(string tag) => Node.Taken.Last(taken => taken.Reading.Name == tag).Reading;

        public void Set(string tag, MetricValue value) => Node.Send(new BoardCommand(Node.Link.Board?.Id ?? BoardId.Create("none", 0), tag, value));

        public void Restart() => _board.Start(Node.Now, "watchdog");

        public void Run(TimeSpan time)
        {
            for (var end = Node.Now + time; Node.Now < end;)
            {
                Exchange();
                Node.Pass(Step);
                _board.Tick(Node.Now);
            }
        }

        private void Exchange()
        {
            foreach (var body in Node.Sent) _board.Receive(Spoil(LinkHarness.Line(body)), Node.Now);
            Node.Sent.Clear();
            var bytes = Spoil([.. _toNode]);
            _toNode.Clear();
            if (bytes.Length > 0) Node.Receive(bytes);
        }

        private byte[] Spoil(byte[] bytes)
        {
            if (Damage == 0) return bytes;
            var spoiled = new List<byte>();
            foreach (var value in bytes)
            {
                // A line has some 40 bytes.
                if (_random.NextDouble() >= Damage / 40)
                {
                    spoiled.Add(value);
                    continue;
                }
                switch (_random.Next(3))
                {
                    case 0: spoiled.Add((byte)(value ^ (1 << _random.Next(8)))); break;
                    case 1: spoiled.AddRange([value, value]); break;
                }
            }
            return [.. spoiled];
        }
    }
}
