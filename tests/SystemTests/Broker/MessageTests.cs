using System.Buffers;
using System.Net.Sockets;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using UnitTests;

namespace SystemTests.Broker;

public sealed class MessageTests
{
    public static TheoryData<MqttProtocolVersion> Versions => [MqttProtocolVersion.V311, MqttProtocolVersion.V500];

    [Theory]
    [InlineData(MqttProtocolVersion.V311, 0)]
    [InlineData(MqttProtocolVersion.V311, 1)]
    [InlineData(MqttProtocolVersion.V500, 0)]
    [InlineData(MqttProtocolVersion.V500, 1)]
    [Spec("tck-id-conformance-mqtt-qos0", "tck-id-conformance-mqtt-qos1")]
    public async Task A_message_reaches_the_subscriber_with_its_QoS(MqttProtocolVersion version, int qos)
    {
        await using var broker = await BrokerFixture.StartAsync();
        await using var subscriber = await TestClient.ConnectAsync(broker.Tcp, version);
        await using var publisher = await TestClient.ConnectAsync(broker.Tcp, version);
        await subscriber.SubscribeAsync("spBv1.0/#");
        await publisher.PublishAsync("spBv1.0/Plant1/NDATA/Line1", [1, 2, 3], qos);
        var message = await subscriber.NextAsync();
        Assert.Equal("spBv1.0/Plant1/NDATA/Line1", message.Topic);
        Assert.Equal([1, 2, 3], message.Payload.ToArray());
        Assert.Equal((MqttQualityOfServiceLevel)qos, message.QualityOfServiceLevel);
        Assert.False(message.Retain);
    }

    [Fact]
    public async Task A_burst_of_packets_that_arrive_together_is_taken_whole_and_in_order()
    {
        const int Messages = 5_000;
        await using var broker = await BrokerFixture.StartAsync("--Broker:AllowAnonymous=true");
        await using var subscriber = await TestClient.ConnectAsync(broker.Tcp);
        await subscriber.SubscribeAsync("burst");
        byte[] connect = [0x10, 14, 0, 4, .. "MQTT"u8, 4, 2, 0, 60, 0, 2, .. "me"u8];
        var burst = Enumerable.Range(0, Messages).SelectMany(i => (byte[])[0x30, 107, 0, 5, .. "burst"u8, .. BitConverter.GetBytes(i), .. new byte[96]]);

        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(broker.Tcp, TestContext.Current.CancellationToken);
        await socket.SendAsync((byte[])[.. connect, .. burst], TestContext.Current.CancellationToken);
        for (var i = 0; i < Messages; i++)
            Assert.Equal(i, BitConverter.ToInt32((await subscriber.NextAsync()).Payload.ToArray().AsSpan(0, 4)));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    [Spec("tck-id-conformance-mqtt-retained")]
    public async Task A_retained_message_survives_a_restart_until_an_empty_one_removes_it(MqttProtocolVersion version)
    {
        await using var broker = await BrokerFixture.StartAsync();
        await using (var publisher = await TestClient.ConnectAsync(broker.Tcp, version))
            await publisher.PublishAsync("spBv1.0/STATE/scada1", "{}"u8.ToArray(), qos: 1, retain: true);

        await broker.StopAsync();
        await broker.StartAgainAsync();
        await using (var client = await TestClient.ConnectAsync(broker.Tcp, version))
        {
            await client.SubscribeAsync("spBv1.0/STATE/scada1");
            var message = await client.NextAsync();
            Assert.True(message.Retain);
            Assert.Equal("{}"u8.ToArray(), message.Payload.ToArray());
            Assert.Equal(MqttQualityOfServiceLevel.AtLeastOnce, message.QualityOfServiceLevel);
            await client.PublishAsync("spBv1.0/STATE/scada1", [], qos: 1, retain: true);
        }

        await broker.StopAsync();
        await broker.StartAgainAsync();
        await using var later = await TestClient.ConnectAsync(broker.Tcp, version);
        await later.SubscribeAsync("spBv1.0/#");
        Assert.Empty(await later.AllUntilMarkerAsync());
    }

    [Fact]
    public async Task A_retained_message_is_on_disk_when_its_publisher_has_the_PUBACK()
    {
        await using var broker = await BrokerFixture.StartAsync();
        await using var publisher = await TestClient.ConnectAsync(broker.Tcp);
        await publisher.PublishAsync("kept", [7], qos: 1, retain: true);

        // The files as they are now are what a killed broker leaves behind.
        var copy = Directory.CreateTempSubdirectory("broker-test-").FullName;
        foreach (var file in Directory.GetFiles(broker.DataDirectory, "broker.db*").Append(broker.Endpoints.UsersFile))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));

        await using (var second = await BrokerFixture.StartOnAsync(copy))
        {
            await using var client = await TestClient.ConnectAsync(second.Tcp);
            await client.SubscribeAsync("kept");
            Assert.Equal([7], (await client.NextAsync()).Payload.ToArray());
        }

