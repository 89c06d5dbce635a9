using System.Net;
using System.Net.Sockets;
using Sparkplug.Broker.Connections;
using Sparkplug.Configuration;
using SystemTests.Support;

namespace SystemTests.Broker.Connections;

[Collection(RealClock.Name)]
public sealed class BrokerLoopTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Work_from_many_threads_runs_on_the_loop_each_in_its_order()
    {
        const int Threads = 4, Each = 20_000;
        await using var bench = await LoopBench.StartAsync();
        var last = new int[Threads];
        var inOrder = true;
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(
            () =>
            {
                for (var i = 1; i <= Each; i++)
                {
                    var number = i;
                    bench.Loop.Post(() => inOrder &= bench.Loop.IsCurrent && ++last[thread] == number);
                }
            },
            Cancel)));
        await bench.OnLoopAsync(() => { });
        Assert.Equal(Enumerable.Repeat(Each, Threads), last);
        Assert.True(inOrder);
    }

    [Fact]
    public async Task Work_wakes_a_loop_that_sleeps()
    {
        await using var bench = await LoopBench.StartAsync();
        for (var i = 0; i < 1000; i++)
            Assert.True(await bench.OnLoopAsync(() => bench.Loop.IsCurrent)); // the loop sleeps for ever between them
    }

    [Fact]
    public async Task Work_that_posts_itself_does_not_keep_the_sockets_waiting()
    {
        await using var bench = await LoopBench.StartAsync();
        var isDone = false;
        void Again()
        {
            if (!Volatile.Read(ref isDone)) bench.Loop.Post(Again);
        }

        bench.Loop.Post(Again);
        using var client = await bench.ConnectAsync();
        var packet = BenchOwner.Packet(10);
        await client.SendAsync(packet, Cancel);
        Assert.Equal(packet, await TcpConnectionTests.ReadAsync(client, packet.Length));
        Volatile.Write(ref isDone, true);
    }

    [Fact]
    public async Task Work_that_fails_leaves_the_loop_running()
    {
        await using var bench = await LoopBench.StartAsync();
        bench.Loop.Post(() => throw new InvalidOperationException("a mistake"));
        Assert.True(await bench.OnLoopAsync(() => bench.Loop.IsCurrent));
    }

    [Fact]
    public async Task Timers_run_in_the_order_of_their_times()
    {
        await using var bench = await LoopBench.StartAsync();
        var order = new List<int>();
        await bench.OnLoopAsync(() =>
        {
            bench.Loop.After(TimeSpan.FromMilliseconds(60), () => order.Add(2));
            bench.Loop.After(TimeSpan.FromMilliseconds(20), () => order.Add(1));
        });
        await Wait.UntilAsync("both have run", 30, () => order.Count == 2);
        Assert.Equal([1, 2], order);
    }

    [Fact]
    public async Task Many_connections_at_once_are_served()
    {
        const int Count = 500;
        await using var bench = await LoopBench.StartAsync();
        var packet = BenchOwner.Packet(100);
        var clients = await Task.WhenAll(Enumerable.Range(0, Count).Select(_ => bench.ConnectAsync()));
        await Task.WhenAll(clients.Select(async client =>
        {
            for (var i = 0; i < 5; i++)
            {
                await client.SendAsync(packet, Cancel);
                Assert.Equal(packet, await TcpConnectionTests.ReadAsync(client, packet.Length));
            }
        }));
        foreach (var client in clients)
            client.Dispose();
        await Wait.UntilAsync("all are counted out", 30, () => bench.Quota.Count == 0);
        Assert.All(bench.Owners, owner => Assert.Equal((1, false), (owner.EndedCount, owner.IsBroken)));
    }

    [Fact]
    public async Task A_stop_under_load_ends_every_connection_once()
    {
        var bench = await LoopBench.StartAsync();
        var packet = BenchOwner.Packet(1000);
        var clients = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => bench.ConnectAsync()));
        var loads = clients.Select(client => Task.Run(() => LoadAsync(client, packet), Cancel)).ToArray();
        await Wait.UntilAsync("all send", 30, () => bench.Owners.Count == clients.Length && bench.Owners.All(owner => owner.Received > 0));
        await bench.DisposeAsync();
        await Task.WhenAll(loads);
        Assert.All(bench.Owners, owner => Assert.Equal((1, false), (owner.EndedCount, owner.IsBroken)));
        Assert.Equal(0, bench.Quota.Count);
    }

    [Fact]
    public async Task Addresses_that_are_taken_are_all_told_by_their_keys()
    {
        using Socket tcp = Taken(), tls = Taken(), webSocket = Taken();
        var fault = await Assert.ThrowsAsync<ConfigurationFaultException>(() => BrokerFixture.StartAsync(
            $"--Broker:Listeners:Tcp={tcp.LocalEndPoint}", $"--Broker:Listeners:Tls={tls.LocalEndPoint}", $"--Broker:Listeners:WebSocket={webSocket.LocalEndPoint}"));
        Assert.Equal(
            ["Broker:Listeners:Tcp", "Broker:Listeners:Tls", "Broker:Listeners:WebSocket"],
            fault.Faults.Select(one => one.Key).Order());

        static Socket Taken() => SocketListener.Open(new IPEndPoint(IPAddress.Loopback, 0));
    }

    /// <summary>A message through the loop leaves nothing for the garbage collector.</summary>
    [Fact]
    public async Task An_echo_allocates_nothing_on_the_loop()
    {
        const int Rounds = 2000;
        await using var bench = await LoopBench.StartAsync();
        using var client = await bench.ConnectAsync();
        var packet = BenchOwner.Packet(256);
        await EchoAsync(client, packet, 200); // pools are filled, code is compiled
        var before = await bench.OnLoopAsync(GC.GetAllocatedBytesForCurrentThread);
        await EchoAsync(client, packet, Rounds);
        var after = await bench.OnLoopAsync(GC.GetAllocatedBytesForCurrentThread);
        Assert.InRange(after - before, 0, Rounds - 1); // less than a byte a message: what asking costs
    }

    private static async Task EchoAsync(Socket client, byte[] packet, int rounds)
    {
        var answer = new byte[packet.Length];
        await using var stream = new NetworkStream(client, ownsSocket: false);
        for (var i = 0; i < rounds; i++)
        {
            await stream.WriteAsync(packet, Cancel);
            await stream.ReadExactlyAsync(answer, Cancel);
        }
    }

    private static async Task LoadAsync(Socket client, byte[] packet)
    {
        try
        {
            await EchoAsync(client, packet, int.MaxValue);
        }
        catch (IOException)
        {
            client.Dispose(); // the broker is gone
        }
    }
}
