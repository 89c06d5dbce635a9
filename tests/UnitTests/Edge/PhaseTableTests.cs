using Sparkplug.Edge;
using Sparkplug.Metrics;
using Sparkplug.Payloads;

namespace UnitTests.Edge;

/// <summary>Every phase with every kind of input: what goes out, in order, and where it leads. Two servers, a primary host, one Device, one node metric.</summary>
public class PhaseTableTests
{
    private const string Births = "NBIRTH 0, DBIRTH(pump) 1";
    private const string Left = "NDEATH, disconnect, -> Disconnecting";
    private const string Unexpected = "ignored UnexpectedInput";
    private const string NotOnline = "ignored NotOnline";
    private const string Nothing = "";

    // Columns: Offline, Connecting, Subscribing, WaitingForPrimaryHost, Online, Disconnecting. Stopped ignores everything without a word.
    private static readonly Dictionary<string, string[]> Table = new()
    {
        ["ConnectDue"] = ["connect 0 bdSeq 0, -> Connecting", Unexpected, Unexpected, Unexpected, Unexpected, Unexpected],
        ["Connected"] = [Unexpected, "subscribe, -> Subscribing", Unexpected, Unexpected, Unexpected, Unexpected],
        ["ConnectFailed"] = [Unexpected, "-> Offline", Unexpected, Unexpected, Unexpected, Unexpected],
        ["Subscribed"] = [Unexpected, Unexpected, "-> WaitingForPrimaryHost", Unexpected, Unexpected, Unexpected],
        ["SubscribeRefused"] = [Unexpected, Unexpected, Left, Unexpected, Unexpected, Unexpected],
        ["Disconnected"] = [Unexpected, "-> Offline", "-> Offline", "-> Offline", "-> Offline", "-> Offline"],
        ["NextServerRequested"] = [Unexpected, Unexpected, Left, Left, Left, Unexpected],
        ["RebirthRequested"] = [NotOnline, NotOnline, NotOnline, NotOnline, Births, NotOnline],
        ["DeviceFound new"] = [Nothing, Nothing, Nothing, Nothing, "DBIRTH(valve) 2", Nothing],
        ["DeviceFound changed"] = [Nothing, Nothing, Nothing, Nothing, "DBIRTH(pump) 2", Nothing],
        ["DeviceFound as before"] = [Nothing, Nothing, Nothing, Nothing, Nothing, Nothing],
        ["DeviceFound invalid"] = [.. Enumerable.Repeat("ignored InvalidDevice", 6)],
        ["DeviceLost"] = [Nothing, Nothing, Nothing, Nothing, "DDEATH(pump) 2", Nothing],
        ["DeviceLost unknown"] = [.. Enumerable.Repeat(Unexpected, 6)],
        ["Sampled node"] = [Nothing, Nothing, Nothing, Nothing, "NDATA 2", Nothing],
        ["Sampled device"] = [Nothing, Nothing, Nothing, Nothing, "DDATA(pump) 2", Nothing],
        ["Sampled historical"] = [NotOnline, NotOnline, NotOnline, NotOnline, "DDATA(pump) 2", NotOnline],
        ["Sampled unknown"] = [.. Enumerable.Repeat("ignored UnknownSample", 6)],
        ["Received rebirth"] = [Unexpected, Unexpected, NotOnline, NotOnline, Births, NotOnline],
        ["Received next server"] = [Unexpected, Unexpected, NotOnline, NotOnline, Left, NotOnline],
        ["Received write"] = [Unexpected, Unexpected, NotOnline, NotOnline, "command On = Boolean true", NotOnline],
        ["Received garbage"] = [Unexpected, Unexpected, NotOnline, NotOnline, "ignored MalformedPayload", NotOnline],
        ["Received online"] = [Unexpected, Unexpected, Nothing, Births + ", -> Online", Nothing, Nothing],
        ["Received offline"] = [Unexpected, Unexpected, Nothing, Left, Left, Nothing],
        ["Received STATE garbage"] = [Unexpected, Unexpected, "ignored MalformedState", "ignored MalformedState", "ignored MalformedState", "ignored MalformedState"],
        ["Received elsewhere"] = [Unexpected, Unexpected, "ignored UnexpectedTopic", "ignored UnexpectedTopic", "ignored UnexpectedTopic", "ignored UnexpectedTopic"],
        ["Stop"] =
        [
            "-> Stopped", "disconnect, -> Stopped", "NDEATH, disconnect, -> Stopped", "NDEATH, disconnect, -> Stopped",
            "DDEATH(pump) 2, NDEATH, disconnect, -> Stopped", "-> Stopped",
        ],
    };

    public static TheoryData<EdgePhase, string> Pairs { get; } = [.. from phase in Enum.GetValues<EdgePhase>() from input in Table.Keys select (phase, input)];