        Directory.Delete(copy, recursive: true);
    }

    [Fact]
    public async Task A_damaged_store_is_put_aside_and_the_broker_starts()
    {
        await using var broker = await BrokerFixture.StartAsync();
        await broker.StopAsync();
        var file = Path.Combine(broker.DataDirectory, "broker.db");
        await File.WriteAllTextAsync(file, "this is no database, but it is long enough to be looked at as one", TestContext.Current.CancellationToken);
        await broker.StartAgainAsync();
        await using var client = await TestClient.ConnectAsync(broker.Tcp);
        await client.PublishAsync("kept", [7], qos: 1, retain: true);
        Assert.Single(Directory.GetFiles(broker.DataDirectory, "broker.db.damaged-*"));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Nobody_publishes_to_topics_of_the_server(MqttProtocolVersion version)
    {
        await using var broker = await BrokerFixture.StartAsync("--Broker:SysInterval=00:00:00"); // it is quiet there itself
        await using var subscriber = await TestClient.ConnectAsync(broker.Tcp, version);
        await subscriber.SubscribeAsync("$sparkplug/#");
        await subscriber.SubscribeAsync("$SYS/#");
        await using var publisher = await TestClient.ConnectAsync(broker.Tcp, version);
        var first = await publisher.PublishAsync("$sparkplug/certificates/spBv1.0/Plant1/NBIRTH/Line1", [1], retain: true);
        await publisher.PublishAsync("$SYS/broker/uptime", [1]);
        if (version == MqttProtocolVersion.V500)
            Assert.Equal(MqttClientPublishReasonCode.NotAuthorized, first.ReasonCode);
        Assert.Empty(await subscriber.AllUntilMarkerAsync());
    }

    [Fact]
    public async Task A_filter_that_MQTT_does_not_know_is_refused()
    {
        await using var broker = await BrokerFixture.StartAsync();
        using var raw = new TcpClient();
        await raw.ConnectAsync(broker.Tcp, TestContext.Current.CancellationToken);
        // CONNECT (3.1.1, id "x", user and password), then SUBSCRIBE to "a/#/b", which a good client would not send.
        byte[] connect = [0x10, 0, 0, 4, .. "MQTT"u8, 4, 0xC2, 0, 0, 0, 1, (byte)'x', 0, 6, .. "tester"u8, 0, 13, .. "correct horse"u8];
        connect[1] = (byte)(connect.Length - 2);
        byte[] subscribe = [0x82, 10, 0, 1, 0, 5, .. "a/#/b"u8, 0];
        await raw.GetStream().WriteAsync((byte[])[.. connect, .. subscribe], TestContext.Current.CancellationToken);
        var answers = new byte[4 + 5];
        await raw.GetStream().ReadExactlyAsync(answers, TestContext.Current.CancellationToken);
        Assert.Equal([0x20, 2, 0, 0, 0x90, 3, 0, 1, 0x80], answers);
    }

    [Fact]
    public async Task A_packet_beyond_the_limit_ends_the_connection_at_once()
    {
        await using var broker = await BrokerFixture.StartAsync();
        using var raw = new TcpClient();
        await raw.ConnectAsync(broker.Tcp, TestContext.Current.CancellationToken);
        await raw.GetStream().WriteAsync((byte[])[0x10, 0xFF, 0xFF, 0xFF, 0x7F], TestContext.Current.CancellationToken); // a CONNECT of 256 MiB
        Assert.Equal(0, await raw.GetStream().ReadAsync(new byte[1], TestContext.Current.CancellationToken));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    [Spec("MQTT-3.1.2-5")]
    public async Task A_session_that_stays_gets_what_came_while_its_client_was_away(MqttProtocolVersion version)
    {
        await using var broker = await BrokerFixture.StartAsync();
        await using (var away = await TestClient.ConnectAsync(broker.Tcp, version, Staying))
            await away.SubscribeAsync("orders");
        await using var publisher = await TestClient.ConnectAsync(broker.Tcp, version);
        await publisher.PublishAsync("orders", [1]);

        await using var back = await TestClient.ConnectAsync(broker.Tcp, version, Staying);
        Assert.Equal([1], (await back.NextAsync()).Payload.ToArray());

        static void Staying(MqttClientOptions options) => (options.ClientId, options.CleanSession, options.SessionExpiryInterval) = ("stays", false, 300);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_client_takes_its_id_over_and_the_old_connection_ends(MqttProtocolVersion version)
    {
        await using var broker = await BrokerFixture.StartAsync();
        await using var old = await TestClient.ConnectAsync(broker.Tcp, version, options => options.ClientId = "Line1");
        var ended = new TaskCompletionSource();
        old.Client.DisconnectedAsync += _ =>
        {
            ended.TrySetResult();
            return Task.CompletedTask;
        };
        await using var next = await TestClient.ConnectAsync(broker.Tcp, version, options => options.ClientId = "Line1");
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Empty(await next.AllUntilMarkerAsync());
    }
}
