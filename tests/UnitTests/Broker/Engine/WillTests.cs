using Sparkplug.Broker.Connections;
using Sparkplug.Broker.Packets;
using static UnitTests.Broker.Engine.AWill;

namespace UnitTests.Broker.Engine;

public sealed class WillTests : IDisposable
{
    private readonly EngineHarness _broker = new();
    private readonly TestClient _watcher;

    public WillTests() => _watcher = _broker.Connect("watcher").Subscribe("#", Qos.ExactlyOnce);

    public void Dispose() => _broker.Dispose();

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-3.1.2-7", "MQTT-3.1.2-8", "MQTT-3.1.2-10", "MQTT-3.1.2-14")]
    [Spec("MQTT311-3.1.2-8")]
    public void A_connection_that_breaks_publishes_its_Will_once(byte version)
    {
        var client = _broker.Connect("c", (ProtocolVersion)version, will: Will("will", "gone"));
        client.Vanish();
        var message = _watcher.TakeOne(PacketType.Publish);
        Assert.Equal(("will", "gone", false), (message.Topic, message.Text, message.Retain));
        Assert.Equal(0, _broker.Engine.Wills.Count);
        _broker.Pass(TimeSpan.FromMinutes(1));
        _watcher.TakeNothing();
        _broker.Connect("late").Send(ClientPackets.Subscribe(1, "will")).TakeOne(PacketType.Suback); // it is not retained
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-3.14.4-3", "MQTT-3.1.2-10")]
    public void DISCONNECT_deletes_the_Will(byte version)
    {
        var client = _broker.Connect("c", (ProtocolVersion)version, will: Will("will", "gone"));
        client.SayGoodbye();
        Assert.True(client.IsClosed);
        _watcher.TakeNothing();
        Assert.Empty(_broker.Store.Load().Wills);
    }

    [Theory]
    [InlineData((byte)ReasonCode.DisconnectWithWillMessage)]
    [InlineData((byte)ReasonCode.UnspecifiedError)]
    [Spec("MQTT-3.1.2-8", "MQTT-3.14.4-3")]
    public void DISCONNECT_with_another_reason_publishes_it(byte reason)
    {
        _broker.Connect("c", will: Will("will", "gone")).Send(ClientPackets.Disconnect(reason: (ReasonCode)reason));
        Assert.Equal(["will=gone"], _watcher.TakeMessages());
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-3.1.2-8")]
    public void A_violation_a_missed_Keep_Alive_a_takeover_and_a_closed_stream_publish_it(byte version)
    {
        var v = (ProtocolVersion)version;
        _broker.Connect("a", v, will: Will("will", "violation")).Send(ClientPackets.Connect("a", v));
        _broker.Connect("b", v, will: Will("will", "timeout"), keepAlive: 10);
        _broker.Pass(TimeSpan.FromSeconds(15));
        _broker.Connect("c", v, will: Will("will", "takeover"));
        _broker.Connect("c", v);
        _broker.Connect("d", v, will: Will("will", "closed")).Vanish(ConnectionEnd.ByPeer);
        Assert.Equal(["will=violation", "will=timeout", "will=takeover", "will=closed"], _watcher.TakeMessages());
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT311-3.1.2-12")]
    public void Without_a_Will_nothing_is_published(byte version)
    {
        _broker.Connect("c", (ProtocolVersion)version, will: Will("will", "gone")).SayGoodbye();
        _broker.Connect("c", (ProtocolVersion)version).Vanish();
        _watcher.TakeNothing();
    }

    [Theory]
    [InlineData(4, 0)]
    [InlineData(4, 1)]
    [InlineData(4, 2)]
    [InlineData(5, 0)]
    [InlineData(5, 1)]
    [InlineData(5, 2)]
    [Spec("MQTT-3.1.2-15")]
    public void A_Will_has_the_QoS_and_the_retention_it_asked_for(byte version, byte qos)
    {
        _broker.Connect("c", (ProtocolVersion)version, will: Will("will", "gone", (Qos)qos, retain: true)).Vanish();
        Assert.Equal((Qos)qos, _watcher.TakeOne(PacketType.Publish).Qos);
        var late = _broker.Connect("late").Send(ClientPackets.Subscribe(1, "will", Qos.ExactlyOnce)).Take()[1];
        Assert.Equal((true, (Qos)qos, "gone"), (late.Retain, late.Qos, late.Text));
    }

    [Fact]
    [Spec("MQTT-3.1.3-10", "MQTT-3.3.2-18")]
    public void A_Will_keeps_its_properties_in_their_order()
    {
        byte[] properties = [.. ClientPackets.UserProperty("b", "1"), .. ClientPackets.UserProperty("a", "2"), .. ClientPackets.Property(0x03, "text")];
        _broker.Connect("c", will: Will("will", "gone", properties: properties, expiry: 7)).Vanish();
        var sent = _watcher.TakeOne(PacketType.Publish).Properties;
        Assert.Equal([("b", "1"), ("a", "2")], sent.UserProperties);
        Assert.Equal(("text", 7u), (sent.ContentType, sent.MessageExpiryInterval));
    }

    [Fact]
    [Spec("MQTT-3.1.2-8")]
    public void A_Will_with_a_delay_waits_for_it()
    {
        _broker.Connect("c", expiry: 100, will: Will("will", "gone", delay: 10)).Vanish();
        _broker.Pass(TimeSpan.FromSeconds(9));
        _watcher.TakeNothing();
        _broker.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(["will=gone"], _watcher.TakeMessages());
    }

    [Fact]
    [Spec("MQTT-3.1.3-9")]
    public void Who_is_back_within_the_delay_is_not_gone()
    {
        _broker.Connect("c", expiry: 100, will: Will("will", "gone", delay: 10)).Vanish();
        _broker.Pass(TimeSpan.FromSeconds(9));
        _broker.Resume("c");
        _broker.Pass(TimeSpan.FromSeconds(60));
        _watcher.TakeNothing();
    }

    [Fact]
    [Spec("MQTT-3.1.3-9", "MQTT-3.1.2-8")]
    public void The_end_of_the_session_ends_the_delay()
    {
        _broker.Connect("expires", expiry: 5, will: Will("will", "expired", delay: 100)).Vanish();
        _broker.Pass(TimeSpan.FromSeconds(5));
        _broker.Connect("clean", expiry: 50, will: Will("will", "discarded", delay: 100)).Vanish();
        _watcher.Take().ForEach(packet => Assert.Equal("expired", packet.Text));
        _broker.Connect("clean");
        Assert.Equal(["will=discarded"], _watcher.TakeMessages());
        _broker.Connect("none", will: Will("will", "at once", delay: 100)).Vanish();
        Assert.Equal(["will=at once"], _watcher.TakeMessages());
    }

    [Fact]
    public void A_takeover_within_the_delay_publishes_no_Will_and_keeps_the_new_one()
    {
        _broker.Connect("c", expiry: 100, will: Will("will", "old", delay: 10));
        var second = _broker.Resume("c", will: Will("will", "new", delay: 10));
        _broker.Pass(TimeSpan.FromSeconds(20));
        _watcher.TakeNothing();
        second.Vanish();
        _broker.Pass(TimeSpan.FromSeconds(10));
        Assert.Equal(["will=new"], _watcher.TakeMessages());
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    public void A_Will_survives_a_kill_and_is_published_at_the_next_start(byte version)
    {
        _broker.Resume("watcher2", (ProtocolVersion)version).Send(ClientPackets.Subscribe(1, "will", Qos.AtLeastOnce, (ProtocolVersion)version)).SayGoodbye();
        _broker.Connect("c", (ProtocolVersion)version, will: Will("will", "killed", Qos.AtLeastOnce));
        using var next = _broker.Restart();
        var watcher = next.Resume("watcher2", (ProtocolVersion)version);
        Assert.Equal(["will=killed"], watcher.TakeMessages());
        Assert.Empty(_broker.Store.Load().Wills);
    }

    [Fact]
    public void After_a_kill_a_Will_with_a_delay_gives_its_client_that_long()
    {
        _broker.Connect("back", expiry: 100, will: Will("will", "back", delay: 10));
        _broker.Connect("gone", expiry: 100, will: Will("will", "gone", delay: 10));
        using var next = _broker.Restart();
        var watcher = next.Connect("w").Subscribe("will");
        next.Resume("back");
        next.Pass(TimeSpan.FromSeconds(9));
        watcher.TakeNothing();
        next.Pass(TimeSpan.FromSeconds(20));
        Assert.Equal(["will=gone"], watcher.TakeMessages());
    }

    [Fact]
    public void A_Will_that_the_rules_do_not_allow_any_more_is_not_published()
    {
        using var broker = new EngineHarness(access: "anonymous all");
        var client = broker.Connect("c", will: Will("will", "gone", retain: true));
        broker.ChangeAccess("anonymous read #");
        client.Vanish();
        broker.Connect("w").Send(ClientPackets.Subscribe(1, "#")).TakeOne(PacketType.Suback);
    }

    [Fact]
    public void A_full_disk_does_not_silence_a_Will_for_those_who_are_there()
    {
        var client = _broker.Connect("c", will: Will("will", "gone", Qos.ExactlyOnce, retain: true));
        _broker.Store.Fill();
        client.Vanish();
        Assert.Equal(["will=gone"], _watcher.TakeMessages());
    }
}
