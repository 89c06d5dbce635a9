using Microsoft.Extensions.Logging.Abstractions;
using Sparkplug.Edge;
using Sparkplug.Host;
using Sparkplug.Metrics;
using Sparkplug.Mqtt;
using Sparkplug.Payloads;
using Sparkplug.Topics;
using SystemTests.Support;

namespace SystemTests.Mqtt;

/// <summary>The host's client against mosquitto, seen by a stranger, and together with the edge node's client.</summary>
[Collection(RealClock.Name)]
public sealed class HostClientTests
{
    private const string StateTopic = "spBv1.0/STATE/scada1";
    private static readonly EdgeNodeDescriptor Line1 = new("Plant", "Line1");

    private readonly FleetRecorder _recorder = new();

    public static TheoryData<MqttVersion> Versions => [MqttVersion.V311, MqttVersion.V5];

    [Theory, MemberData(nameof(Versions))]
    public async Task STATE_birth_and_Will_share_a_timestamp_that_is_new_for_each_connection(MqttVersion version)
    {
        await using var server = await MosquittoServer.StartAsync();
        await using var proxy = new BreakableProxy(server.Port);
        await using var observer = await MqttObserver.ConnectAsync(server.Address, "spBv1.0/STATE/#");
        await using var running = new RunningClient(Client([proxy.Address], version).RunAsync);

        var birth = await StateAsync(observer, online: true);
        proxy.Cut();
        Assert.Equal(birth.Timestamp, (await StateAsync(observer, online: false)).Timestamp);
        var second = await StateAsync(observer, online: true);
        Assert.True(second.Timestamp > birth.Timestamp);

        await running.StopAsync();
        var death = await LastStateAsync(observer, second);
        Assert.True(death.Timestamp >= second.Timestamp);
        await using var late = await MqttObserver.ConnectAsync(server.Address, StateTopic);
        Assert.Equal(death, await StateAsync(late, online: false));
    }

    [Fact]
    public async Task Somebody_who_says_that_this_host_is_offline_is_contradicted_with_the_same_timestamp()
    {
        await using var server = await MosquittoServer.StartAsync();
        await using var observer = await MqttObserver.ConnectAsync(server.Address, "spBv1.0/STATE/#");
        await using var running = new RunningClient(Client([server.Address]).RunAsync);
        var birth = await StateAsync(observer, online: true);
        await observer.PublishAsync(StateTopic, new StatePayload(false, birth.Timestamp).Encode(), qos: 1, retain: true);
        await StateAsync(observer, online: false);
        Assert.Equal(birth, await StateAsync(observer, online: true));
    }

    [Fact]
    public async Task Data_without_a_birth_is_answered_with_a_request_for_births()
    {
        await using var server = await MosquittoServer.StartAsync();
        await using var observer = await MqttObserver.ConnectAsync(server.Address, "spBv1.0/Plant/NCMD/#");
        var client = Client([server.Address]);
        await using var running = new RunningClient(client.RunAsync);
        await client.WaitForAsync(0, HostPhase.Online, Token);
        await observer.PublishAsync("spBv1.0/Plant/NDATA/Line1", Data(seq: 5), qos: 0);
        var request = await observer.NextAsync();
        Assert.Equal(("spBv1.0/Plant/NCMD/Line1", 0, false), (request.Topic, request.QoS, request.Retain));
        Assert.True(PayloadCodec.TryDecode(request.Payload, PayloadLimits.Default, out var payload, out _));
        Assert.Null(payload.Seq);
        Assert.NotNull(payload.Timestamp);
        var metric = Assert.Single(payload.Metrics);
        Assert.Equal(("Node Control/Rebirth", DataType.Boolean, MetricValue.Boolean(true)), (metric.Name, metric.DataType, metric.Value));
        await _recorder.HearAsync($"rebirth Plant/Line1 {RebirthReason.NoBirth}");
    }

