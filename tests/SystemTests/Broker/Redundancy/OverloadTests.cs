using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet;
using MQTTnet.Formatter;
using Sparkplug.Broker.Connections;
using Sparkplug.Edge;
using Sparkplug.Mqtt;
using Sparkplug.Topics;
using SystemTests.Mqtt;
using SystemTests.Support;

namespace SystemTests.Broker.Redundancy;

/// <summary>A broker that has no room: new clients are told, those that are connected keep working.</summary>
[Collection(RealClock.Name)]
public sealed class OverloadTests
{
    private const string OneConnection = "--Broker:Overload:Connections=1", Quiet = "--Logging:LogLevel:Default=Error";

    [Theory]
    [InlineData(MqttProtocolVersion.V500, null, MqttClientConnectResultCode.ServerBusy)]
    [InlineData(MqttProtocolVersion.V500, "backup.example:8883", MqttClientConnectResultCode.UseAnotherServer)]
    [InlineData(MqttProtocolVersion.V311, "backup.example:8883", MqttClientConnectResultCode.ServerUnavailable)]
    public async Task Above_the_load_limit_new_clients_are_refused_and_the_others_keep_working(
        MqttProtocolVersion version, string? backup, MqttClientConnectResultCode code)
    {
        await using var broker = await BrokerFixture.StartAsync(Quiet, OneConnection, $"--Broker:Backup={backup}");
        await using var first = await TestClient.ConnectAsync(broker.Tcp);
        await first.SubscribeAsync("t");
        for (var i = 0; i < 10; i++)
        {
            await using var late = new TestClient();
            var answer = await late.TryConnectAsync(broker.Tcp, version);
            Assert.Equal((code, version == MqttProtocolVersion.V500 ? backup ?? "" : ""), (answer.ResultCode, answer.ServerReference ?? ""));
            await first.PublishAsync("t", [(byte)i], qos: 2);
            Assert.Equal("t", (await first.NextAsync()).Topic);
        }

        await first.DisposeAsync();
        await UntilLetInAsync(broker);
    }

    [Fact]
    public async Task A_broker_whose_loop_lags_behind_is_busy_until_it_has_caught_up()
    {
        await using var broker = await BrokerFixture.StartAsync(Quiet, "--Broker:Overload:Delay=00:00:00.050");
        await UntilLetInAsync(broker);
        using var never = new ManualResetEventSlim();
        broker.Service<BrokerLoop>().Post(() => never.Wait(TimeSpan.FromSeconds(1))); // a turn that takes long
        await using var late = new TestClient();
        Assert.Equal(MqttClientConnectResultCode.ServerBusy, (await late.TryConnectAsync(broker.Tcp)).ResultCode);
        await UntilLetInAsync(broker);
    }

    [Theory]
    [InlineData(MqttVersion.V5)]
    [InlineData(MqttVersion.V311)]
    public async Task An_edge_node_that_is_refused_goes_to_the_next_server_of_its_own_list_and_nowhere_else(MqttVersion version)
    {
        using var stranger = new TcpListener(IPAddress.Loopback, 0);
        stranger.Start();
        await using var full = await BrokerFixture.StartAsync(Quiet, OneConnection, $"--Broker:Backup={stranger.LocalEndpoint}", "--Broker:AllowAnonymous=true");
        await using var roomy = await BrokerFixture.StartAsync(Quiet, "--Broker:AllowAnonymous=true");
        await using var occupant = await TestClient.ConnectAsync(full.Tcp);
        await using var observer = await MqttObserver.ConnectAsync(Address(roomy), "spBv1.0/#");
        var client = new EdgeNodeClient(
            new EdgeNodeClientOptions
            {
                Session = new EdgeSessionOptions { EdgeNode = new EdgeNodeDescriptor("Plant", "Line1") },
                Servers = [Address(full), Address(roomy)],
                Link = new MqttLinkOptions { ClientId = "Plant-Line1", Version = version, Backoff = new BackoffOptions { Shortest = TimeSpan.FromMilliseconds(50) } },
            },
            TimeProvider.System, NullLogger.Instance);
        await using var running = new RunningClient(client.RunAsync);
        Assert.Equal("spBv1.0/Plant/NBIRTH/Line1", (await observer.NextAsync()).Topic);
        Assert.False(stranger.Pending());
    }

    private static Uri Address(BrokerFixture broker) => new($"mqtt://{broker.Tcp}");

    private static Task<TimeSpan> UntilLetInAsync(BrokerFixture broker) => Wait.UntilAsync("a client is let in", 30, async () =>
    {
        await using var client = new TestClient();
        return (await client.TryConnectAsync(broker.Tcp)).ResultCode == MqttClientConnectResultCode.Success;
    });
}
