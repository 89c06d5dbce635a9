using System.Buffers;
using System.Net.Sockets;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using UnitTests;

namespace SystemTests.Broker;

[Spec("tck-id-conformance-mqtt-will-messages")]
public sealed class WillTests
{
    public static TheoryData<MqttProtocolVersion> Versions => [MqttProtocolVersion.V311, MqttProtocolVersion.V500];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_client_that_vanishes_leaves_its_Will_retained_with_QoS_1(MqttProtocolVersion version)
    {
        await using var broker = await BrokerFixture.StartAsync();
        await using var subscriber = await TestClient.ConnectAsync(broker.Tcp, version);
        await subscriber.SubscribeAsync("spBv1.0/STATE/+");
        var client = await TestClient.ConnectAsync(broker.Tcp, version, WithWill);
        client.Vanish();

        var live = await subscriber.NextAsync();
        Assert.Equal("gone"u8.ToArray(), live.Payload.ToArray());
        Assert.Equal(MqttQualityOfServiceLevel.AtLeastOnce, live.QualityOfServiceLevel);
        Assert.False(live.Retain);

        await using var later = await TestClient.ConnectAsync(broker.Tcp, version);
        await later.SubscribeAsync("spBv1.0/STATE/+");
        Assert.True((await later.NextAsync()).Retain);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_client_that_says_goodbye_takes_its_Will_with_it(MqttProtocolVersion version)
    {
        await using var broker = await BrokerFixture.StartAsync();
        await using var subscriber = await TestClient.ConnectAsync(broker.Tcp, version);
        await subscriber.SubscribeAsync("spBv1.0/STATE/+");
        await using (var client = await TestClient.ConnectAsync(broker.Tcp, version, options =>
        {
            WithWill(options);
            options.WillPayload = "of the one that said goodbye"u8.ToArray();
        }))
            await client.Client.DisconnectAsync(new MqttClientDisconnectOptions(), TestContext.Current.CancellationToken);

        var vanished = await TestClient.ConnectAsync(broker.Tcp, version, WithWill);
        vanished.Vanish();
        Assert.Equal("gone"u8.ToArray(), (await subscriber.NextAsync()).Payload.ToArray());
        Assert.Empty(await subscriber.AllUntilMarkerAsync());
    }

    [Fact]
    [Spec("tck-id-payloads-ndeath-will-message-publisher-disconnect-mqtt50")]
    public async Task DISCONNECT_with_reason_4_sends_the_Will()
    {
        await using var broker = await BrokerFixture.StartAsync();
        await using var subscriber = await TestClient.ConnectAsync(broker.Tcp);
        await subscriber.SubscribeAsync("spBv1.0/STATE/+");
        await using var client = await TestClient.ConnectAsync(broker.Tcp, change: WithWill);
        await client.Client.DisconnectAsync(
            new MqttClientDisconnectOptions { Reason = MqttClientDisconnectOptionsReason.DisconnectWithWillMessage }, TestContext.Current.CancellationToken);
        Assert.Equal("gone"u8.ToArray(), (await subscriber.NextAsync()).Payload.ToArray());
    }

    [Theory]
    [MemberData(nameof(Versions))]
    [Spec("MQTT-3.1.2-8")]
    public async Task A_client_whose_id_is_taken_over_leaves_its_Will(MqttProtocolVersion version)
    {
        await using var broker = await BrokerFixture.StartAsync();
        await using var subscriber = await TestClient.ConnectAsync(broker.Tcp, version);
        await subscriber.SubscribeAsync("spBv1.0/STATE/+");
        await using var old = await TestClient.ConnectAsync(broker.Tcp, version, options =>
        {
            WithWill(options);
            options.ClientId = "Line1";
        });
        await using var next = await TestClient.ConnectAsync(broker.Tcp, version, options => options.ClientId = "Line1");
        Assert.Equal("gone"u8.ToArray(), (await subscriber.NextAsync()).Payload.ToArray());
    }

    [Fact]
    [Spec("MQTT-3.1.2-24")]
    public async Task A_client_that_falls_silent_for_one_and_a_half_keep_alives_leaves_its_Will()
    {
        await using var broker = await BrokerFixture.StartAsync("--Broker:AllowAnonymous=true");
        await using var subscriber = await TestClient.ConnectAsync(broker.Tcp);
        await subscriber.SubscribeAsync("w");
        using var silent = new TcpClient();
        await silent.ConnectAsync(broker.Tcp, TestContext.Current.CancellationToken);
        // CONNECT of 3.1.1: clean session, Will, keep alive 1 s, id "x", Will topic "w", Will payload "!"
        byte[] connect = [0x10, 19, 0, 4, .. "MQTT"u8, 4, 0x06, 0, 1, 0, 1, (byte)'x', 0, 1, (byte)'w', 0, 1, (byte)'!'];
        await silent.GetStream().WriteAsync(connect, TestContext.Current.CancellationToken);
        Assert.Equal("!"u8.ToArray(), (await subscriber.NextAsync()).Payload.ToArray());
    }

    [Fact]
    public async Task A_broker_that_stops_keeps_the_retained_Wills_of_its_clients()
    {
        await using var broker = await BrokerFixture.StartAsync();
        await using var client = await TestClient.ConnectAsync(broker.Tcp, change: WithWill);
        await broker.StopAsync();
        await broker.StartAgainAsync();
        await using var later = await TestClient.ConnectAsync(broker.Tcp);
        await later.SubscribeAsync("spBv1.0/STATE/+");
        Assert.Equal("gone"u8.ToArray(), (await later.NextAsync()).Payload.ToArray());
    }

    [Fact]
    public async Task A_client_that_was_not_let_in_has_no_Will()
    {
        await using var broker = await BrokerFixture.StartAsync();
        await using var subscriber = await TestClient.ConnectAsync(broker.Tcp);
        await subscriber.SubscribeAsync("spBv1.0/STATE/+");
        await using (var stranger = new TestClient())
        {
            var refused = await stranger.TryConnectAsync(broker.Tcp, change: options =>
            {
                WithWill(options);
                options.WillPayload = "of a stranger"u8.ToArray();
                options.Credentials = new MqttClientCredentials("stranger", "x"u8.ToArray());
            });
            Assert.Equal(MqttClientConnectResultCode.BadUserNameOrPassword, refused.ResultCode);
        }

        var vanished = await TestClient.ConnectAsync(broker.Tcp, change: WithWill);
        vanished.Vanish();
        Assert.Equal("gone"u8.ToArray(), (await subscriber.NextAsync()).Payload.ToArray());
    }

    [Fact]
    public async Task A_client_with_a_Will_on_a_topic_of_the_server_is_not_let_in()
    {
        await using var broker = await BrokerFixture.StartAsync();
        await using var client = new TestClient();
        var result = await client.TryConnectAsync(broker.Tcp, change: options =>
        {
            WithWill(options);
            options.WillTopic = "$sparkplug/certificates/spBv1.0/Plant1/NBIRTH/Line1";
        });
        Assert.Equal(MqttClientConnectResultCode.NotAuthorized, result.ResultCode);
    }

    private static void WithWill(MqttClientOptions options)
    {
        options.WillTopic = "spBv1.0/STATE/scada1";
        options.WillPayload = "gone"u8.ToArray();
        options.WillQualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce;
        options.WillRetain = true;
    }
}
