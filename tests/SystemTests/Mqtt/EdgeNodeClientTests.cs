using Microsoft.Extensions.Logging.Abstractions;
using Sparkplug.Edge;
using Sparkplug.Metrics;
using Sparkplug.Mqtt;
using Sparkplug.Payloads;
using Sparkplug.Topics;
using SystemTests.Support;

namespace SystemTests.Mqtt;

/// <summary>The edge node's client against mosquitto, seen by a stranger.</summary>
[Collection(RealClock.Name)]
public sealed class EdgeNodeClientTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edge").FullName;

    public static TheoryData<MqttVersion> Versions => [MqttVersion.V311, MqttVersion.V5];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory, MemberData(nameof(Versions))]
    public async Task Births_then_data_then_deaths_are_published_in_one_sequence(MqttVersion version)
    {
        await using var server = await MosquittoServer.StartAsync();
        await using var observer = await MqttObserver.ConnectAsync(server.Address, "spBv1.0/#");
        var client = Client([server.Address], version);
        await using var running = new RunningClient(client.RunAsync);
        await client.DeviceFoundAsync(Device("Oven", 20.5), CancellationToken.None);
        await client.WaitForAsync(EdgePhase.Online, Token);

        var birth = await MessageAsync(observer, "NBIRTH/Line1");
        Assert.Equal(0, birth.Seq!.Value.Value);
        Assert.NotNull(birth.Timestamp);
        Assert.Equal(MetricValue.Int64(0), birth.Metrics.Single(metric => metric.Name == "bdSeq").Value);
        Assert.Contains(birth.Metrics, metric => metric is { Name: "Node Control/Rebirth", Alias: null, DataType: DataType.Boolean });
        var device = await MessageAsync(observer, "DBIRTH/Line1/Oven");
        Assert.Equal(1, device.Seq!.Value.Value);
        var temperature = device.Metrics.Single(metric => metric.Name == "Temperature");
        Assert.Equal((DataType.Double, MetricValue.Double(20.5)), (temperature.DataType!.Value, temperature.Value));

        await client.PublishAsync("Oven", [new Sample("Temperature", MetricValue.Double(21), Timestamp.Now(TimeProvider.System))], Token);
        var data = await MessageAsync(observer, "DDATA/Line1/Oven");
        Assert.Equal(2, data.Seq!.Value.Value);
        Assert.Equal((temperature.Alias, null), (Assert.Single(data.Metrics).Alias, data.Metrics[0].Name));

        await running.StopAsync();
        Assert.Equal(3, (await MessageAsync(observer, "DDEATH/Line1/Oven")).Seq!.Value.Value);
        var death = await MessageAsync(observer, "NDEATH/Line1", qos: 1);
        Assert.Null(death.Seq);
        Assert.True(Assert.Single(death.Metrics).Value.TryAs(DataType.Int64, out var bdSeq));
        Assert.Equal(MetricValue.Int64(0), bdSeq);
        // DISCONNECT with reason code 4 makes the server publish the Will as well.
        if (version == MqttVersion.V5) await MessageAsync(observer, "NDEATH/Line1", qos: 1);
        await observer.PublishAsync("spBv1.0/end", [1]);
        Assert.Equal("spBv1.0/end", (await observer.NextAsync()).Topic);
    }

    [Fact]
    public async Task The_Will_of_a_lost_connection_has_the_bdSeq_of_its_birth_and_the_next_birth_one_more_also_after_a_restart()
    {
        await using var server = await MosquittoServer.StartAsync();
        await using var proxy = new BreakableProxy(server.Port);
        await using var observer = await MqttObserver.ConnectAsync(server.Address, "spBv1.0/#");
        var expected = 0;
        for (var run = 0; run < 2; run++)
        {
            await using var running = new RunningClient(Client([proxy.Address], MqttVersion.V311).RunAsync);
            for (var connection = 0; connection < 2; connection++)
            {
                Assert.Equal(expected, BdSeqOf(await NextAsync(observer, "NBIRTH/Line1")));
                proxy.Cut();
                Assert.Equal(expected, BdSeqOf(await NextAsync(observer, "NDEATH/Line1")));
                expected++;
            }
            Assert.Equal(expected, BdSeqOf(await NextAsync(observer, "NBIRTH/Line1")));
            await running.StopAsync();
            expected++;
        }
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached_is_passed_over()
    {
        await using var server = await MosquittoServer.StartAsync();
        var client = Client([new Uri($"mqtt://127.0.0.1:{FreePort.Take()}"), server.Address], MqttVersion.V5);
        await using var running = new RunningClient(client.RunAsync);
        await client.WaitForAsync(EdgePhase.Online, Token);
    }

    [Fact]
    public async Task Births_wait_for_the_primary_host_and_end_with_it()
    {
        await using var server = await MosquittoServer.StartAsync();
        await using var observer = await MqttObserver.ConnectAsync(server.Address, "spBv1.0/#");
        var client = Client([server.Address], MqttVersion.V5, primaryHostId: "scada");
        await using var running = new RunningClient(client.RunAsync);
        await client.WaitForAsync(EdgePhase.WaitingForPrimaryHost, Token);
        await StateAsync(observer, online: true, 1000);
        await NextAsync(observer, "NBIRTH/Line1");
        await StateAsync(observer, online: false, 999);
        await StateAsync(observer, online: false, 1000);
        await NextAsync(observer, "NDEATH/Line1");
        await client.WaitForAsync(EdgePhase.WaitingForPrimaryHost, Token);
        Assert.Equal(1, client.Faults[EdgeFault.OutdatedState]);
    }

    [Fact]
    public async Task A_stop_without_a_server_does_not_take_long()
    {
        await using var running = new RunningClient(Client([new Uri($"mqtt://127.0.0.1:{FreePort.Take()}")], MqttVersion.V5).RunAsync);
        await running.StopAsync();
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task A_refused_subscription_ends_the_connection_with_an_NDEATH_and_without_births(MqttVersion version)
    {
        await using var server = await MosquittoServer.StartAsync(new MosquittoOptions { RefusesSubscriptions = "spBv1.0/Plant/#" });
        await using var observer = await MqttObserver.ConnectAsync(server.Address, "spBv1.0/+/NDEATH/#");
        var client = Client([server.Address], version);
        await using var running = new RunningClient(client.RunAsync);
        for (var attempt = 0; attempt < 3; attempt++) await MessageAsync(observer, "NDEATH/Line1", qos: 1);
        Assert.NotEqual(EdgePhase.Online, client.Phase);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private EdgeNodeClient Client(Uri[] servers, MqttVersion version, string? primaryHostId = null) => new(new EdgeNodeClientOptions
    {
        Session = new EdgeSessionOptions { EdgeNode = new EdgeNodeDescriptor("Plant", "Line1"), PrimaryHostId = primaryHostId },
        Servers = servers,
        Link = new MqttLinkOptions { ClientId = "Plant-Line1", Version = version, Backoff = new BackoffOptions { Shortest = TimeSpan.FromMilliseconds(50), Longest = TimeSpan.FromSeconds(1) } },
        BdSeqFile = Path.Combine(_folder, "bdSeq"),
    }, TimeProvider.System, NullLogger.Instance);

    private static EdgeDevice Device(string id, double temperature) => new(id, [new EdgeMetric
    {
        Name = "Temperature", DataType = DataType.Double, Value = MetricValue.Double(temperature),
    }]);

    private static Task StateAsync(MqttObserver observer, bool online, ulong timestamp) =>
        observer.PublishAsync("spBv1.0/STATE/scada", new StatePayload(online, new Timestamp(timestamp)).Encode(), qos: 1, retain: true);

    private static int BdSeqOf(Payload payload)
    {
        Assert.True(payload.Metrics.Single(metric => metric.Name == "bdSeq").Value.TryAs(DataType.Int64, out var value));
        return (int)value.AsInt64();
    }

    private static async Task<Payload> NextAsync(MqttObserver observer, string topic) => Decode(await observer.NextAsync($"spBv1.0/Plant/{topic}"));

    private static async Task<Payload> MessageAsync(MqttObserver observer, string topic, int qos = 0)
    {
        var message = await observer.NextAsync();
        Assert.Equal(($"spBv1.0/Plant/{topic}", qos, false), (message.Topic, message.QoS, message.Retain));
        return Decode(message);
    }

    private static Payload Decode(Observed message)
    {
        Assert.True(PayloadCodec.TryDecode(message.Payload, PayloadLimits.Default, out var payload, out var fault), fault.ToString());
        Assert.Empty(payload.Faults);
        return payload;
    }
}
