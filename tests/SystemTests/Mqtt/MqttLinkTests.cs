using System.Text;
using Sparkplug.Mqtt;
using SystemTests.Support;

namespace SystemTests.Mqtt;

/// <summary>The link against mosquitto.</summary>
[Collection(RealClock.Name)]
public sealed class MqttLinkTests
{
    public static TheoryData<MqttVersion> Versions => [MqttVersion.V311, MqttVersion.V5];

    [Theory, MemberData(nameof(Versions))]
    public async Task The_Will_is_published_when_the_process_dies(MqttVersion version)
    {
        await using var server = await MosquittoServer.StartAsync();
        await using var observer = await MqttObserver.ConnectAsync(server.Address);
        await using var owner = new LinkOwner(server.Address, Options(version));
        await owner.NextAsync<MqttEvent.Connected>();
        await owner.AbandonAsync();
        var will = await observer.NextAsync();
        Assert.Equal(("wills/link", 1, false), (will.Topic, will.QoS, will.Retain));
        Assert.Equal([1], will.Payload);
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task A_link_that_was_cut_comes_back_with_a_new_Will(MqttVersion version)
    {
        await using var server = await MosquittoServer.StartAsync();
        await using var proxy = new BreakableProxy(server.Port);
        await using var observer = await MqttObserver.ConnectAsync(server.Address);
        await using var owner = new LinkOwner(proxy.Address, Options(version));
        for (var i = 1; i <= 3; i++)
        {
            await owner.NextAsync<MqttEvent.Connected>();
            proxy.Cut();
            Assert.Equal([(byte)i], (await observer.NextAsync()).Payload);
            await owner.NextAsync<MqttEvent.Disconnected>();
        }
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task A_server_that_is_killed_and_started_again_is_found_again(MqttVersion version)
    {
        await using var server = await MosquittoServer.StartAsync();
        await using var owner = new LinkOwner(server.Address, Options(version));
        await owner.NextAsync<MqttEvent.Connected>();
        await server.KillAsync();
        await owner.NextAsync<MqttEvent.Disconnected>();
        var failed = await owner.NextAsync<MqttEvent.ConnectFailed>();
        Assert.Equal($"mqtt://127.0.0.1:{server.Port}: connection refused", failed.Reason);
        await server.StartAgainAsync();
        await owner.NextAsync<MqttEvent.Connected>();
        Assert.True(owner.Connects >= 3);
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task A_connection_that_hangs_half_open_is_given_up_and_made_anew(MqttVersion version)
    {
        await using var server = await MosquittoServer.StartAsync();
        await using var proxy = new BreakableProxy(server.Port);
        await using var owner = new LinkOwner(proxy.Address, Options(version) with { KeepAlive = TimeSpan.FromSeconds(2) });
        await owner.NextAsync<MqttEvent.Connected>();
        proxy.Freeze();
        Assert.Contains("silent for 2 s", (await owner.NextAsync<MqttEvent.Disconnected>()).Reason, StringComparison.Ordinal);
        proxy.Restore();
        await owner.NextAsync<MqttEvent.Connected>();
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task Ten_thousand_messages_of_both_QoS_arrive_in_order(MqttVersion version)
    {
        const int Count = 10_000;
        await using var server = await MosquittoServer.StartAsync(new MosquittoOptions { More = "max_queued_messages 0" });
        await using var observer = await MqttObserver.ConnectAsync(server.Address, "data/#");
        await using var owner = new LinkOwner(server.Address, Options(version));
        await owner.NextAsync<MqttEvent.Connected>();
        // The order of MQTT is one per QoS (MQTT-4.6.0-6): a topic for each.
        for (var i = 0; i < Count; i++) owner.Link.Publish($"data/{i % 2}", BitConverter.GetBytes(i), qos: i % 2, retain: false);
        var next = new[] { 0, 1 };
        for (var i = 0; i < Count; i++)
        {
            var message = await observer.NextAsync();
            var qos = message.Topic[^1] - '0';
            Assert.Equal(next[qos], BitConverter.ToInt32(message.Payload));
            next[qos] += 2;
        }
        Assert.Equal([Count, Count + 1], next);
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task What_was_published_last_arrives_before_the_connection_ends(MqttVersion version)
    {
        await using var server = await MosquittoServer.StartAsync();
        await using var observer = await MqttObserver.ConnectAsync(server.Address, "last/#");
        await using var owner = new LinkOwner(server.Address, Options(version));
        await owner.NextAsync<MqttEvent.Connected>();
        for (var i = 0; i < 500; i++) owner.Link.Publish("last/message", BitConverter.GetBytes(i), qos: 1, retain: false);
        owner.Link.Disconnect(MqttDisconnect.Normal);
        Assert.EndsWith(": disconnected", (await owner.NextAsync<MqttEvent.Disconnected>()).Reason, StringComparison.Ordinal);
        for (var i = 0; i < 500; i++) Assert.Equal(i, BitConverter.ToInt32((await observer.NextAsync()).Payload));
    }

    [Theory]
    [InlineData(MqttVersion.V5, MqttDisconnect.WithWill, true)]
    [InlineData(MqttVersion.V5, MqttDisconnect.Normal, false)]
    [InlineData(MqttVersion.V311, MqttDisconnect.WithWill, false)]
    public async Task Only_reason_code_4_makes_the_server_publish_the_Will(MqttVersion version, MqttDisconnect how, bool isPublished)
    {
        await using var server = await MosquittoServer.StartAsync();
        await using var observer = await MqttObserver.ConnectAsync(server.Address);
        await using var owner = new LinkOwner(server.Address, Options(version));
        await owner.NextAsync<MqttEvent.Connected>();
        owner.Link.Disconnect(how);
        await owner.NextAsync<MqttEvent.Disconnected>();
        // The link comes back after the server has dealt with the end: what it says then stands behind a Will, if there was one.
        await owner.NextAsync<MqttEvent.Connected>();
        owner.Link.Publish("after", new byte[] { 0 }, qos: 1, retain: false);
        Assert.Equal(isPublished ? "wills/link" : "after", (await observer.NextAsync()).Topic);
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task What_is_published_while_there_is_no_connection_never_arrives(MqttVersion version)
    {
        await using var server = await MosquittoServer.StartAsync();
        await using var proxy = new BreakableProxy(server.Port);
        await using var observer = await MqttObserver.ConnectAsync(server.Address, "data/#");
        await using var owner = new LinkOwner(proxy.Address, Options(version));
        await owner.NextAsync<MqttEvent.Connected>();
        proxy.Freeze();
        for (var i = 0; i < 100; i++) owner.Link.Publish("data/old", new byte[] { 0 }, qos: i % 2, retain: false);
        proxy.Cut();
        await owner.NextAsync<MqttEvent.Disconnected>();
        owner.Link.Publish("data/old", new byte[] { 0 }, qos: 1, retain: false);
        proxy.Restore();
        await owner.NextAsync<MqttEvent.Connected>();
        owner.Link.Publish("data/new", new byte[] { 1 }, qos: 1, retain: false);
        Assert.Equal("data/new", (await observer.NextAsync()).Topic);
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task Subscribed_messages_arrive_with_their_retain_flag(MqttVersion version)
    {
        await using var server = await MosquittoServer.StartAsync();
        await using var stranger = await MqttObserver.ConnectAsync(server.Address, "none");
        await stranger.PublishAsync("in/kept", "kept"u8.ToArray(), retain: true);
        await using var owner = new LinkOwner(server.Address, Options(version));
        await owner.NextAsync<MqttEvent.Connected>();
        owner.Link.Subscribe(["in/#", "other/+"]);
        await owner.NextAsync<MqttEvent.Subscribed>();
        var kept = await owner.NextAsync<MqttEvent.Received>();
        Assert.Equal(("in/kept", "kept", true), (kept.Topic, Encoding.UTF8.GetString(kept.Payload.Span), kept.Retain));
        var large = new byte[2_000_000];
        new Random(1).NextBytes(large);
        await stranger.PublishAsync("other/large", large);
        var live = await owner.NextAsync<MqttEvent.Received>();
        Assert.Equal(("other/large", false), (live.Topic, live.Retain));
        Assert.True(live.Payload.Span.SequenceEqual(large));
        await stranger.PublishAsync("other/empty", []);
        Assert.True((await owner.NextAsync<MqttEvent.Received>()).Payload.IsEmpty);
    }

    [Theory]
    [InlineData(MqttVersion.V311, "unspecified error")]
    [InlineData(MqttVersion.V5, "not authorized")]
    public async Task One_refused_filter_of_several_refuses_the_subscription(MqttVersion version, string why)
    {
        await using var server = await MosquittoServer.StartAsync(new MosquittoOptions { RefusesSubscriptions = "secret/#" });
        await using var owner = new LinkOwner(server.Address, Options(version));
        await owner.NextAsync<MqttEvent.Connected>();
        owner.Link.Subscribe(["open/#", "secret/plans"]);
        var refused = await owner.NextAsync<MqttEvent.SubscribeRefused>();
        Assert.Equal($"the server refused to subscribe to secret/plans ({why})", refused.Reason);
    }

    [Fact]
    public async Task A_refused_message_says_which()
    {
        await using var server = await MosquittoServer.StartAsync(new MosquittoOptions { Acl = "topic readwrite allowed/#\ntopic write wills/#" });
        await using var owner = new LinkOwner(server.Address, Options(MqttVersion.V5));
        await owner.NextAsync<MqttEvent.Connected>();
        owner.Link.Publish("forbidden/topic", new byte[] { 0 }, qos: 1, retain: false);
        Assert.Contains("forbidden/topic: not authorized", (await owner.NextAsync<MqttEvent.Disconnected>()).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MqttVersion.V311, "not authorized")]
    [InlineData(MqttVersion.V5, "not authorized")]
    public async Task A_wrong_password_is_told_and_never_shown(MqttVersion version, string words)
    {
        await using var server = await MosquittoServer.StartAsync(new MosquittoOptions { Users = new Dictionary<string, string> { ["edge"] = "right" } });
        await using var owner = new LinkOwner(server.Address, Options(version) with { UserName = "edge", Password = "wr0ng!" });
        var reason = (await owner.NextAsync<MqttEvent.ConnectFailed>()).Reason;
        Assert.Contains($"refused by the server: {words}", reason, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng!", reason, StringComparison.Ordinal);
        await using var right = new LinkOwner(server.Address, Options(version) with { UserName = "edge", Password = "right" });
        await right.NextAsync<MqttEvent.Connected>();
    }

    private static MqttLinkOptions Options(MqttVersion version) => new() { ClientId = "link", Version = version };
}
