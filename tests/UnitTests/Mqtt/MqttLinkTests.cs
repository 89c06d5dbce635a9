using System.Net.Sockets;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using Sparkplug.Mqtt;

namespace UnitTests.Mqtt;

public sealed class MqttLinkTests
{
    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    [Spec("tck-id-principles-persistence-clean-session-311", "tck-id-principles-persistence-clean-session-50")]
    public async Task CONNECT_asks_for_a_clean_session_and_carries_the_Will_at_QoS_1(MqttVersion version)
    {
        await using var bench = new LinkBench(new MqttLinkOptions
        {
            ClientId = "edge-1", Version = version, UserName = "user", Password = "word", KeepAlive = TimeSpan.FromSeconds(17),
        });
        await bench.EventAsync<MqttEvent.ConnectDue>();
        bench.Link.Connect(LinkBench.Connect with { WillRetain = true });
        using var server = await bench.AcceptAsync();
        var connect = await server.ReadAsync<MqttConnectPacket>();
        Assert.Equal("edge-1", connect.ClientId);
        Assert.True(connect.CleanSession);
        Assert.Equal(0u, connect.SessionExpiryInterval);
        Assert.Equal(17, connect.KeepAlivePeriod);
        Assert.Equal("user", connect.Username);
        Assert.Equal("word"u8.ToArray(), connect.Password);
        Assert.True(connect.WillFlag);
        Assert.Equal("will/topic", connect.WillTopic);
        Assert.Equal([1, 2, 3], connect.WillMessage);
        Assert.Equal(MqttQualityOfServiceLevel.AtLeastOnce, connect.WillQoS);
        Assert.True(connect.WillRetain);
        Assert.Equal(0u, connect.WillDelayInterval);
    }

    [Fact]
    public async Task Nothing_that_was_queued_for_one_connection_is_sent_on_the_next()
    {
        await using var bench = new LinkBench();
        var first = await bench.ConnectAsync();
        first.Dispose();
        // The owner does not know yet and goes on publishing.
        for (var i = 0; i < 10; i++) bench.Link.Publish("old", new byte[] { 1 }, qos: 0, retain: false);
        await bench.EventAsync<MqttEvent.Disconnected>();
        bench.Link.Publish("old", new byte[] { 1 }, qos: 1, retain: false);
        using var second = await bench.ConnectAsync();
        bench.Link.Publish("new", new byte[] { 1 }, qos: 0, retain: false);
        Assert.Equal("new", (await second.ReadAsync<MqttPublishPacket>()).Topic);
    }

    [Fact]
    public async Task Messages_of_QoS_1_are_sent_without_waiting_for_one_another()
    {
        await using var bench = new LinkBench();
        using var server = await bench.ConnectAsync();
        for (var i = 0; i < 100; i++) bench.Link.Publish($"t{i}", new byte[] { 1 }, qos: i % 2, retain: false);
        for (var i = 0; i < 100; i++) Assert.Equal($"t{i}", (await server.ReadAsync<MqttPublishPacket>()).Topic);
    }

