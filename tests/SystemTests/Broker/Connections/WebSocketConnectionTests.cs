using System.Net;
using System.Net.WebSockets;
using Sparkplug.Broker.Connections;
using SystemTests.Support;
using UnitTests;

namespace SystemTests.Broker.Connections;

[Collection(RealClock.Name)]
public sealed class WebSocketConnectionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/")]
    [InlineData("/mqtt")]
    [Spec("MQTT-6.0.0-4")]
    public async Task The_server_answers_with_the_sub_protocol_mqtt(string path)
    {
        await using var bench = await StartAsync();
        using var client = await ConnectAsync(bench, path);
        Assert.Equal("mqtt", client.SubProtocol);
        Assert.Equal(ListenerKind.WebSocket, (await bench.OwnerAsync(_ => true)).Connection.Listener);
    }

    [Theory]
    [InlineData("/elsewhere", "mqtt", 404)]
    [InlineData("/mqtt", "chat", 400)]
    [InlineData("/mqtt", "", 400)]
    [Spec("MQTT-6.0.0-3")]
    public async Task Other_paths_and_sub_protocols_are_refused(string path, string protocol, int status)
    {
        await using var bench = await StartAsync();
        using var client = new ClientWebSocket();
        if (protocol.Length > 0)
            client.Options.AddSubProtocol(protocol);
        client.Options.CollectHttpResponseDetails = true;
        await Assert.ThrowsAsync<WebSocketException>(() => client.ConnectAsync(Url(bench, path), Cancel));
        Assert.Equal((HttpStatusCode)status, client.HttpStatusCode);
        Assert.Equal(0, bench.Quota.Count);
    }

    [Theory]
    [InlineData(true, "http://evil.example", false)]
    [InlineData(true, "null", false)]
    [InlineData(true, "http://localhost:8080", true)]
    [InlineData(true, "http://127.0.0.1", true)]
    [InlineData(false, "http://evil.example", true)] // it needs a password
    public async Task Where_no_user_is_needed_a_page_of_another_host_is_refused(bool allowAnonymous, string origin, bool isWelcome)
    {
        await using var bench = await StartAsync(allowAnonymous);
        using var client = new ClientWebSocket();
        client.Options.AddSubProtocol("mqtt");
        client.Options.SetRequestHeader("Origin", origin);
        client.Options.CollectHttpResponseDetails = true;
        var fault = await Record.ExceptionAsync(() => client.ConnectAsync(Url(bench), Cancel));
        Assert.Equal(isWelcome, fault is null);
        Assert.Equal(isWelcome ? HttpStatusCode.SwitchingProtocols : HttpStatusCode.Forbidden, client.HttpStatusCode);
    }

    [Fact]
    [Spec("MQTT-6.0.0-2")]
    public async Task Packets_and_frames_need_not_match()
    {
        await using var bench = await StartAsync();
        using var client = await ConnectAsync(bench);
        byte[] packets = [.. BenchOwner.Packet(5), .. BenchOwner.Packet(0), .. BenchOwner.Packet(40_000), .. BenchOwner.Packet(11)];
        foreach (var frame in (Range[])[0..3, 3..4, 4..20, 20..30_000, 30_000..packets.Length])
            await client.SendAsync(packets[frame], WebSocketMessageType.Binary, endOfMessage: true, Cancel);
        Assert.Equal(packets, await ReadAsync(client, packets.Length));
    }

    [Fact]
    [Spec("MQTT-6.0.0-1")]
    public async Task A_text_frame_ends_the_connection()
    {
        await using var bench = await StartAsync();
        using var client = await ConnectAsync(bench);
        await client.SendAsync(new byte[] { 0x30 }, WebSocketMessageType.Text, endOfMessage: true, Cancel);
        var answer = await client.ReceiveAsync(new byte[10], Cancel);
        Assert.Equal((WebSocketMessageType.Close, WebSocketCloseStatus.InvalidMessageType), (answer.MessageType, answer.CloseStatus));
        await TcpConnectionTests.AssertEndedAsync(await bench.OwnerAsync(_ => true), ConnectionEnd.Broken);
    }

    [Fact]
    public async Task A_slow_reader_keeps_the_rest_waiting_and_gets_it_whole()
    {
        await using var bench = await StartAsync();
        using var client = await ConnectAsync(bench);
        var owner = await bench.OwnerAsync(_ => true);
        var packet = BenchOwner.Packet(20_000_000);
        await bench.OnLoopAsync(() =>
        {
            owner.Connection.Output.Write(packet.AsSpan(0, 19_000_000));
            owner.Connection.Flush();
        });
        await bench.OnLoopAsync(() =>
        {
            owner.Connection.Output.Write(packet.AsSpan(19_000_000));
            owner.Connection.Flush();
        });
        Assert.Equal(packet, await ReadAsync(client, packet.Length));
        await Wait.UntilAsync("the owner is told", 30, () => owner.DrainedCount > 0);
    }

    [Fact]
    public async Task Nothing_is_handed_on_while_paused_and_everything_after()
    {
        await using var bench = await StartAsync();
        using var client = await ConnectAsync(bench);
        var owner = await bench.OwnerAsync(_ => true);
        await bench.OnLoopAsync(owner.Connection.Pause);
        byte[] packets = [.. BenchOwner.Packet(100_000), .. BenchOwner.Packet(10)];
        var sending = client.SendAsync(packets, WebSocketMessageType.Binary, endOfMessage: true, Cancel);
        using (var other = await ConnectAsync(bench))
        {
            await other.SendAsync(BenchOwner.Packet(10), WebSocketMessageType.Binary, endOfMessage: true, Cancel);
            await ReadAsync(other, 14);
        }

        Assert.Equal(0, owner.Received);
        await bench.OnLoopAsync(owner.Connection.Resume);
        Assert.Equal(packets, await ReadAsync(client, packets.Length));
        await sending;
    }

    [Fact]
    public async Task Close_sends_the_output_and_a_close_frame()
    {
        await using var bench = await StartAsync();
        bench.Acceptor.OnPacket = (owner, packet) =>
        {
            owner.Connection.Output.Write(packet);
            owner.Connection.Close();
        };
        using var client = await ConnectAsync(bench);
        var packet = BenchOwner.Packet(1_000_000);
        await client.SendAsync(packet, WebSocketMessageType.Binary, endOfMessage: true, Cancel);
        Assert.Equal(packet, await ReadAsync(client, packet.Length));
        Assert.Equal(WebSocketMessageType.Close, (await client.ReceiveAsync(new byte[1], Cancel)).MessageType);
        await TcpConnectionTests.AssertEndedAsync(await bench.OwnerAsync(_ => true), ConnectionEnd.ByBroker);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_leaves_is_counted_out(bool saysGoodbye)
    {
        await using var bench = await StartAsync();
        using var client = await ConnectAsync(bench);
        var owner = await bench.OwnerAsync(_ => true);
        if (saysGoodbye)
            await client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Cancel);
        else
            client.Abort();
        await TcpConnectionTests.AssertEndedAsync(owner, saysGoodbye ? ConnectionEnd.ByPeer : ConnectionEnd.Broken);
        await Wait.UntilAsync("it is counted out", 30, () => bench.Quota.Count == 0);
    }

    [Fact]
    public async Task A_stop_ends_every_connection()
    {
        var bench = await StartAsync();
        using var client = await ConnectAsync(bench);
        var owner = await bench.OwnerAsync(_ => true);
        await bench.DisposeAsync();
        Assert.Equal((1, false), (owner.EndedCount, owner.IsBroken));
        Assert.Equal(0, bench.Quota.Count);
    }

    private static Task<LoopBench> StartAsync(bool allowAnonymous = false) =>
        LoopBench.StartAsync(new BenchSettings { HasWebSocket = true, AllowAnonymous = allowAnonymous });

    private static Uri Url(LoopBench bench, string path = "/mqtt") => new($"ws://{bench.Endpoints.WebSocket}{path}");

    private static async Task<ClientWebSocket> ConnectAsync(LoopBench bench, string path = "/mqtt")
    {
        var client = new ClientWebSocket();
        client.Options.AddSubProtocol("mqtt");
        await client.ConnectAsync(Url(bench, path), Cancel);
        return client;
    }

    private static async Task<byte[]> ReadAsync(ClientWebSocket client, int count)
    {
        var bytes = new byte[count];
        for (var at = 0; at < count;)
        {
            var received = await client.ReceiveAsync(bytes.AsMemory(at), Cancel);
            Assert.Equal(WebSocketMessageType.Binary, received.MessageType);
            at += received.Count;
        }

        return bytes;
    }
}
