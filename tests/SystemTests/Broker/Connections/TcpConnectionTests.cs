using System.Net;
using System.Net.Sockets;
using Sparkplug.Broker.Connections;
using SystemTests.Support;

namespace SystemTests.Broker.Connections;

/// <summary>Real sockets on the loopback address.</summary>
[Collection(RealClock.Name)]
public sealed class TcpConnectionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_packet_cut_at_each_byte_comes_back_whole()
    {
        await using var bench = await LoopBench.StartAsync();
        using var client = await bench.ConnectAsync();
        var packet = BenchOwner.Packet(20);
        for (var cut = 1; cut < packet.Length; cut++)
        {
            await client.SendAsync(packet.AsMemory(0, cut), Cancel);
            await bench.OnLoopAsync(() => { }); // most likely the first piece has been read by now
            await client.SendAsync(packet.AsMemory(cut), Cancel);
            Assert.Equal(packet, await ReadAsync(client, packet.Length));
        }
    }

    [Theory]
    [InlineData(100)]
    [InlineData(300_000)] // more than is read in one call
    [InlineData(5_000_000)]
    public async Task Large_packets_come_back_whole_among_small_ones(int size)
    {
        await using var bench = await LoopBench.StartAsync();
        using var client = await bench.ConnectAsync();
        byte[] stream = [.. BenchOwner.Packet(3), .. BenchOwner.Packet(size), .. BenchOwner.Packet(7)];
        var sending = client.SendAsync(stream, Cancel);
        Assert.Equal(stream, await ReadAsync(client, stream.Length));
        Assert.Equal(stream.Length, await sending);
    }

    [Fact]
    public async Task A_client_that_shuts_down_has_its_packets_handled_and_answered_first()
    {
        await using var bench = await LoopBench.StartAsync();
        var (client, owner) = await bench.ConnectKnownAsync();
        using var _ = client;
        var packet = BenchOwner.Packet(10);
        await client.SendAsync(packet, Cancel);
        Assert.Equal(packet, await ReadAsync(client, packet.Length));
        client.Shutdown(SocketShutdown.Send);
        await AssertEndedAsync(owner, ConnectionEnd.ByPeer);
        Assert.Equal(0, await client.ReceiveAsync(new byte[1], Cancel)); // a clean end, no reset
    }

    [Fact]
    public async Task Packets_and_the_end_that_come_together_are_both_seen()
    {
        await using var bench = await LoopBench.StartAsync();
        for (var i = 0; i < 200; i++)
        {
            using var client = await bench.ConnectAsync();
            await client.SendAsync(BenchOwner.Packet(10), Cancel);
            client.Shutdown(SocketShutdown.Send);
        }

        await Wait.UntilAsync("all have ended", 30, () => bench.Owners.Count == 200 && bench.Owners.All(owner => owner.EndedCount == 1));
        Assert.All(bench.Owners, owner => Assert.Equal(1, owner.Received));
    }

    [Fact]
    public async Task An_end_that_comes_while_paused_is_seen_after_the_packets_before_it()
    {
        await using var bench = await LoopBench.StartAsync();
        bench.Acceptor.OnPacket = (_, _) => { };
        var (client, owner) = await bench.ConnectKnownAsync();
        using var _ = client;
        await bench.OnLoopAsync(owner.Connection.Pause);
        await client.SendAsync(BenchOwner.Packet(10), Cancel);
        client.Shutdown(SocketShutdown.Send);
        await ReadAnotherAsync(bench); // by then the loop has been told of the packet and of the end
        Assert.Equal((0, 0), (owner.Received, owner.EndedCount));

        await bench.OnLoopAsync(owner.Connection.Resume);
        await AssertEndedAsync(owner, ConnectionEnd.ByPeer);
        Assert.Equal(1, owner.Received);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_reset_ends_the_connection_paused_or_not(bool isPaused)
    {
        await using var bench = await LoopBench.StartAsync();
        var (client, owner) = await bench.ConnectKnownAsync();
        if (isPaused)
            await bench.OnLoopAsync(owner.Connection.Pause);
        await client.SendAsync(new byte[] { 0 }, Cancel);
        client.LingerState = new LingerOption(true, 0);
        client.Dispose();
        await AssertEndedAsync(owner, ConnectionEnd.Broken);
        await Wait.UntilAsync("the connection is counted out", 30, () => bench.Quota.Count == 0);
    }

    [Fact]
    public async Task What_a_slow_reader_does_not_take_waits_and_is_told_when_it_is_gone()
    {
        const int Size = 20_000_000; // more than the kernel takes
        await using var bench = await LoopBench.StartAsync();
        var (client, owner) = await bench.ConnectKnownAsync();
        using var _ = client;
        var packet = BenchOwner.Packet(Size);
        await bench.OnLoopAsync(() =>
        {
            owner.Connection.Output.Write(packet);
            owner.Connection.Flush();
        });
        Assert.InRange(await bench.OnLoopAsync(() => owner.Connection.Output.Length), 1, packet.Length);
        Assert.Equal(0, owner.DrainedCount);
        Assert.Equal(packet, await ReadAsync(client, packet.Length));
        await Wait.UntilAsync("the owner is told", 30, () => owner.DrainedCount == 1);
        Assert.Equal(0, await bench.OnLoopAsync(() => owner.Connection.Output.Length));
    }

    [Fact]
    public async Task A_slow_reader_does_not_hold_up_others()
    {
        await using var bench = await LoopBench.StartAsync();
        var (slow, owner) = await bench.ConnectKnownAsync();
        using var _ = slow;
        await bench.OnLoopAsync(() =>
        {
            owner.Connection.Output.Write(new byte[20_000_000]);
            owner.Connection.Flush();
        });
        using var client = await bench.ConnectAsync();
        var packet = BenchOwner.Packet(10);
        for (var i = 0; i < 100; i++)
        {
            await client.SendAsync(packet, Cancel);
            Assert.Equal(packet, await ReadAsync(client, packet.Length));
        }
    }

    [Fact]
    public async Task Nothing_is_read_while_paused_and_everything_after()
    {
        await using var bench = await LoopBench.StartAsync();
        var (client, owner) = await bench.ConnectKnownAsync();
        using var _ = client;
        var packet = BenchOwner.Packet(10);
        await bench.OnLoopAsync(owner.Connection.Pause);
        await client.SendAsync(packet, Cancel);
        using var other = await bench.ConnectAsync(); // when this one is answered, the first one would have been
        await other.SendAsync(packet, Cancel);
        await ReadAsync(other, packet.Length);
        Assert.Equal(0, owner.Received);

        await bench.OnLoopAsync(owner.Connection.Resume);
        Assert.Equal(packet, await ReadAsync(client, packet.Length));
    }

    [Fact]
    public async Task An_owner_that_stops_between_two_packets_gets_the_second_when_it_resumes()
    {
        await using var bench = await LoopBench.StartAsync();
        bench.Acceptor.OnPacket = (owner, packet) =>
        {
            if (owner.Received == 0)
            {
                owner.IsWaiting = true;
                owner.Connection.Pause();
            }

            owner.Connection.Output.Write(packet);
            owner.Connection.Flush();
        };
        var (client, owner) = await bench.ConnectKnownAsync();
        using var _ = client;
        byte[] both = [.. BenchOwner.Packet(10), .. BenchOwner.Packet(20)];
        await client.SendAsync(both, Cancel);
        Assert.Equal(both[..14], await ReadAsync(client, 14));
        await bench.OnLoopAsync(() =>
        {
            owner.IsWaiting = false;
            owner.Connection.Resume();
        });
        Assert.Equal(both[14..], await ReadAsync(client, 24));
    }

    [Fact]
    public async Task Close_sends_what_is_in_the_output_and_then_ends_the_stream()
    {
        await using var bench = await LoopBench.StartAsync();
        bench.Acceptor.OnPacket = (owner, packet) =>
        {
            owner.Connection.Output.Write(packet);
            owner.Connection.Close();
            owner.IsWaiting = true;
        };
        var (client, owner) = await bench.ConnectKnownAsync();
        using var _ = client;
        var packet = BenchOwner.Packet(3_000_000);
        await client.SendAsync(packet, Cancel);
        await client.SendAsync(new byte[100], Cancel); // input that nobody reads must not turn the end into a reset
        Assert.Equal(packet, await ReadAsync(client, packet.Length));
        Assert.Equal(0, await client.ReceiveAsync(new byte[1], Cancel));
        await AssertEndedAsync(owner, ConnectionEnd.ByBroker);
        Assert.Equal(1, owner.Received);
    }

    [Fact]
    public async Task A_client_that_does_not_take_its_last_packets_is_dropped_after_a_few_seconds()
    {
        await using var bench = await LoopBench.StartAsync();
        var (client, owner) = await bench.ConnectKnownAsync();
        using var _ = client;
        await bench.OnLoopAsync(() =>
        {
            owner.Connection.Output.Write(new byte[20_000_000]);
            owner.Connection.Close();
        });
        await AssertEndedAsync(owner, ConnectionEnd.ByBroker);
        await Wait.UntilAsync("the connection is counted out", 30, () => bench.Quota.Count == 0);
    }

    [Fact]
    public async Task Abort_inside_a_packet_ends_the_connection_once()
    {
        await using var bench = await LoopBench.StartAsync();
        bench.Acceptor.OnPacket = (owner, _) =>
        {
            owner.Connection.Abort();
            owner.Connection.Abort();
            owner.Connection.Close();
        };
        var (client, owner) = await bench.ConnectKnownAsync();
        using var _ = client;
        await client.SendAsync(BenchOwner.Packet(5), Cancel);
        await AssertEndedAsync(owner, ConnectionEnd.ByBroker);
        await Wait.UntilAsync("the connection is counted out", 30, () => bench.Quota.Count == 0);
    }

    [Fact]
    public async Task An_owner_that_fails_loses_its_connection_and_no_other()
    {
        await using var bench = await LoopBench.StartAsync();
        var (other, _) = await bench.ConnectKnownAsync();
        using var _ = other;
        bench.Acceptor.OnPacket = (_, _) => throw new InvalidOperationException("a mistake");
        var (client, owner) = await bench.ConnectKnownAsync();
        using var _1 = client;
        await client.SendAsync(BenchOwner.Packet(5), Cancel);
        await AssertEndedAsync(owner, ConnectionEnd.Broken);
        var packet = BenchOwner.Packet(5);
        await other.SendAsync(packet, Cancel);
        Assert.Equal(packet, await ReadAsync(other, packet.Length));
    }

    [Fact]
    public async Task Beyond_the_limit_a_connection_is_closed_at_once_and_later_there_is_room_again()
    {
        await using var bench = await LoopBench.StartAsync(new BenchSettings { MostConnections = 2 });
        var (first, _) = await bench.ConnectKnownAsync();
        using var second = await bench.ConnectAsync();
        await Wait.UntilAsync("two are in", 30, () => bench.Quota.Count == 2);
        using var third = await bench.ConnectAsync();
        await AssertClosedAsync(third);

        first.Dispose();
        await Wait.UntilAsync("one has left", 30, () => bench.Quota.Count == 1);
        await bench.ConnectKnownAsync();
    }

    [Fact]
    public async Task One_address_has_its_own_limit()
    {
        await using var bench = await LoopBench.StartAsync(new BenchSettings { MostPerAddress = 1 });
        await bench.ConnectKnownAsync();
        using var second = await bench.ConnectAsync();
        await AssertClosedAsync(second);
        using var elsewhere = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        elsewhere.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        await elsewhere.ConnectAsync(bench.Endpoints.Tcp!, Cancel);
        await bench.OwnerAsync(owner => owner.Remote.Address.Equals(IPAddress.Parse("127.0.0.2")));
    }

    [Fact]
    public async Task Accepted_sockets_send_without_delay()
    {
        await using var bench = await LoopBench.StartAsync();
        using var listener = SocketListener.Open(new IPEndPoint(IPAddress.Loopback, 0));
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!, Cancel);
        using var accepted = await listener.AcceptAsync(Cancel);
        Assert.True(accepted.NoDelay);
    }

    private static async Task ReadAnotherAsync(LoopBench bench)
    {
        var (client, owner) = await bench.ConnectKnownAsync();
        using var _ = client;
        await client.SendAsync(BenchOwner.Packet(1), Cancel);
        await Wait.UntilAsync("the other packet has come", 30, () => owner.Received == 1);
    }

    internal static async Task<byte[]> ReadAsync(Socket client, int count)
    {
        await using var stream = new NetworkStream(client, ownsSocket: false);
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, Cancel);
        return bytes;
    }

    internal static async Task AssertEndedAsync(BenchOwner owner, ConnectionEnd end)
    {
        await Wait.UntilAsync("the owner is told of the end", 30, () => owner.EndedCount > 0);
        Assert.Equal(end, owner.End);
        Assert.Equal(1, owner.EndedCount);
        Assert.False(owner.IsBroken);
    }

    private static async Task AssertClosedAsync(Socket client)
    {
        try
        {
            Assert.Equal(0, await client.ReceiveAsync(new byte[1], Cancel));
        }
        catch (SocketException fault)
        {
            Assert.Equal(SocketError.ConnectionReset, fault.SocketErrorCode);
        }
    }
}