    [Theory]
    [InlineData(MqttDisconnect.Normal, MqttDisconnectReasonCode.NormalDisconnection)]
    [InlineData(MqttDisconnect.WithWill, MqttDisconnectReasonCode.DisconnectWithWillMessage)]
    [Spec("tck-id-payloads-ndeath-will-message-publisher-disconnect-mqtt50")]
    public async Task DISCONNECT_waits_for_the_acknowledgement_and_carries_its_reason_code(MqttDisconnect how, MqttDisconnectReasonCode code)
    {
        await using var bench = new LinkBench();
        using var server = await bench.ConnectAsync();
        bench.Link.Publish("death", new byte[] { 1 }, qos: 1, retain: false);
        bench.Link.Disconnect(how);
        var death = await server.ReadAsync<MqttPublishPacket>();
        var next = server.ReadAsync();
        Assert.False(next.IsCompleted);
        await server.SendAsync(new MqttPubAckPacket { PacketIdentifier = death.PacketIdentifier });
        Assert.Equal(code, Assert.IsType<MqttDisconnectPacket>(await next).ReasonCode);
        server.Dispose();
        Assert.EndsWith(": disconnected", (await bench.EventAsync<MqttEvent.Disconnected>()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_acknowledgement_the_connection_is_cut_and_no_DISCONNECT_silences_the_Will()
    {
        await using var bench = new LinkBench(new MqttLinkOptions { ClientId = "bench", KeepAlive = TimeSpan.FromHours(1) });
        using var server = await bench.ConnectAsync();
        bench.Link.Publish("death", new byte[] { 1 }, qos: 1, retain: false);
        bench.Link.Disconnect(MqttDisconnect.WithWill);
        await server.ReadAsync<MqttPublishPacket>();
        var next = server.ReadAsync();
        await bench.PassTimeUntilAsync(next);
        Assert.Null(await next);
        Assert.Contains("not acknowledged in time", (await bench.LaterAsync<MqttEvent.Disconnected>()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_close_after_DISCONNECT_is_left_alone_soon()
    {
        await using var bench = new LinkBench();
        using var server = await bench.ConnectAsync();
        bench.Link.Disconnect(MqttDisconnect.Normal);
        await server.ReadAsync<MqttDisconnectPacket>();
        Assert.EndsWith(": disconnected", (await bench.LaterAsync<MqttEvent.Disconnected>()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_queue_cuts_the_connection_so_that_no_message_is_left_out()
    {
        await using var bench = new LinkBench(new MqttLinkOptions { ClientId = "bench", SendQueueCapacity = 10 });
        using var server = await bench.ConnectAsync(Accept(answer => answer.ReceiveMaximum = 1));
        for (var i = 0; i < 11; i++) bench.Link.Publish("t", new byte[] { 1 }, qos: 1, retain: false);
        Assert.Contains("more than 10 messages", (await bench.EventAsync<MqttEvent.Disconnected>()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("MQTT-3.1.2-20")]
    public async Task Silence_is_met_with_a_PINGREQ_and_an_answer_keeps_the_connection()
    {
        await using var bench = new LinkBench();
        using var server = await bench.ConnectAsync();
        for (var i = 0; i < 5; i++)
        {
            var ping = server.ReadAsync<MqttPingReqPacket>();
            await bench.PassTimeUntilAsync(ping);
            await ping;
            await server.SendAsync(MqttPingRespPacket.Instance);
            // The answer counts once it is read: a message behind it shows that.
            await server.SendAsync($"m{i}");
            Assert.Equal($"m{i}", (await bench.EventAsync<MqttEvent.Received>()).Topic);
        }
    }

    [Fact]
    public async Task A_server_that_does_not_answer_a_PINGREQ_is_gone_within_the_keep_alive_time()
    {
        await using var bench = new LinkBench();
        using var server = await bench.ConnectAsync();
        var before = bench.Clock.GetUtcNow();
        Assert.Contains("silent for 30 s", (await bench.LaterAsync<MqttEvent.Disconnected>()).Reason, StringComparison.Ordinal);
        Assert.InRange(bench.Clock.GetUtcNow() - before, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(40));
    }

    [Fact]
    public async Task An_owner_that_is_busy_makes_the_server_wait_and_not_the_connection_die()
    {
        await using var bench = new LinkBench(eventCapacity: 1);
        using var server = await bench.ConnectAsync();
        for (var i = 0; i < 10; i++) await server.SendAsync($"t{i}", qos: 1, identifier: (ushort)(i + 1));
        // Two are acknowledged at most while the owner reads nothing: one in its channel, one at its door.
        var acknowledged = await server.ReadAsync<MqttPubAckPacket>();
        Assert.Equal(1, acknowledged.PacketIdentifier);
        bench.Clock.Advance(TimeSpan.FromMinutes(10));
        for (var i = 0; i < 10; i++) Assert.Equal($"t{i}", (await bench.EventAsync<MqttEvent.Received>()).Topic);
    }

    [Fact]
    public async Task Subscribed_comes_when_every_filter_is_granted()
    {
        await using var bench = new LinkBench();
        using var server = await bench.ConnectAsync();
        bench.Link.Subscribe(["a", "b"]);
        var subscribe = await server.ReadAsync<MqttSubscribePacket>();
        Assert.Equal(["a", "b"], subscribe.TopicFilters.Select(filter => filter.Topic));
        Assert.All(subscribe.TopicFilters, filter => Assert.Equal(MqttQualityOfServiceLevel.AtLeastOnce, filter.QualityOfServiceLevel));
        await Grant(server, subscribe, MqttSubscribeReasonCode.GrantedQoS1, MqttSubscribeReasonCode.GrantedQoS0);
        await bench.EventAsync<MqttEvent.Subscribed>();
    }

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public async Task One_refused_filter_refuses_the_subscription_and_is_named(MqttVersion version)
    {
        await using var bench = new LinkBench(new MqttLinkOptions { ClientId = "bench", Version = version });
        using var server = await bench.ConnectAsync();
        bench.Link.Subscribe(["a", "b"]);
        var subscribe = await server.ReadAsync<MqttSubscribePacket>();
        await Grant(server, subscribe, MqttSubscribeReasonCode.GrantedQoS1, MqttSubscribeReasonCode.UnspecifiedError);
        Assert.Contains("b (unspecified error)", (await bench.EventAsync<MqttEvent.SubscribeRefused>()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_SUBACK_that_does_not_come_in_time_refuses_the_subscription_once()
    {
        await using var bench = new LinkBench();
        using var server = await bench.ConnectAsync();
        bench.Link.Subscribe(["a"]);
        var subscribe = await server.ReadAsync<MqttSubscribePacket>();
        Assert.Contains("no SUBACK", (await bench.LaterAsync<MqttEvent.SubscribeRefused>()).Reason, StringComparison.Ordinal);
        await Grant(server, subscribe, MqttSubscribeReasonCode.GrantedQoS1);
        await server.SendAsync("after");
        Assert.Equal("after", (await bench.EventAsync<MqttEvent.Received>()).Topic);
    }

    [Fact]
    public async Task A_refused_message_of_QoS_1_ends_the_connection_with_its_topic()
    {
        await using var bench = new LinkBench();
        using var server = await bench.ConnectAsync();
        bench.Link.Publish("state", new byte[] { 1 }, qos: 1, retain: true);
        var publish = await server.ReadAsync<MqttPublishPacket>();
        Assert.True(publish.Retain);
        await server.SendAsync(new MqttPubAckPacket { PacketIdentifier = publish.PacketIdentifier, ReasonCode = MqttPubAckReasonCode.NotAuthorized });
        Assert.Contains("refused a message to state: not authorized", (await bench.EventAsync<MqttEvent.Disconnected>()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("MQTT-3.3.4-9")]
    public async Task No_more_messages_of_QoS_1_are_under_way_than_the_server_accepts()
    {
        await using var bench = new LinkBench();
        using var server = await bench.ConnectAsync(Accept(answer => answer.ReceiveMaximum = 2));
        for (var i = 0; i < 3; i++) bench.Link.Publish($"t{i}", new byte[] { 1 }, qos: 1, retain: false);
        var first = await server.ReadAsync<MqttPublishPacket>();
        await server.ReadAsync<MqttPublishPacket>();
        var third = server.ReadAsync<MqttPublishPacket>();
        Assert.False(third.IsCompleted);
        await server.SendAsync(new MqttPubAckPacket { PacketIdentifier = first.PacketIdentifier });
        Assert.Equal("t2", (await third).Topic);
    }

    [Fact]
    public async Task A_message_larger_than_the_server_accepts_is_not_sent()
    {
        await using var bench = new LinkBench();
        using var server = await bench.ConnectAsync(Accept(answer => answer.MaximumPacketSize = 100));
        bench.Link.Publish("t", new byte[100], qos: 0, retain: false);
        Assert.Null(await server.ReadAsync());
        Assert.Contains("larger than the 100", (await bench.EventAsync<MqttEvent.Disconnected>()).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MqttVersion.V311, 4, "bad user name or password")]
    [InlineData(MqttVersion.V311, 1, "it does not speak this MQTT version")]
    [InlineData(MqttVersion.V311, 77, "return code 77")]
    [InlineData(MqttVersion.V5, 134, "bad user name or password")]
    [InlineData(MqttVersion.V5, 135, "not authorized")]
    public async Task A_refusal_is_told_in_words(MqttVersion version, int code, string words)
    {
        await using var bench = new LinkBench(new MqttLinkOptions { ClientId = "bench", Version = version });
        await bench.EventAsync<MqttEvent.ConnectDue>();
        bench.Link.Connect(LinkBench.Connect);
        using var server = await bench.AcceptAsync();
        await server.ReadAsync<MqttConnectPacket>();
        await server.SendAsync(version == MqttVersion.V311
            ? new MqttConnAckPacket { ReturnCode = (MqttConnectReturnCode)code }
            : new MqttConnAckPacket { ReasonCode = (MqttConnectReasonCode)code });
        Assert.Contains(words, (await bench.EventAsync<MqttEvent.ConnectFailed>()).Reason, StringComparison.Ordinal);
        await bench.LaterAsync<MqttEvent.ConnectDue>();
    }

    [Theory]
    [InlineData(0x89, "refused by the server: server busy, it names other:8883")]
    [InlineData(0x9C, "refused by the server: use another server, it names other:8883")]
    public async Task A_Server_Reference_in_CONNACK_is_told_and_not_followed(int code, string words)
    {
        await using var bench = new LinkBench();
        await bench.EventAsync<MqttEvent.ConnectDue>();
        bench.Link.Connect(LinkBench.Connect);
        using var server = await bench.AcceptAsync();
        await server.ReadAsync<MqttConnectPacket>();
        await server.SendAsync(new MqttConnAckPacket { ReasonCode = (MqttConnectReasonCode)code, ServerReference = "other:8883" });
        Assert.EndsWith(words, (await bench.EventAsync<MqttEvent.ConnectFailed>()).Reason, StringComparison.Ordinal);
        await bench.LaterAsync<MqttEvent.ConnectDue>(); // its owner says where to
    }

    [Theory]
    [InlineData(0x9C, true)]
    [InlineData(0x9D, true)]
    [InlineData(0x8B, false)]
    [InlineData(0x98, false)]
    public async Task A_DISCONNECT_tells_its_owner_whether_to_use_another_server(int code, bool isSentElsewhere)
    {
        await using var bench = new LinkBench();
        using var server = await bench.ConnectAsync();
        await server.SendAsync(new MqttDisconnectPacket { ReasonCode = (MqttDisconnectReasonCode)code, ServerReference = isSentElsewhere ? "other:8883" : null });
        var gone = await bench.EventAsync<MqttEvent.Disconnected>();
        Assert.Equal((isSentElsewhere, isSentElsewhere), (gone.UseAnotherServer, gone.Reason.EndsWith(", it names other:8883", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_server_that_does_not_answer_CONNECT_fails_in_time()
    {
        await using var bench = new LinkBench();
        await bench.EventAsync<MqttEvent.ConnectDue>();
        bench.Link.Connect(LinkBench.Connect);
        using var server = await bench.AcceptAsync();
        Assert.Contains("no answer in time", (await bench.LaterAsync<MqttEvent.ConnectFailed>()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attempts_that_fail_are_further_and_further_apart()
    {
        await using var bench = new LinkBench();
        bench.OpenFails = new SocketException((int)SocketError.ConnectionRefused);
        var times = new List<DateTimeOffset>();
        for (var i = 0; i < 8; i++)
        {
            await bench.LaterAsync<MqttEvent.ConnectDue>();
            times.Add(bench.ConnectDueAt);
            bench.Link.Connect(LinkBench.Connect);
            Assert.Equal("mqtt://bench:1883: connection refused", (await bench.EventAsync<MqttEvent.ConnectFailed>()).Reason);
        }
        var waits = times.Zip(times.Skip(1), (earlier, later) => (later - earlier).TotalSeconds).ToArray();
        for (var i = 0; i < waits.Length; i++)
        {
            var whole = Math.Min(0.5 * Math.Pow(2, i), 30); // the longest wait is cut by up to a half like all others
            Assert.InRange(waits[i], whole / 2, whole + 1);
        }
    }

    [Theory]
    [InlineData(new byte[] { 0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0x01 }, "without a valid length")]
    [InlineData(new byte[] { 0x30, 0xFF, 0xFF, 0xFF, 0x7F }, "at most")]
    [InlineData(new byte[] { 0x30, 0x02, 0x00, 0x09 }, "malformed packet of type 3")]
    [InlineData(new byte[] { 0x00, 0x00 }, "malformed packet of type 0")]
    [InlineData(new byte[] { 0x40, 0x02, 0x00, 0x07 }, "acknowledged message 7")]
    [InlineData(new byte[] { 0x90, 0x04, 0x00, 0x07, 0x00, 0x01 }, "acknowledged subscription 7")]
    [InlineData(new byte[] { 0xC0, 0x00 }, "PINGREQ")]
    [InlineData(new byte[] { 0x34, 0x06, 0x00, 0x01, 0x61, 0x00, 0x01, 0x00 }, "QoS 2")]
    [InlineData(new byte[] { 0xE0, 0x01, 0x8E }, "ended by the server: session taken over")]
    public async Task Bytes_that_make_no_sense_end_the_connection_with_a_reason_and_the_link_goes_on(byte[] bytes, string reason)
    {
        await using var bench = new LinkBench();
        using var server = await bench.ConnectAsync();
        await server.SendBytesAsync(bytes);
        Assert.Contains(reason, (await bench.EventAsync<MqttEvent.Disconnected>()).Reason, StringComparison.Ordinal);
        using var next = await bench.ConnectAsync();
    }

    [Fact]
    public async Task Connect_without_a_ConnectDue_is_a_mistake()
    {
        await using var bench = new LinkBench();
        await bench.EventAsync<MqttEvent.ConnectDue>();
        bench.Link.Connect(LinkBench.Connect);
        Assert.Throws<InvalidOperationException>(() => bench.Link.Connect(LinkBench.Connect));
    }

    [Theory]
    [InlineData("http://host")]
    [InlineData("mqtt://user:secret@host")]
    [InlineData("mqtt://host/path")]
    [InlineData("mqtt:host")]
    public async Task An_address_that_is_not_one_of_a_server_is_refused_without_quoting_it(string address)
    {
        await using var bench = new LinkBench();
        await bench.EventAsync<MqttEvent.ConnectDue>();
        var error = Assert.Throws<ArgumentException>(() => bench.Link.Connect(LinkBench.Connect with { Server = new Uri(address) }));
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_of_the_options_are_named_at_once()
    {
        var faults = new MqttLinkOptions { ClientId = "", KeepAlive = TimeSpan.Zero, Password = "x", SendQueueCapacity = 0 }.Faults();
        Assert.Equal(4, faults.Count);
        Assert.All(faults, fault => Assert.DoesNotContain("x\"", fault, StringComparison.Ordinal));
    }

    [Fact]
    public void The_password_is_not_in_the_text_of_the_options() =>
        Assert.DoesNotContain("secret", new MqttLinkOptions { ClientId = "c", UserName = "u", Password = "secret" }.ToString(), StringComparison.Ordinal);

    private static MqttConnAckPacket Accept(Action<MqttConnAckPacket> change)
    {
        var answer = LinkBench.Accepted;
        change(answer);
        return answer;
    }

    private static Task Grant(ScriptedServer server, MqttSubscribePacket subscribe, params MqttSubscribeReasonCode[] codes) =>
        server.SendAsync(new MqttSubAckPacket { PacketIdentifier = subscribe.PacketIdentifier, ReasonCodes = [.. codes] });
}
