using Sparkplug.Broker.Packets;
using SystemTests.Support;
using UnitTests;
using UnitTests.Broker;

namespace SystemTests.Broker.Durability;

/// <summary>A disk that is full: no new durable promise, everything else goes on; with room again, so does the rest.</summary>
public sealed class FullDiskTests
{
    private const uint SessionSeconds = 3600;
    private const ProtocolVersion V5 = ProtocolVersion.V5, V311 = ProtocolVersion.V311;

    private int _port;

    [Fact]
    [Spec("MQTT311-4.8.0-2")]
    public async Task A_disk_that_is_full_refuses_promises_alone_and_loses_nothing()
    {
        using var disk = new MountedDisk();
        await RunAsync(disk);
    }

    [Fact]
    [Spec("MQTT311-4.8.0-2")]
    public async Task So_does_one_on_which_the_store_may_not_grow()
    {
        using var disk = new LimitedFiles();
        await RunAsync(disk);
    }

    private async Task RunAsync(SmallDisk disk)
    {
        await using var broker = new BrokerProcess(disk.Folder) { Prefix = disk.Prefix };
        _port = broker.Port;
        await broker.StartAsync();
        await using var clean = await ConnectAsync("clean", V5, stays: false);
        clean.Send(ClientPackets.Subscribe(1, "plain/#", Qos.AtLeastOnce));
        await clean.TakeAsync(PacketType.Suback);
        await using (var session = await ConnectAsync("session", V311, stays: true))
        {
            session.Send(ClientPackets.Subscribe(1, "kept/#", Qos.ExactlyOnce, V311));
            await session.TakeAsync(PacketType.Suback);
        }

        await using var publisher = await ConnectAsync("publisher", V5, stays: false);
        await PublishAsync(publisher, V5, "kept/1", "before");
        await PublishAsync(publisher, V5, "retained", "before", retain: true);

        disk.Fill(broker.Process.Id);
        await RefuseVersion5Async(publisher);
        await RefuseVersion311Async();
        await ServeTheRestAsync(publisher, clean);
        Assert.Contains("The disk refuses", broker.Process.Output, StringComparison.Ordinal);

        disk.MakeRoom(broker.Process.Id);
        await broker.Process.WaitForLineAsync("The disk has taken what it refused", seconds: 30);
        await PublishAsync(publisher, V5, "kept/2", "after");
        await PublishAsync(publisher, V5, "retained", "after", retain: true);
        await using (var session = await ConnectAsync("late", V5, stays: true))
        {
            session.Send(ClientPackets.Subscribe(1, "kept/#", Qos.AtLeastOnce));
            Assert.Equal([ReasonCode.GrantedQos1], (await session.TakeAsync(PacketType.Suback)).Reasons);
        }

        await broker.Process.KillAsync();
        await broker.StartAsync();
        await CheckAsync();
    }

    /// <summary>The first one is refused when its write fails, the others at once: no difference to the client.</summary>
    private async Task RefuseVersion5Async(WireClient publisher)
    {
        for (var attempt = 0; attempt < 3; attempt++)
        {
            publisher.Send(ClientPackets.Publish("kept/3", "refused at QoS 1", V5, Qos.AtLeastOnce, 1));
            Assert.Equal(ReasonCode.QuotaExceeded, (await publisher.TakeAsync(PacketType.Puback)).Reason);
        }

        publisher.Send(ClientPackets.Publish("kept/3", "refused at QoS 2", V5, Qos.ExactlyOnce, 1));
        Assert.Equal(ReasonCode.QuotaExceeded, (await publisher.TakeAsync(PacketType.Pubrec)).Reason);
        publisher.Send(ClientPackets.Publish("retained", "refused", V5, Qos.AtLeastOnce, 1, retain: true));
        Assert.Equal(ReasonCode.QuotaExceeded, (await publisher.TakeAsync(PacketType.Puback)).Reason);
        await using var session = await ConnectAsync("refused-5", V5, stays: true);
        session.Send(ClientPackets.Subscribe(1, "kept/#", Qos.AtLeastOnce));
        Assert.Equal([ReasonCode.QuotaExceeded], (await session.TakeAsync(PacketType.Suback)).Reasons);
    }

    private async Task RefuseVersion311Async()
    {
        foreach (var qos in (Qos[])[Qos.AtLeastOnce, Qos.ExactlyOnce])
        {
            await using var publisher = await ConnectAsync("publisher-311", V311, stays: false);
            publisher.Send(ClientPackets.Publish("kept/3", $"refused at QoS {(int)qos}", V311, qos, 1));
            Assert.Null(await publisher.NextAsync()); // closed, without an acknowledgement
        }

        await using var session = await ConnectAsync("refused-311", V311, stays: true);
        session.Send(ClientPackets.Subscribe(1, "kept/#", Qos.AtLeastOnce, V311));
        Assert.Equal([ReasonCode.UnspecifiedError], (await session.TakeAsync(PacketType.Suback)).Reasons); // 0x80
    }

    private static async Task ServeTheRestAsync(WireClient publisher, WireClient clean)
    {
        publisher.Send(ClientPackets.Publish("plain/1", "served at QoS 0"));
        Assert.Equal("served at QoS 0", (await clean.TakeAsync(PacketType.Publish)).Text);
        await PublishAsync(publisher, V5, "plain/2", "served at QoS 1");
        Assert.Equal("served at QoS 1", (await clean.TakeAsync(PacketType.Publish)).Text);
        clean.Send(ClientPackets.Subscribe(2, "plain/2"));
        Assert.Equal([ReasonCode.Success], (await clean.TakeAsync(PacketType.Suback)).Reasons);
    }

    /// <summary>What was acknowledged is there, in order; what was refused at QoS 2 is not, since its publisher may have sent it again.</summary>
    private async Task CheckAsync()
    {
        await using var session = await ConnectAsync("session", V311, stays: true);
        List<string> kept = [];
        while (kept.LastOrDefault() != "after")
            kept.Add((await session.TakeAsync(PacketType.Publish)).Text);
        Assert.Equal("before", kept[0]);
        Assert.All(kept[1..^1], text => Assert.Equal("refused at QoS 1", text));
        await using var clean = await ConnectAsync("reader", V5, stays: false);
        clean.Send(ClientPackets.Subscribe(1, "retained"));
        await clean.TakeAsync(PacketType.Suback);
        Assert.Equal("after", (await clean.TakeAsync(PacketType.Publish)).Text);
    }

    private static async Task PublishAsync(WireClient publisher, ProtocolVersion version, string topic, string payload, bool retain = false)
    {
        publisher.Send(ClientPackets.Publish(topic, payload, version, Qos.AtLeastOnce, 1, retain));
        Assert.InRange((await publisher.TakeAsync(PacketType.Puback)).Reason, ReasonCode.Success, ReasonCode.NoMatchingSubscribers);
    }

    private async Task<WireClient> ConnectAsync(string clientId, ProtocolVersion version, bool stays)
    {
        var connect = ClientPackets.Connect(clientId, version, cleanStart: !stays, sessionExpiryInterval: stays && version == V5 ? SessionSeconds : null);
        return (await WireClient.ConnectAsync(_port, version, connect, TestContext.Current.CancellationToken)).Client;
    }
}