    [Fact]
    public async Task A_message_that_stays_missing_leads_to_a_request_for_births_when_the_time_has_run_out()
    {
        await using var server = await MosquittoServer.StartAsync();
        await using var observer = await MqttObserver.ConnectAsync(server.Address, "spBv1.0/Plant/NCMD/#");
        var client = Client([server.Address], node: new NodeStateOptions { ReorderTimeout = TimeSpan.FromMilliseconds(300) });
        await using var running = new RunningClient(client.RunAsync);
        await client.WaitForAsync(0, HostPhase.Online, Token);
        await observer.PublishAsync("spBv1.0/Plant/NBIRTH/Line1", Birth(), qos: 0);
        await observer.PublishAsync("spBv1.0/Plant/NDATA/Line1", Data(seq: 2), qos: 0);
        // Nothing else arrives: only the timer can tell.
        await _recorder.HearAsync($"rebirth Plant/Line1 {RebirthReason.MissingMessages}");
        Assert.Equal("spBv1.0/Plant/NCMD/Line1", (await observer.NextAsync()).Topic);
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task A_command_goes_to_the_edge_node_and_its_effect_comes_back(MqttVersion version)
    {
        await using var server = await MosquittoServer.StartAsync();
        var host = Client([server.Address], version);
        await using var runningHost = new RunningClient(host.RunAsync);
        await host.WaitForAsync(0, HostPhase.Online, Token);
        var edge = Edge(server.Address, version);
        await using var runningEdge = new RunningClient(edge.RunAsync);
        await edge.DeviceFoundAsync(Oven, Token);
        await _recorder.HearAsync("born Plant/Line1/Oven");

        Assert.Equal(CommandRefusal.None, await host.SendCommandAsync(Line1, "Oven", "Heater", MetricValue.Boolean(true), "command-1", cancel: Token));
        var command = await edge.Commands.ReadAsync(Token).AsTask().WaitAsync(MqttObserver.Deadline, Token);
        Assert.Equal(new EdgeCommand("Oven", "Heater", MetricValue.Boolean(true), "command-1"), command);
        await edge.PublishAsync("Oven", [new Sample("Heater", command.Value, Timestamp.Now(TimeProvider.System))], Token);
        await _recorder.HearAsync($"DDATA Plant/Line1/Oven Heater = {MetricValue.Boolean(true)}");
        Assert.Equal(MetricValue.Boolean(true), await host.ReadAsync(fleet => fleet.Nodes[Line1].Devices["Oven"].Metrics["Heater"].Value, Token));

        Assert.True(await host.RequestRebirthAsync(Line1, Token));
        await _recorder.HearAsync("born Plant/Line1");
        await _recorder.HearAsync("born Plant/Line1/Oven");
        await runningEdge.StopAsync();
        await _recorder.HearAsync($"died Plant/Line1/Oven {OfflineReason.DDEATH}");
        await _recorder.HearAsync($"died Plant/Line1 {OfflineReason.NDEATH}");
    }

    [Fact]
    public async Task A_command_that_cannot_be_sent_says_why()
    {
        await using var server = await MosquittoServer.StartAsync();
        var host = Client([server.Address]);
        await using var runningHost = new RunningClient(host.RunAsync);
        await host.WaitForAsync(0, HostPhase.Online, Token);
        var edge = Edge(server.Address);
        await using var runningEdge = new RunningClient(edge.RunAsync);
        await edge.DeviceFoundAsync(Oven, Token);
        await _recorder.HearAsync("born Plant/Line1/Oven");
        Assert.Equal(CommandRefusal.UnknownEdgeNode, await SendAsync(new EdgeNodeDescriptor("Plant", "Line2"), "Oven", "Heater", MetricValue.Boolean(true)));
        Assert.Equal(CommandRefusal.UnknownDevice, await SendAsync(Line1, "Fridge", "Heater", MetricValue.Boolean(true)));
        Assert.Equal(CommandRefusal.UnknownMetric, await SendAsync(Line1, "Oven", "Cooler", MetricValue.Boolean(true)));
        Assert.Equal(CommandRefusal.WrongType, await SendAsync(Line1, "Oven", "Heater", MetricValue.Int32(1)));
        Assert.False(await host.RequestRebirthAsync(new EdgeNodeDescriptor("Plant", "Line2"), Token));
        await edge.DeviceLostAsync("Oven", Token);
        await _recorder.HearAsync($"died Plant/Line1/Oven {OfflineReason.DDEATH}");
        Assert.Equal(CommandRefusal.Offline, await SendAsync(Line1, "Oven", "Heater", MetricValue.Boolean(true)));

        Task<CommandRefusal> SendAsync(EdgeNodeDescriptor node, string device, string metric, MetricValue value) =>
            host.SendCommandAsync(node, device, metric, value, "id", cancel: Token);
    }

    [Fact]
    public async Task The_loss_of_one_server_makes_its_nodes_stale_and_leaves_the_other_server_alone()
    {
        await using var first = await MosquittoServer.StartAsync();
        await using var second = await MosquittoServer.StartAsync();
        await using var observer = await MqttObserver.ConnectAsync(second.Address, "spBv1.0/STATE/#");
        var host = Client([first.Address, second.Address]);
        await using var runningHost = new RunningClient(host.RunAsync);
        await host.WaitForAsync(0, HostPhase.Online, Token);
        await using var runningEdge = new RunningClient(Edge(first.Address).RunAsync);
        await _recorder.HearAsync("born Plant/Line1");
        await StateAsync(observer, online: true);
        await first.KillAsync();
        await _recorder.HearAsync($"died Plant/Line1 {OfflineReason.ServerLost}");
        Assert.True(await host.ReadAsync(fleet => fleet.Nodes[Line1].Metrics.Values.All(metric => metric.Quality == Quality.Stale), Token));
        Assert.Equal(HostPhase.Online, host.Servers[1].Phase);
        await first.StartAgainAsync();
        await host.WaitForAsync(0, HostPhase.Online, Token);
        await _recorder.HearAsync("born Plant/Line1");
        await observer.PublishAsync("spBv1.0/STATE/other", [1]);
        Assert.Equal("spBv1.0/STATE/other", (await observer.NextAsync()).Topic);
    }

    [Fact]
    public async Task A_question_to_a_client_that_has_ended_is_cancelled_and_a_faulty_question_harms_nobody()
    {
        await using var server = await MosquittoServer.StartAsync();
        var host = Client([server.Address]);
        await using var running = new RunningClient(host.RunAsync);
        await Assert.ThrowsAsync<KeyNotFoundException>(() => host.ReadAsync(fleet => fleet.Nodes[Line1], Token));
        Assert.Equal(0, await host.ReadAsync(fleet => fleet.Nodes.Count, Token));
        await running.StopAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => host.ReadAsync(fleet => fleet.Nodes.Count, Token));
    }

