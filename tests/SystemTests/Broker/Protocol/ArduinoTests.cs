using System.Net.Sockets;
using System.Text;

namespace SystemTests.Broker.Protocol;

/// <summary>
/// A client as small as an Arduino's: 3.1.1 alone, one buffer of 256 bytes, QoS 0, a retained Will, a clean session. Written after what such
/// clients put on the wire, so that no library hides it.
/// </summary>
public sealed class ArduinoTests
{
    private const int Buffer = 256;

    [Fact]
    public async Task A_board_publishes_hears_its_topic_and_leaves_a_Will()
    {
        await using var broker = await BrokerFixture.StartAsync("--Broker:AllowAnonymous=true");
        await using var watcher = await TestClient.ConnectAsync(broker.Tcp);
        await watcher.SubscribeAsync("board/#");
        using var board = new TcpClient();
        await board.ConnectAsync(broker.Tcp, TestContext.Current.CancellationToken);
        var stream = board.GetStream();
        byte[] connect = [.. Text("MQTT"), 4, 0b1110_0110, 0, 15, .. Text("uno"), .. Text("board/status"), .. Text("gone"), .. Text(BrokerFixture.UserName), .. Text(BrokerFixture.Password)];
        await stream.WriteAsync(Packet(0x10, connect), TestContext.Current.CancellationToken);
        Assert.Equal([0x20, 2, 0, 0], await ReadAsync(stream, 4));
        await stream.WriteAsync(Packet(0x82, [0, 2, .. Text("board/set"), 0]), TestContext.Current.CancellationToken);
        Assert.Equal([0x90, 3, 0, 2, 0], await ReadAsync(stream, 5));
        await stream.WriteAsync(Packet(0x30, [.. Text("board/temp"), .. "21.5"u8]), TestContext.Current.CancellationToken);
        Assert.Equal("board/temp", (await watcher.NextAsync()).Topic);
        await watcher.PublishAsync("board/set", "on"u8.ToArray(), qos: 1);
        Assert.Equal([0x30, 13, 0, 9, .. "board/set"u8, .. "on"u8], await ReadAsync(stream, 15));
        Assert.Equal("board/set", (await watcher.NextAsync()).Topic);
        await stream.WriteAsync((byte[])[0xC0, 0], TestContext.Current.CancellationToken);
        Assert.Equal([0xD0, 0], await ReadAsync(stream, 2));
        board.Client.Close(0); // it is pulled out: a reset
        var will = await watcher.NextAsync();
        Assert.Equal("board/status", will.Topic);
    }

    private static byte[] Text(string text) => [(byte)(text.Length >> 8), (byte)text.Length, .. Encoding.UTF8.GetBytes(text)];

    private static byte[] Packet(byte first, byte[] body)
    {
        Assert.InRange(body.Length + 2, 2, Buffer);
        return body.Length < 128 ? [first, (byte)body.Length, .. body] : [first, (byte)(body.Length | 0x80), 1, .. body];
    }

    private static async Task<byte[]> ReadAsync(NetworkStream stream, int count)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, TestContext.Current.CancellationToken);
        return bytes;
    }
}