    [Theory, MemberData(nameof(Pairs))]
    public void Every_phase_knows_what_to_do_with_every_input(EdgePhase phase, string input)
    {
        var edge = In(phase);
        Assert.Equal(phase, edge.Phase);
        edge.Forget().Step(Input(input, edge.Now));
        Assert.Equal(phase == EdgePhase.Stopped ? Nothing : Table[input][(int)phase], string.Join(", ", edge.Out.Log));
        Assert.Equal(edge.Out.Phases.LastOrDefault(phase), edge.Phase);
    }

    [Fact]
    public void The_table_has_every_kind_of_input()
    {
        var kinds = typeof(EdgeInput).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(EdgeInput))).Select(type => type.Name);
        Assert.Equal(kinds.Order(), Table.Keys.Select(key => key.Split(' ')[0]).Distinct().Order());
    }

    private static AnEdge In(EdgePhase phase)
    {
        var edge = new AnEdge(AnEdge.Host, servers: 2, metrics: AnEdge.Number("Load")).Found("pump", AnEdge.Switch("On"));
        return phase switch
        {
            EdgePhase.Offline => edge,
            EdgePhase.Connecting => edge.Step(new EdgeInput.ConnectDue(edge.Now)),
            EdgePhase.Subscribing => edge.Subscribing(),
            EdgePhase.WaitingForPrimaryHost => edge.Subscribed(),
            EdgePhase.Online => edge.Subscribed().State(true, 10),
            EdgePhase.Disconnecting => edge.Subscribed().State(true, 10).State(false, 10),
            EdgePhase.Stopped => edge.Step(new EdgeInput.Stop(edge.Now)),
            _ => throw new ArgumentOutOfRangeException(nameof(phase)),
        };
    }

    private static EdgeInput Input(string name, Timestamp now) => name switch
    {
        "ConnectDue" => new EdgeInput.ConnectDue(now),
        "Connected" => new EdgeInput.Connected(now),
        "ConnectFailed" => new EdgeInput.ConnectFailed(now),
        "Subscribed" => new EdgeInput.Subscribed(now),
        "SubscribeRefused" => new EdgeInput.SubscribeRefused(now),
        "Disconnected" => new EdgeInput.Disconnected(now),
        "NextServerRequested" => new EdgeInput.NextServerRequested(now),
        "RebirthRequested" => new EdgeInput.RebirthRequested(now),
        "DeviceFound new" => new EdgeInput.DeviceFound(new EdgeDevice("valve", []), now),
        "DeviceFound changed" => new EdgeInput.DeviceFound(new EdgeDevice("pump", []), now),
        "DeviceFound as before" => new EdgeInput.DeviceFound(new EdgeDevice("pump", [AnEdge.Switch("On")]), now),
        "DeviceFound invalid" => new EdgeInput.DeviceFound(new EdgeDevice("#", []), now),
        "DeviceLost" => new EdgeInput.DeviceLost("pump", now),
        "DeviceLost unknown" => new EdgeInput.DeviceLost("valve", now),
        "Sampled node" => new EdgeInput.Sampled(null, [new Sample("Load", MetricValue.Double(1), now)], now),
        "Sampled device" => new EdgeInput.Sampled("pump", [new Sample("On", MetricValue.Boolean(true), now)], now),
        "Sampled historical" => new EdgeInput.Sampled("pump", [new Sample("On", MetricValue.Boolean(true), now) { IsHistorical = true }], now),
        "Sampled unknown" => new EdgeInput.Sampled("valve", [new Sample("Open", MetricValue.Boolean(true), now)], now),
        "Received rebirth" => Command("NCMD/Line1", NodeControl.Rebirth, now),
        "Received next server" => Command("NCMD/Line1", NodeControl.NextServer, now),
        "Received write" => Command("DCMD/Line1/pump", "On", now),
        "Received garbage" => new EdgeInput.Received(AnEdge.NodeCommands, new byte[] { 0xFF }, now),
        "Received online" => State(true, now),
        "Received offline" => State(false, now),
        "Received STATE garbage" => new EdgeInput.Received("spBv1.0/STATE/scada1", new byte[] { 0xFF }, now),
        "Received elsewhere" => new EdgeInput.Received("spBv1.0/STATE/scada2", new byte[] { 0xFF }, now),
        "Stop" => new EdgeInput.Stop(now),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    private static EdgeInput.Received Command(string topic, string metric, Timestamp now) => new($"spBv1.0/Plant1/{topic}",
        PayloadCodec.Encode(new Payload { Metrics = [AnEdge.Write(metric, MetricValue.Boolean(true))] }), now);

    private static EdgeInput.Received State(bool online, Timestamp now) =>
        new("spBv1.0/STATE/scada1", new StatePayload(online, new Timestamp(10)).Encode(), now);
}