    [Fact]
    public async Task A_server_that_refuses_says_so_in_its_status()
    {
        await using var server = await MosquittoServer.StartAsync(new MosquittoOptions { Users = new Dictionary<string, string> { ["host"] = "right" } });
        var host = Client([server.Address]);
        await using var running = new RunningClient(host.RunAsync);
        await Wait.UntilAsync("a fault in the status", 30, () => host.Servers[0].Fault is not null);
        Assert.Contains("refused by the server: not authorized", host.Servers[0].Fault, StringComparison.Ordinal);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static EdgeDevice Oven => new("Oven", [new EdgeMetric { Name = "Heater", DataType = DataType.Boolean, Value = MetricValue.Boolean(false), IsWritable = true }]);

    private static BackoffOptions Quick => new() { Shortest = TimeSpan.FromMilliseconds(50), Longest = TimeSpan.FromSeconds(1) };

    private HostClient Client(Uri[] servers, MqttVersion version = MqttVersion.V5, NodeStateOptions? node = null) => new(new HostClientOptions
    {
        Session = new HostSessionOptions { HostId = "scada1" },
        Servers = servers,
        Link = new MqttLinkOptions { ClientId = "scada1", Version = version, Backoff = Quick },
        Fleet = new FleetOptions { Node = node ?? new NodeStateOptions() },
    }, _recorder, TimeProvider.System, NullLogger.Instance);

    private static EdgeNodeClient Edge(Uri server, MqttVersion version = MqttVersion.V5) => new(new EdgeNodeClientOptions
    {
        Session = new EdgeSessionOptions { EdgeNode = Line1 },
        Servers = [server],
        Link = new MqttLinkOptions { ClientId = "Plant-Line1", Version = version, Backoff = Quick },
    }, TimeProvider.System, NullLogger.Instance);

    private static byte[] Birth() => PayloadCodec.Encode(new Payload
    {
        Timestamp = Timestamp.Now(TimeProvider.System), Seq = new Seq(0), Metrics =
        [
            new Metric { Name = "bdSeq", DataType = DataType.Int64, Timestamp = Timestamp.Now(TimeProvider.System), Value = MetricValue.Int64(0) },
            new Metric { Name = "Node Control/Rebirth", DataType = DataType.Boolean, Timestamp = Timestamp.Now(TimeProvider.System), Value = MetricValue.Boolean(false) },
            new Metric { Name = "Speed", DataType = DataType.Double, Timestamp = Timestamp.Now(TimeProvider.System), Value = MetricValue.Double(1) },
        ],
    });

    private static byte[] Data(byte seq) => PayloadCodec.Encode(new Payload
    {
        Timestamp = Timestamp.Now(TimeProvider.System), Seq = new Seq(seq),
        Metrics = [new Metric { Name = "Speed", Timestamp = Timestamp.Now(TimeProvider.System), Value = MetricValue.Double(2) }],
    });

    // The retained Will of the connection before may have made the host say once more that it is online.
    private static async Task<StatePayload> LastStateAsync(MqttObserver observer, StatePayload birth)
    {
        while (true)
        {
            Assert.True(StatePayload.TryDecode((await observer.NextAsync(StateTopic)).Payload, out var state));
            if (!state.Online) return state;
            Assert.Equal(birth, state);
        }
    }

    private static async Task<StatePayload> StateAsync(MqttObserver observer, bool online)
    {
        var message = await observer.NextAsync();
        Assert.Equal((StateTopic, 1, true), (message.Topic, message.QoS, message.Retain));
        Assert.True(StatePayload.TryDecode(message.Payload, out var state));
        Assert.Equal(online, state.Online);
        return state;
    }
}
