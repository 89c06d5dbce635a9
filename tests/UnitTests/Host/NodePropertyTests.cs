using CsCheck;
using Sparkplug.Host;
using Sparkplug.Metrics;
using Sparkplug.Payloads;
using Sparkplug.Topics;
using static UnitTests.Host.NodeUnderTest;

namespace UnitTests.Host;

/// <summary>What must hold for every order in which the messages of a sound node arrive, and for garbage.</summary>
public sealed class NodePropertyTests
{
    private const int Displacement = 20;

    // What a node sends after its NBIRTH: a device, and what happens to it.
    private static readonly Gen<(int Device, int Act, int Value)[]> Acts = Gen.Select(Gen.Int[0, 2], Gen.Int[0, 9], Gen.Int).Array[1, 400];

    [Fact]
    public void Whatever_the_order_of_arrival_the_state_is_that_of_the_order_of_sending() =>
        Gen.Select(Acts, Gen.Int[0, Displacement].Array[500], Gen.Bool.Array[500]).Sample((acts, delays, repeats) =>
        {
            var sent = Session(acts);
            // After the NBIRTH a message can be overtaken by those sent up to `Displacement` later; some come twice.
            var arrivals = sent.Skip(1).Select((message, i) => (message, At: i + delays[i])).OrderBy(item => item.At).Select(item => item.message)
                .SelectMany((message, i) => repeats[i] ? new[] { message, message } : [message]).Prepend(sent[0]);
            var (reference, node) = (Feed(sent), Feed(arrivals));
            Assert.Equal(Describe(reference.State), Describe(node.State));
            Assert.Equal(Values(reference), Values(node));
            Assert.Empty(node.Requests);
            Assert.Null(node.State.NextTick);
        }, iter: 200, threads: 1);

    [Fact]
    public void After_a_loss_a_rebirth_is_asked_for_and_after_the_births_the_state_is_right() =>
        Gen.Select(Acts, Gen.Int[0, 1000], Gen.Int[1, 30]).Sample((acts, from, count) =>
        {
            var sent = Session(acts);
            from %= sent.Length;
            // The very last messages cannot be missed by anyone until something follows them.
            var arrived = sent.Where((_, i) => i < from || i >= from + count).ToArray();
            if (from + count >= sent.Length) return;
            var node = Feed(arrived);
            for (var ticks = 0; node.State.NextTick is { } tick && !node.Requests.Any(); ticks++)
            {
                Assert.InRange(ticks, 0, 10);
                node.Now = tick;
                node.Tick();
            }
            Assert.NotEmpty(node.Requests);
            var reference = Feed(sent);
            var births = Births(reference.State);
            foreach (var birth in births) reference.Step(birth);
            foreach (var birth in births) node.Step(birth);
            Assert.Equal(Describe(reference.State), Describe(node.State));
        }, iter: 200, threads: 1);

    [Fact]
    public void Garbage_never_breaks_the_state_and_asks_for_few_rebirths()
    {
        var types = Enum.GetValues<MessageType>().Where(type => !type.IsCommand() && type != MessageType.STATE).ToArray();
        var value = Gen.OneOf(Gen.Int.Select(MetricValue.Int32), Gen.ULong.Select(bits => MetricValue.Untyped(WireKind.Long, bits, null)), Gen.Double.Select(MetricValue.Double),
            Gen.String.Select(MetricValue.String), Gen.Const(default(MetricValue)), Gen.Const(MetricValue.Template(new Template { TemplateRef = "x" })));
        var metric = Gen.Select(Gen.Int[0, 4], Gen.Int[0, 4], value, Gen.ULong[0, 300], Gen.Bool).Select((name, alias, v, time, isTyped) => new Metric
        {
            Name = name switch { 0 => null, 1 => "bdSeq", _ => $"m{name}" }, Alias = alias == 0 ? null : (ulong)alias, Value = v, Timestamp = new Timestamp(time),
            DataType = isTyped ? v.Type : null,
        });
        var message = Gen.Select(Gen.Int[0, types.Length - 1], Gen.Int[-1, 255], metric.Array[0, 5], Gen.Int[0, 1], Gen.Int[0, 200], Gen.Int[0, 20]);
        message.Array[1, 300].Sample(messages =>
        {
            var node = new NodeUnderTest();
            var start = node.Now;
            var births = 0;
            foreach (var (type, seq, metrics, server, wait, kind) in messages)
            {
                node.Wait(TimeSpan.FromMilliseconds(wait));
                if (node.State.NextTick <= node.Now) node.Tick();
                births += types[type] == MessageType.NBIRTH ? 1 : 0;
                if (kind == 0) node.Step(new NodeInput.Malformed(server, types[type], null, default, node.Now));
                else if (kind == 1) node.Step(new NodeInput.ServerLost(server, node.Now));
                else if (kind == 2) node.Step(new NodeInput.ServerBack(server, node.Now));
                else node.Receive(types[type], types[type].IsForDevice() ? "D1" : null, Payload(seq < 0 ? null : seq, metrics), server);
                Assert.All(node.State.Metrics.Keys, name => Assert.Contains(name, new[] { "bdSeq", "m2", "m3", "m4" }));
            }
            var seconds = (node.Now.Milliseconds - start.Milliseconds) / 1000.0;
            Assert.InRange(node.Requests.Count(), 0, 1 + seconds / 5);
        }, iter: 300, threads: 1);
    }

