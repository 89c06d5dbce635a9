using Sparkplug.Broker.Administration;
using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Storage;

namespace UnitTests.Broker.Administration;

public sealed class SysTopicsTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly AnEngine _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_new_subscriber_gets_every_value_as_retained()
    {
        Begin();
        var values = Subscribe("$SYS/#");
        Assert.StartsWith("Sparkplug ", values["$SYS/broker/version"], StringComparison.Ordinal);
        Assert.Equal("0 seconds", values["$SYS/broker/uptime"]);
        Assert.Equal("0", values["$SYS/broker/clients/connected"]);
        Assert.Equal(
            [
                "bytes/received", "bytes/sent", "clients/connected", "clients/disconnected", "clients/total", "messages/received", "messages/sent",
                "publish/messages/dropped", "publish/messages/received", "publish/messages/sent", "retained messages/count",
                "store/messages/count", "subscriptions/count", "uptime", "version",
            ],
            values.Keys.Select(topic => topic["$SYS/broker/".Length..]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Only_what_has_changed_is_published_again()
    {
        Begin();
        var client = _bench.Connect("screen");
        client.Send(ClientPackets.Subscribe(1, "$SYS/broker/clients/#", Qos.AtMostOnce));
        client.Received();
        _bench.Pass(Interval);
        Assert.Equal(
            [("$SYS/broker/clients/connected", "1"), ("$SYS/broker/clients/total", "1")],
            client.Received().Select(packet => (packet.Topic, packet.Text)).Order());
        _bench.Pass(Interval);
        Assert.Empty(client.Received());
    }

    [Fact]
    public void A_value_is_published_when_its_time_comes_and_not_before()
    {
        Begin();
        var client = _bench.Connect("screen");
        client.Send(ClientPackets.Subscribe(1, "$SYS/broker/uptime", Qos.AtLeastOnce));
        client.Received();
        _bench.Pass(Interval - TimeSpan.FromMilliseconds(1));
        Assert.Empty(client.Received());
        _bench.Pass(TimeSpan.FromMilliseconds(1));
        var uptime = Assert.Single(client.Received());
        Assert.Equal(("10 seconds", Qos.AtMostOnce, false), (uptime.Text, uptime.Qos, uptime.Retain));
    }

    [Fact]
    [Spec("MQTT-4.7.2-1")]
    public void A_subscriber_to_everything_does_not_get_them()
    {
        Begin();
        var client = _bench.Connect("all");
        client.Send(ClientPackets.Subscribe(1, ProtocolVersion.V5, null, new RequestedSubscription("#", Qos.AtMostOnce), new RequestedSubscription("+/broker/uptime", Qos.AtMostOnce)));
        Assert.Equal(PacketType.Suback, Assert.Single(client.Received()).Type);
        _bench.Pass(Interval);
        Assert.Empty(client.Received());
    }

    [Fact]
    public void They_go_to_no_disk_and_are_no_messages_that_were_published()
    {
        Begin();
        _bench.Pass(Interval);
        Assert.Empty(_bench.Store.Changes.OfType<StoreChange.Retain>());
        Assert.Equal(0, _bench.Engine.Metrics.MessagesReceived);
        Assert.True(_bench.Engine.Retained.Count > 0);
    }

    [Fact]
    public void They_count_what_has_come_and_gone()
    {
        var publisher = _bench.Connect("sensor");
        var away = _bench.Connect("away", sessionExpiryInterval: 600);
        away.Send(ClientPackets.Subscribe(1, "temp", Qos.AtLeastOnce));
        away.Send(ClientPackets.Disconnect());
        publisher.Send(ClientPackets.Publish("temp", "21", qos: Qos.AtLeastOnce, packetId: 1, retain: true));
        Begin();
        var values = Subscribe("$SYS/#");
        Assert.Equal("1", values["$SYS/broker/clients/connected"]);
        Assert.Equal("1", values["$SYS/broker/clients/disconnected"]);
        Assert.Equal("2", values["$SYS/broker/clients/total"]);
        Assert.Equal("5", values["$SYS/broker/messages/received"]); // two CONNECTs, SUBSCRIBE, DISCONNECT, PUBLISH
        Assert.Equal("1", values["$SYS/broker/publish/messages/received"]);
        Assert.Equal("0", values["$SYS/broker/publish/messages/sent"]);
        Assert.Equal("1", values["$SYS/broker/subscriptions/count"]);
        Assert.Equal(1, _bench.Engine.Queued);
    }

    [Fact]
    public void The_queue_of_a_session_that_ends_is_owed_to_nobody()
    {
        var publisher = _bench.Connect("sensor");
        var away = _bench.Connect("away", sessionExpiryInterval: 600);
        away.Send(ClientPackets.Subscribe(1, "temp", Qos.AtLeastOnce));
        away.Send(ClientPackets.Disconnect());
        for (ushort i = 1; i <= 3; i++)
            publisher.Send(ClientPackets.Publish("temp", "21", qos: Qos.AtLeastOnce, packetId: i));
        Assert.Equal(3, _bench.Engine.Queued);
        _bench.Engine.Sessions.End(_bench.Engine.Sessions.Find("away")!);
        Assert.Equal(0, _bench.Engine.Queued);
    }

    private void Begin() => new SysTopics(_bench.Engine, Interval).Begin();

    private Dictionary<string, string> Subscribe(string filter)
    {
        var client = _bench.Connect("screen");
        client.Send(ClientPackets.Subscribe(1, filter, Qos.AtMostOnce));
        var publishes = client.Received().Where(packet => packet.Type == PacketType.Publish).ToList();
        Assert.All(publishes, packet => Assert.True(packet.Retain));
        return publishes.ToDictionary(packet => packet.Topic, packet => packet.Text);
    }
}
