using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Sparkplug.Broker.Packets;
using UnitTests.Broker;

namespace SystemTests.Broker.Durability;

/// <summary>A socket and the packets that come from it. What goes out are the bytes that the test makes: no client library decides anything.</summary>
internal sealed class WireClient : IAsyncDisposable
{
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(20);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly Channel<ServerPacket> _packets = Channel.CreateUnbounded<ServerPacket>();
    private readonly ProtocolVersion _version;
    private Task _reading = Task.CompletedTask;

    private WireClient(ProtocolVersion version) => _version = version;

    /// <summary>Connects once and sends the CONNECT; null when nobody listens.</summary>
    public static async Task<WireClient?> TryOpenAsync(int port, ProtocolVersion version, byte[] connect)
    {
        var client = new WireClient(version);
        try
        {
            await client._socket.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        }
        catch (SocketException)
        {
            await client.DisposeAsync();
            return null;
        }

        client._reading = client.ReadAsync();
        client.Send(connect);
        return client;
    }

    /// <summary>Connects again and again until the broker lets it in: it may be killed at any moment.</summary>
    public static async Task<(WireClient Client, ServerPacket Connack)> ConnectAsync(
        int port, ProtocolVersion version, byte[] connect, CancellationToken stop)
    {
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            if (await TryOpenAsync(port, version, connect) is { } client)
            {
                if (await client.NextAsync() is { } connack)
                    return connack is { Type: PacketType.Connack, Reason: ReasonCode.Success }
                        ? (client, connack)
                        : throw new InvalidDataException($"{connack.Type} 0x{(byte)connack.Reason:X2} in answer to CONNECT");
                await client.DisposeAsync();
            }

            await Task.Delay(BetweenAttempts, TimeProvider.System, stop);
        }
    }

    /// <summary>Sends bytes. Whether the broker is still there shows in what comes back.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
                bytes = bytes[_socket.Send(bytes)..];
        }
        catch (SocketException)
        {
            _packets.Writer.TryComplete();
        }
    }

    /// <summary>The next packet, or null when the connection is over.</summary>
    /// <exception cref="TimeoutException">Nothing came.</exception>
    public async Task<ServerPacket?> NextAsync(double seconds = 60)
    {
        if (_packets.Reader.TryRead(out var packet))
            return packet;
        var waiting = _packets.Reader.WaitToReadAsync(TestContext.Current.CancellationToken).AsTask();
        await waiting.WaitAsync(TimeSpan.FromSeconds(seconds), TimeProvider.System);
        return await waiting && _packets.Reader.TryRead(out packet) ? packet : null;
    }

    /// <summary>The next packet if one comes within a moment.</summary>
    public async Task<(bool HasCome, ServerPacket? Packet)> NextWithinAsync(TimeSpan moment)
    {
        try
        {
            return (true, await NextAsync(moment.TotalSeconds));
        }
        catch (TimeoutException)
        {
            return (false, null);
        }
    }

    /// <summary>The next packet, which must be of this type; null when the connection is over.</summary>
    public async Task<ServerPacket?> TryTakeAsync(PacketType type)
    {
        var packet = await NextAsync();
        return packet is null || packet.Type == type ? packet : throw new InvalidDataException($"{packet.Type} {packet.Topic} '{packet.Text}' where {type} is due");
    }

    /// <summary>The next packet, which must come and be of this type.</summary>
    public async Task<ServerPacket> TakeAsync(PacketType type) =>
        await TryTakeAsync(type) ?? throw new InvalidDataException($"the connection is over where {type} is due");

    /// <summary>Closes the socket without a DISCONNECT.</summary>
    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _reading;
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[64 << 10];
        var filled = 0;
        try
        {
            while (await _socket.ReceiveAsync(buffer.AsMemory(filled)) is > 0 and var count)
            {
                filled = Split(buffer, filled + count);
                if (filled == buffer.Length)
                    Array.Resize(ref buffer, 2 * buffer.Length);
            }

            _packets.Writer.TryComplete();
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            _packets.Writer.TryComplete(); // killed, or closed by the test
        }
        catch (InvalidDataException fault)
        {
            _packets.Writer.TryComplete(fault);
        }
    }

    /// <summary>Takes whole packets off the front; returns how much is left.</summary>
    private int Split(byte[] buffer, int filled)
    {
        ReadOnlySpan<byte> rest = buffer.AsSpan(0, filled);
        while (ServerPacket.TryRead(ref rest, _version) is { } packet)
            if (packet is { Type: PacketType.Disconnect, Reason: ReasonCode.ServerShuttingDown })
                _packets.Writer.TryComplete(); // as it was asked to
            else
                _packets.Writer.TryWrite(packet);
        rest.CopyTo(buffer);
        return rest.Length;
    }
}