    private static NodeUnderTest Feed(IEnumerable<NodeInput.Received> messages)
    {
        var node = new NodeUnderTest();
        foreach (var message in messages) node.Step(message);
        return node;
    }

    // NBIRTH and three DBIRTHs, then data, deaths and births by chance; always legal.
    private static NodeInput.Received[] Session((int Device, int Act, int Value)[] acts)
    {
        var (seq, time) = (0, 1000UL);
        var isBorn = new[] { true, true, true };
        var messages = new List<NodeInput.Received> { Message(MessageType.NBIRTH, null, BdSeq(), Born("N", MetricValue.Int32(0), 0)) };
        for (var d = 0; d < 3; d++) messages.Add(Message(MessageType.DBIRTH, $"D{d}", DeviceMetrics(d, 0)));
        foreach (var (d, act, value) in acts)
        {
            if (act == 0) messages.Add(Message(MessageType.NDATA, null, Aliased(0, MetricValue.Int32(value), time)));
            else if (act == 1 && isBorn[d]) messages.Add(Message(MessageType.DDEATH, $"D{d}"));
            else if (act == 1 || !isBorn[d]) messages.Add(Message(MessageType.DBIRTH, $"D{d}", DeviceMetrics(d, value)));
            else messages.Add(Message(MessageType.DDATA, $"D{d}", Aliased((ulong)(1 + d), MetricValue.Int32(value), time)));
            if (messages[^1].Type == MessageType.DDEATH) isBorn[d] = false;
            if (messages[^1].Type == MessageType.DBIRTH) isBorn[d] = true;
        }
        return [.. messages];

        NodeInput.Received Message(MessageType type, string? device, params Metric[] metrics) => new(0, type, device,
            new Payload { Seq = new Seq(unchecked((byte)seq++)), Timestamp = new Timestamp(time++), Metrics = metrics }, new Timestamp(1_000_000));

        Metric[] DeviceMetrics(int d, int value) => [Born("V", MetricValue.Int32(value), (ulong)(1 + d), time)];
    }

    // What a sound node answers to a rebirth request: its present state.
    private static List<NodeInput.Received> Births(NodeState state)
    {
        var seq = 0;
        var births = new List<NodeInput.Received> { Message(MessageType.NBIRTH, null, state.Metrics) };
        foreach (var device in state.Devices.Values.Where(device => device.IsOnline)) births.Add(Message(MessageType.DBIRTH, device.DeviceId, device.Metrics));
        return births;

        NodeInput.Received Message(MessageType type, string? device, IReadOnlyDictionary<string, MetricState> metrics) => new(0, type, device, new Payload
        {
            Seq = new Seq((byte)seq++), Timestamp = new Timestamp(50_000),
            Metrics = [.. metrics.Values.Select(metric => Born(metric.Name, metric.Value, metric.Alias, metric.Timestamp.Milliseconds))],
        }, new Timestamp(9_000_000));
    }

    // Devices that are offline are compared by that alone: what a lost message said of them nobody can know.
    private static string Describe(NodeState state) => string.Join('\n', state.Metrics.Values.Select(Describe)
        .Concat(state.Devices.Values.Where(device => device.IsOnline).OrderBy(device => device.DeviceId, StringComparer.Ordinal)
            .SelectMany(device => device.Metrics.Values.Select(metric => $"{device.DeviceId}/{Describe(metric)}"))));

    private static string Describe(MetricState metric) => $"{metric.Name} {metric.Alias} {metric.Value} {metric.Timestamp.Milliseconds} {metric.Quality} {metric.StaleSince}";

    private static IEnumerable<string> Values(NodeUnderTest node) => node.Log.Where(line => !line.StartsWith("fault", StringComparison.Ordinal));
}
