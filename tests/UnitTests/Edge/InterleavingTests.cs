using CsCheck;
using Sparkplug.Edge;
using Sparkplug.Metrics;
using Sparkplug.Payloads;

namespace UnitTests.Edge;

/// <summary>Random inputs in random order, those of a broken link and a hostile host among them; every output is judged by the <see cref="Oracle"/>.</summary>
public class InterleavingTests
{
    /// <summary>One input to be; what it means depends on <paramref name="Kind"/>.</summary>
    private readonly record struct Act(int Kind, int Device, int Metric, int Value, int Age);

    private static readonly Gen<Act> Acts = Gen.Select(Gen.Int[0, 99], Gen.Int[-1, 3], Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 5],
        (kind, device, metric, value, age) => new Act(kind, device, metric, value, age));

    private static readonly Gen<(bool HasHost, bool Aliases, int Servers, byte Last, Act[] Acts)> Lives =
        Gen.Select(Gen.Bool, Gen.Bool, Gen.Int[1, 3], Gen.Byte, Acts.Array[20, 250]);

    [Fact, Spec("tck-id-topics-nbirth-bdseq-increment", "tck-id-payloads-sequence-num-incrementing", "tck-id-payloads-dbirth-order", "tck-id-payloads-ndata-order",
        "tck-id-payloads-ddata-order", "tck-id-payloads-alias-uniqueness", "tck-id-principles-birth-certificates-order", "tck-id-payloads-ndeath-seq",
        "tck-id-operational-behavior-primary-application-state-with-multiple-servers-single-server",
        "tck-id-operational-behavior-edge-node-birth-sequence-wait", "tck-id-operational-behavior-edge-node-intentional-disconnect-ndeath")]
    public void No_order_of_inputs_breaks_a_rule_and_hosts_know_the_truth()
    {
        var births = 0;
        var connects = 0;
        Lives.Sample(life =>
        {
            var world = new World(life.HasHost, life.Aliases, life.Servers, new BdSeq(life.Last));
            foreach (var act in life.Acts) world.Do(act);
            Interlocked.Add(ref births, world.Oracle.Births);
            Interlocked.Add(ref connects, world.Oracle.Connects);
        }, iter: 3000, print: life => $"{life.HasHost} {life.Aliases} {life.Servers} {life.Last} {string.Join("; ", life.Acts)}");
        // A test that never comes to births proves nothing.
        Assert.True(births > 5000 && connects > 5000, $"{births} NBIRTHs on {connects} connections");
    }

    /// <summary>The session with everything around it, and the truth that a host should know.</summary>
    private sealed class World
    {
        private static readonly string[] Ids = ["pump", "valve", "fan", "#"];
        private static readonly string[] Names = ["Flow", "Head", "On", "Nonsense"];

        private readonly EdgeSession _session;
        private readonly bool _hasHost;
        private readonly Dictionary<int, ulong> _states = [];
        private readonly Dictionary<string, Dictionary<string, (Timestamp Time, MetricValue Value, Quality Quality)>> _truth = [];
        private readonly Dictionary<string, int> _forms = [];
        private ulong _now = 1000;

        public World(bool hasHost, bool aliases, int servers, BdSeq last)
        {
            _hasHost = hasHost;
            _session = new EdgeSession(AnEdge.Options with
            {
                PrimaryHostId = hasHost ? AnEdge.Host : null, UseAliases = aliases, ServerCount = servers, LastBdSeq = last, Metrics = Form(0),
            });
            Oracle = new Oracle(last, aliases) { IsHostOnline = !hasHost };
            _truth[""] = Initial(Form(0));
        }

        public Oracle Oracle { get; }

        private Timestamp Now => new(_now);

        public void Do(Act act)
        {
            _now++;
            switch (act.Kind)
            {
                case < 35: Advance(); break;
                case < 37: Step(new EdgeInput.Disconnected(Now)); break;
                case < 39: Step(Stray(act.Value)); break;
                case < 49: Find(act); break;
                case < 52: Lose(act); break;
                case < 74: Sample(act); break;
                case < 84: Command(act); break;
                case < 91: State(act.Value > 0, (ulong)(act.Age + act.Metric)); break;
                case < 94: Step(new EdgeInput.Received("spBv1.0/STATE/other", new StatePayload(false, Now).Encode(), Now)); break;
                case < 97: Step(new EdgeInput.RebirthRequested(Now)); break;
                case < 99: Step(new EdgeInput.NextServerRequested(Now)); break;
                default: if (act is { Value: 0, Age: 0 }) Step(new EdgeInput.Stop(Now)); break;
            }
            if (_session.Phase == EdgePhase.Online) RequireTruth();
        }

        // What a sound link and a host that comes up would do next.
        private void Advance()
        {
            switch (_session.Phase)
            {
                case EdgePhase.Offline: Step(new EdgeInput.ConnectDue(Now)); break;
                case EdgePhase.Connecting: Step(new EdgeInput.Connected(Now)); break;
                case EdgePhase.Subscribing: Step(new EdgeInput.Subscribed(Now)); break;
                case EdgePhase.WaitingForPrimaryHost: State(true, _states.GetValueOrDefault(Oracle.Server)); break;
                case EdgePhase.Disconnecting: Step(new EdgeInput.Disconnected(Now)); break;
            }
        }

        private EdgeInput Stray(int which) => which switch
        {
            0 => new EdgeInput.ConnectDue(Now),
            1 => new EdgeInput.ConnectFailed(Now),
            2 => new EdgeInput.SubscribeRefused(Now),
            _ => new EdgeInput.Received("spBv1.0/STATE/scada1", "{}"u8.ToArray(), Now),
        };

        private void Step(EdgeInput input)
        {
            if (input is EdgeInput.Connected) Oracle.Connected();
            if (input is EdgeInput.ConnectFailed) Oracle.ConnectFailed();
            if (input is EdgeInput.Disconnected) Oracle.Disconnected();
            if (input is EdgeInput.ConnectDue && _session.Phase == EdgePhase.Offline) Oracle.IsHostOnline = !_hasHost;
            _session.Step(input, Oracle);
            Oracle.Settled();
        }

        private void State(bool online, ulong timestamp)
        {
            var listens = _hasHost && _session.Phase is not (EdgePhase.Offline or EdgePhase.Connecting or EdgePhase.Stopped);
            if (listens && timestamp >= _states.GetValueOrDefault(Oracle.Server))
            {
                _states[Oracle.Server] = timestamp;
                Oracle.IsHostOnline = online;
            }
            Step(new EdgeInput.Received($"spBv1.0/STATE/{AnEdge.Host}", new StatePayload(online, new Timestamp(timestamp)).Encode(), Now));
        }

        private void Find(Act act)
        {
            if (act.Device < 0) return;
            var id = Ids[act.Device];
            var form = act.Value % 2;
            if (id != "#" && _session.Phase != EdgePhase.Stopped)
            {
                if (!Oracle.Devices.Contains(id)) Oracle.Devices.Add(id);
                if (_forms.TryGetValue(id, out var known) && known == form)
                    foreach (var metric in Form(form)) Tell(id, new Sample(metric.Name, metric.Value, Now));
                else
                    _truth[id] = Initial(Form(form));
                _forms[id] = form;
            }
            Step(new EdgeInput.DeviceFound(new EdgeDevice(id, Form(form)), Now));
        }

        private void Lose(Act act)
        {
            if (act.Device < 0) return;
            var id = Ids[act.Device];
            if (_session.Phase != EdgePhase.Stopped)
            {
                Oracle.Devices.Remove(id);
                _truth.Remove(id);
                _forms.Remove(id);
            }
            Step(new EdgeInput.DeviceLost(id, Now));
        }

        private void Sample(Act act)
        {
            var id = act.Device < 0 ? "" : Ids[act.Device];
            var samples = Enumerable.Range(0, act.Value).Select(i => new Sample(Names[(act.Metric + i) % 4],
                Value(Names[(act.Metric + i * act.Age) % 4], act.Value + i), new Timestamp(_now - (ulong)(act.Age * i % 3)),
                i == 2 ? Quality.Bad : Quality.Good) { IsHistorical = act.Age == 5, IsForced = act.Age == 4 }).ToArray();
            foreach (var sample in samples.OrderBy(sample => sample.Timestamp)) Tell(id, sample);
            Step(new EdgeInput.Sampled(act.Device < 0 ? null : id, samples, Now));
        }

        private void Tell(string place, Sample sample)
        {
            if (sample.IsHistorical || !_truth.TryGetValue(place, out var metrics) || !metrics.TryGetValue(sample.Name, out var current)) return;
            if (sample.Value.Type != current.Value.Type || sample.Timestamp < current.Time) return;
            metrics[sample.Name] = (sample.Timestamp, sample.Value, sample.Quality);
        }

        private void Command(Act act)
        {
            var name = act.Age switch { 0 => NodeControl.Rebirth, 1 => NodeControl.NextServer, 2 => "bdSeq", _ => Names[act.Metric] };
            var value = act.Value == 0 ? MetricValue.Boolean(true) : Value(Names[act.Value], act.Metric);
            var topic = act.Device < 0 ? AnEdge.NodeCommands : $"spBv1.0/Plant1/DCMD/Line1/{Ids[act.Device]}";
            byte[] payload = act.Kind == 83 ? [0xFF, (byte)act.Value] : PayloadCodec.Encode(new Payload
            {
                Metrics = [AnEdge.Write(name, value), new Metric { Alias = (ulong)act.Metric, Value = value }],
            });
            Step(new EdgeInput.Received(topic, payload, Now));
        }

        private void RequireTruth()
        {
            foreach (var (place, metrics) in _truth)
                foreach (var (name, (_, value, quality)) in metrics)
                {
                    var known = Oracle.Born[place][name];
                    var said = known.Properties is { } set && set.TryGet("Quality", out var code) ? (Quality)code.AsInt64() : Quality.Good;
                    if (known.Value != value || said != quality)
                        throw new InvalidOperationException($"a host believes {known.Value} {said} of {place}/{name}, which is {value} {quality}");
                }
        }

        private static MetricValue Value(string name, int value) => name == "On" ? MetricValue.Boolean(value % 2 == 1) : MetricValue.Double(value);

        private static Dictionary<string, (Timestamp, MetricValue, Quality)> Initial(EdgeMetric[] metrics) =>
            metrics.ToDictionary(metric => metric.Name, metric => (default(Timestamp), metric.Value, Quality.Good));

        private static EdgeMetric[] Form(int form) => form == 0
            ? [AnEdge.Number("Flow"), AnEdge.Number("Head", writable: true), AnEdge.Switch("On")]
            : [AnEdge.Switch("On"), AnEdge.Number("Flow", writable: true)];
    }
}
