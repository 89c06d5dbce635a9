using System.Text;
using Sparkplug.Broker.Packets;
using SystemTests.Support;
using UnitTests;
using UnitTests.Broker;

namespace SystemTests.Broker.Durability;

/// <summary>The broker's system calls, traced: what an acknowledgement promises is on the disk before its first byte leaves.</summary>
[Spec("MQTT-4.3.2-4", "MQTT-4.3.3-8", "MQTT311-4.1.0-1")]
public sealed class SystemCallTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("broker-traced-").FullName;
    private readonly BrokerProcess _broker;
    private int _mark;

    public SystemCallTests() => _broker = new BrokerProcess(_folder)
    {
        Prefix =
        [
            "strace", "-D", "-f", "--seccomp-bpf", "-yy", "-xx", "-s", "100000", "-o", Trace,
            "-e", "trace=fdatasync,fsync,sendto,recvfrom,write,writev,pwrite64,pwritev",
        ],
    };

    private string Trace => Path.Combine(_folder, "trace");

    public async ValueTask InitializeAsync() => await _broker.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _broker.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task No_acknowledgement_leaves_before_the_sync_of_what_it_promises_and_nothing_else_waits_for_one()
    {
        foreach (var version in (ProtocolVersion[])[ProtocolVersion.V5, ProtocolVersion.V311])
            await PromiseNothingAsync(version); // first: nothing else may want a sync meanwhile
        foreach (var version in (ProtocolVersion[])[ProtocolVersion.V5, ProtocolVersion.V311])
            await PromiseAsync(version);
        var found = SyncOrder.Of(await EndAsync());
        Assert.Empty(found.Faults);
        PacketType[] free = [PacketType.Suback, PacketType.Publish, PacketType.Puback, PacketType.Puback, PacketType.Pubrec, PacketType.Pubcomp];
        Assert.Equal([.. free, .. free], found.Free);
        PacketType[] kept =
        [
            PacketType.Suback, PacketType.Puback, PacketType.Puback, PacketType.Pubrec, PacketType.Pubcomp, PacketType.Pubrec, PacketType.Pubcomp,
            PacketType.Unsuback,
        ];
        Assert.Equal([.. kept, .. kept], found.Kept);
    }

    [Fact]
    public async Task Nor_does_one_under_load_where_one_sync_serves_many()
    {
        const int Publishers = 4, Messages = 60;
        await using var subscriber = await ConnectAsync("s", ProtocolVersion.V5, stays: true);
        subscriber.Send(ClientPackets.Subscribe(1, "load/#", Qos.ExactlyOnce));
        await subscriber.TakeAsync(PacketType.Suback);
        await Task.WhenAll(Enumerable.Range(0, Publishers).Select(PublishAsync));
        for (var i = 0; i < Publishers * Messages; i++)
            await subscriber.TakeAsync(PacketType.Publish);
        var found = SyncOrder.Of(await EndAsync());
        Assert.Empty(found.Faults);
        Assert.Equal((Publishers * Messages, Publishers * Messages), (found.Kept.Count, found.Delivered));
        Assert.InRange(found.Syncs, 1, Publishers * Messages / 2);

        async Task PublishAsync(int number)
        {
            var version = number % 2 == 0 ? ProtocolVersion.V5 : ProtocolVersion.V311;
            await using var client = await ConnectAsync($"p{number}", version, stays: number < 2);
            for (ushort id = 1; id <= Messages; id++)
                client.Send(ClientPackets.Publish($"load/{number}", Kept(), version, id % 3 == 0 ? Qos.ExactlyOnce : Qos.AtLeastOnce, id, retain: id % 4 == 0));
            for (ushort id = 1; id <= Messages; id++)
                Assert.Equal(id, (await client.NextAsync())?.PacketId);
        }
    }

    private async Task PromiseNothingAsync(ProtocolVersion version)
    {
        await using var subscriber = await ConnectAsync("free-subscriber", version, stays: false);
        subscriber.Send(ClientPackets.Subscribe(1, $"{Free()}/#", Qos.AtMostOnce, version));
        await subscriber.TakeAsync(PacketType.Suback);
        subscriber.Send(ClientPackets.Subscribe(2, "seen/#", Qos.AtLeastOnce, version));
        await subscriber.TakeAsync(PacketType.Suback);
        await using var publisher = await ConnectAsync("free-publisher", version, stays: false);
        publisher.Send(ClientPackets.Publish("seen/0", Free(), version));
        await subscriber.TakeAsync(PacketType.Publish);
        publisher.Send(ClientPackets.Publish("seen/1", Free(), version, Qos.AtLeastOnce, 1));
        await publisher.TakeAsync(PacketType.Puback);
        publisher.Send(ClientPackets.Publish("unseen", Free(), version, Qos.AtLeastOnce, 2));
        await publisher.TakeAsync(PacketType.Puback);
        await ExactlyOnceAsync(publisher, version, "seen/2", Free());
    }

    private async Task PromiseAsync(ProtocolVersion version)
    {
        await using var subscriber = await ConnectAsync($"kept-{version}", version, stays: true); // it acknowledges nothing
        subscriber.Send(ClientPackets.Subscribe(1, $"{version}/#", Qos.ExactlyOnce, version));
        await subscriber.TakeAsync(PacketType.Suback);
        var filter = $"{Kept()}/#";
        subscriber.Send(ClientPackets.Subscribe(2, filter, Qos.ExactlyOnce, version));
        await subscriber.TakeAsync(PacketType.Suback);
        await using var publisher = await ConnectAsync($"kept-publisher-{version}", version, stays: true);
        publisher.Send(ClientPackets.Publish("retained", Kept(), version, Qos.AtLeastOnce, 1, retain: true));
        await publisher.TakeAsync(PacketType.Puback);
        publisher.Send(ClientPackets.Publish($"{version}/1", Kept(), version, Qos.AtLeastOnce, 2));
        await publisher.TakeAsync(PacketType.Puback);
        await ExactlyOnceAsync(publisher, version, $"{version}/2", Kept());
        await ExactlyOnceAsync(publisher, version, "retained", Kept(), retain: true);
        subscriber.Send(ClientPackets.Unsubscribe(3, version, filter));
        while ((await subscriber.NextAsync())?.Type != PacketType.Unsuback)
        {
        }
    }

    private static async Task ExactlyOnceAsync(WireClient publisher, ProtocolVersion version, string topic, string payload, bool retain = false)
    {
        publisher.Send(ClientPackets.Publish(topic, payload, version, Qos.ExactlyOnce, 9, retain));
        await publisher.TakeAsync(PacketType.Pubrec);
        publisher.Send(ClientPackets.Ack(PacketType.Pubrel, 9, version: version));
        await publisher.TakeAsync(PacketType.Pubcomp);
    }

    private async Task<WireClient> ConnectAsync(string clientId, ProtocolVersion version, bool stays)
    {
        var connect = ClientPackets.Connect(clientId, version, cleanStart: !stays, sessionExpiryInterval: stays && version == ProtocolVersion.V5 ? 600 : null);
        return (await WireClient.ConnectAsync(_broker.Port, version, connect, TestContext.Current.CancellationToken)).Client;
    }

    private string Kept() => $"kept-{Interlocked.Increment(ref _mark):D4}";

    private string Free() => $"free-{Interlocked.Increment(ref _mark):D4}";

    /// <summary>Stops the broker and waits until all of the trace is written.</summary>
    private async Task<string[]> EndAsync()
    {
        Assert.Equal(0, await _broker.Process.TerminateAsync());
        string[] trace = [];
        await Wait.UntilAsync("the trace has the end of each thread", 30, () =>
        {
            trace = File.ReadAllText(Trace, Encoding.Latin1).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var threads = trace.Select(line => line[..line.IndexOf(' ', StringComparison.Ordinal)]).Distinct().Count();
            return trace.Count(line => line.Contains("+++ exited", StringComparison.Ordinal)) >= threads;
        }, () => string.Join('\n', trace.TakeLast(5)));
        return trace;
    }
}
