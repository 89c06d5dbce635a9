using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Sessions;

namespace UnitTests.Broker.Engine;

/// <summary>Who does not read costs a bounded amount of memory, loses its own messages alone, and that is counted.</summary>
public sealed class SlowConsumerTests : IDisposable
{
    private const int QueueBytes = 1 << 20;

    private readonly EngineHarness _broker = new(new BrokerLimits { QueueBytes = QueueBytes });
    private readonly TestClient _publisher;

    public SlowConsumerTests() => _publisher = _broker.Connect("publisher");

    public void Dispose() => _broker.Dispose();

    [Fact]
    public void QoS_0_messages_beyond_its_queue_are_dropped_and_counted_and_others_get_them_all()
    {
        var slow = _broker.Connect("slow").Subscribe("#");
        var quick = _broker.Connect("quick").Subscribe("#");
        slow.Connection.Block(true);
        for (var i = 0; i < 50; i++)
            _publisher.Send(ClientPackets.Publish("t", new byte[100_000]));
        Assert.InRange(slow.Connection.Output.Length, QueueBytes, QueueBytes + 110_000);
        Assert.Equal(50, quick.Take().Count);
        slow.Connection.Block(false);
        var received = slow.Take().Count;
        Assert.Equal(50 - received, _broker.Engine.Sessions.Find("slow")!.Dropped);
        _publisher.Publish("t", "again");
        Assert.Equal(["t=again"], slow.TakeMessages());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void QoS_1_messages_beyond_its_queue_are_dropped_and_counted(bool isConnected)
    {
        var slow = _broker.Resume("slow").Subscribe("#", Qos.AtLeastOnce);
        if (isConnected)
            slow.Connection.Block(true);
        else
            slow.Vanish();
        for (ushort i = 1; i <= 50; i++)
            _publisher.Send(ClientPackets.Publish("t", new byte[100_000], qos: Qos.AtLeastOnce, packetId: i));
        Assert.Equal(50, _publisher.Take().Count(packet => packet.Type == PacketType.Puback));
        var session = _broker.Engine.Sessions.Find("slow")!;
        Assert.InRange(session.Outbox!.Bytes, QueueBytes / 2, QueueBytes);
        Assert.Equal(50, session.Dropped + session.Outbox.Count);
        Assert.Equal(session.Outbox.Count, _broker.Engine.Queued);
    }

    [Fact]
    public void A_client_that_asks_and_never_reads_is_not_listened_to_any_more()
    {
        var client = _broker.Connect("c");
        client.Connection.Block(true);
        var pings = Enumerable.Repeat(ClientPackets.Pingreq(), 10_000).SelectMany(ping => ping).ToArray();
        for (var i = 0; i < 200; i++)
            client.Connection.Input(pings);
        Assert.True(client.Connection.IsPaused);
        Assert.InRange(client.Connection.Output.Length, QueueBytes, QueueBytes + 16);
        client.Connection.Block(false);
        for (var i = 0; i < 10; i++)
            client.Connection.Block(false);
        _broker.Turn();
        client.Connection.Block(false);
        Assert.False(client.IsClosed);
    }

    [Fact]
    public void Who_is_not_listened_to_because_it_does_not_read_cannot_stay_so_for_ever()
    {
        var client = _broker.Connect("c", keepAlive: 10);
        client.Connection.Block(true);
        client.Connection.Input([.. Enumerable.Repeat(ClientPackets.Pingreq(), 1 << 20).SelectMany(ping => ping)]);
        Assert.True(client.Connection.IsPaused);
        _broker.Pass(TimeSpan.FromSeconds(15));
        Assert.True(client.IsClosed);
    }

    [Fact]
    public void Unacknowledged_messages_stop_at_the_limit_of_the_broker()
    {
        using var broker = new EngineHarness(new BrokerLimits { Inflight = 5 });
        var client = broker.Connect("c", ProtocolVersion.V311).Subscribe("#", Qos.AtLeastOnce);
        var publisher = broker.Connect("p");
        for (ushort i = 1; i <= 20; i++)
            publisher.Publish("t", $"{i}", Qos.AtLeastOnce, i);
        Assert.Equal(5, client.Take().Count);
        Assert.Equal(20, broker.Engine.Queued);
        client.Vanish();
        Assert.Equal(0, broker.Engine.Queued);
    }
}
