using Sparkplug.Broker.Packets;

namespace UnitTests.Broker.Engine;

/// <summary>The access rules are asked at each door: PUBLISH, SUBSCRIBE, and again when something is delivered.</summary>
public sealed class AccessTests : IDisposable
{
    private readonly EngineHarness _broker = new(access: "user ann all\nuser bob read open/#\nuser bob write open/#\nuser bob read secret/#\n");
    private readonly TestClient _ann;

    public AccessTests() => _ann = _broker.Connect("ann", certificateUser: "ann");

    public void Dispose() => _broker.Dispose();

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT311-3.3.5-2")]
    public void A_PUBLISH_that_is_not_allowed_goes_nowhere(byte version)
    {
        var v = (ProtocolVersion)version;
        _ann.Subscribe("#");
        var bob = _broker.Connect("bob", v, certificateUser: "bob");
        foreach (var topic in (string[])["secret/x", "$SYS/x", "$sparkplug/certificates/spBv1.0/G/NBIRTH/N"])
        {
            bob.Publish(topic, "x", retain: true).TakeNothing();
            Assert.Equal(v == ProtocolVersion.V5 ? ReasonCode.NotAuthorized : ReasonCode.Success, bob.Publish(topic, "x", Qos.AtLeastOnce, 1).TakeOne(PacketType.Puback).Reason);
            Assert.Equal(v == ProtocolVersion.V5 ? ReasonCode.NotAuthorized : ReasonCode.Success, bob.Publish(topic, "x", Qos.ExactlyOnce, 2).TakeOne(PacketType.Pubrec).Reason);
            bob.Ack(PacketType.Pubrel, 2).TakeOne(PacketType.Pubcomp);
        }

        _ann.TakeNothing();
        Assert.Equal(0, _broker.Engine.Retained.Count);
        _ann.Send(ClientPackets.Publish("$SYS/x", "x", qos: Qos.AtLeastOnce, packetId: 1));
        Assert.Equal(ReasonCode.NotAuthorized, _ann.TakeOne(PacketType.Puback).Reason);
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    public void A_SUBSCRIBE_that_is_not_covered_is_refused(byte version)
    {
        var bob = _broker.Connect("bob", (ProtocolVersion)version, certificateUser: "bob");
        var refused = version == 5 ? ReasonCode.NotAuthorized : (ReasonCode)0x80;
        foreach (var filter in (string[])["#", "$share/g/other", "+/x", "$sparkplug/#"])
            Assert.Equal([refused], bob.Send(ClientPackets.Subscribe(1, filter, version: (ProtocolVersion)version)).TakeOne(PacketType.Suback).Reasons);
        bob.Subscribe("open/+/x").Subscribe("$share/g/open/y");
    }

    [Fact]
    public void Changed_rules_hold_for_subscriptions_and_publishes_of_those_who_are_connected()
    {
        var bob = _broker.Connect("bob", certificateUser: "bob").Subscribe("secret/#").Subscribe("open/#");
        _broker.ChangeAccess("user ann all\nuser bob read open/#\n");
        _ann.Publish("secret/x", "1").Publish("open/x", "2");
        Assert.Equal(["open/x=2"], bob.TakeMessages());
        Assert.Equal(ReasonCode.NotAuthorized, bob.Publish("open/x", "3", Qos.AtLeastOnce, 1).TakeOne(PacketType.Puback).Reason);
        _broker.ChangeAccess("user ann all\nuser bob all\n");
        bob.Publish("open/x", "4");
        Assert.Equal(["open/x=4"], bob.TakeMessages());
    }

    [Fact]
    public void Queued_messages_are_checked_again_when_they_are_sent()
    {
        var bob = _broker.Open(certificateUser: "bob").Send(ClientPackets.Connect("bob", cleanStart: false, sessionExpiryInterval: 100));
        bob.Take();
        bob.Subscribe("secret/#", Qos.AtLeastOnce).Subscribe("open/#", Qos.AtLeastOnce).Vanish();
        _ann.Publish("secret/x", "1", Qos.AtLeastOnce, 1).Publish("open/x", "2", Qos.AtLeastOnce, 2);
        _broker.ChangeAccess("user ann all\nuser bob read open/#\n");
        bob = _broker.Open(certificateUser: "bob").Send(ClientPackets.Connect("bob", cleanStart: false, sessionExpiryInterval: 100));
        Assert.Equal(["open/x=2"], bob.TakeMessages());
    }

    [Fact]
    public void Retained_messages_and_certificates_are_checked_for_each_reader()
    {
        _broker.ChangeAccess("user ann all\nuser bob read plant/+/data\nuser bob read $sparkplug/certificates/spBv1.0/G/NBIRTH/Mine\n");
        foreach (var node in (string[])["Mine", "Other"])
            _ann.Send(ClientPackets.Publish($"spBv1.0/G/NBIRTH/{node}", [0x18, 0]));
        var bob = _broker.Connect("bob", certificateUser: "bob");
        Assert.Equal([ReasonCode.NotAuthorized], bob.Send(ClientPackets.Subscribe(1, "$sparkplug/certificates/#")).TakeOne(PacketType.Suback).Reasons);
        bob.Send(ClientPackets.Subscribe(2, "$sparkplug/certificates/spBv1.0/G/NBIRTH/Mine"));
        Assert.Single(bob.Take(), packet => packet.Type == PacketType.Publish);
    }
}
