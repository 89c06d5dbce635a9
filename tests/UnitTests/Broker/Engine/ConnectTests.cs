using System.Net;
using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Sessions;
using static UnitTests.Broker.Engine.AWill;

namespace UnitTests.Broker.Engine;

public sealed class ConnectTests : IDisposable
{
    private readonly EngineHarness _broker = new();

    public void Dispose() => _broker.Dispose();

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-3.1.4-5", "MQTT-3.2.0-1", "MQTT-3.2.2-2", "MQTT-3.1.2-4", "MQTT-3.1.4-4", "MQTT-3.2.0-2", "MQTT-3.2.2-1", "MQTT-3.1.3-5")]
    [Spec("MQTT311-3.1.2-6")]
    public void CONNECT_is_answered_by_one_CONNACK_before_anything_else(byte version)
    {
        var client = _broker.Open((ProtocolVersion)version);
        client.Send(ClientPackets.Connect("abcdefghijklmnopqrstu09", (ProtocolVersion)version));
        var connack = client.TakeOne(PacketType.Connack);
        Assert.Equal((ReasonCode.Success, false), (connack.Reason, connack.SessionPresent));
        Assert.False(client.IsClosed);
        client.Send(ClientPackets.Pingreq()).TakeOne(PacketType.Pingresp);
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-3.1.2-5", "MQTT-3.1.2-6", "MQTT-3.2.2-3", "MQTT-3.1.2-23", "MQTT-3.1.3-2", "MQTT-4.1.0-1")]
    [Spec("MQTT311-3.1.2-4")]
    public void Without_Clean_Start_a_session_begins_once_and_goes_on(byte version)
    {
        var client = _broker.Resume("c", (ProtocolVersion)version);
        Assert.False(client.TakeOne(PacketType.Connack).SessionPresent);
        client.Subscribe("t");
        client.SayGoodbye();
        client = _broker.Resume("c", (ProtocolVersion)version);
        Assert.True(client.TakeOne(PacketType.Connack).SessionPresent);
        _broker.Connect("p").Publish("t", "x");
        Assert.Equal(["t=x"], client.TakeMessages());
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-3.1.2-4", "MQTT-3.2.2-2")]
    [Spec("MQTT311-3.1.2-6")]
    public void Clean_Start_discards_the_session_that_was(byte version)
    {
        _broker.Resume("c", (ProtocolVersion)version).Send(ClientPackets.Subscribe(1, "t", Qos.AtLeastOnce, (ProtocolVersion)version)).Vanish();
        _broker.Connect("p").Publish("t", "queued", Qos.AtLeastOnce, 1);
        var client = _broker.Connect("c", (ProtocolVersion)version);
        _broker.Connect("p").Publish("t", "live", Qos.AtLeastOnce, 1);
        client.TakeNothing();
    }

    [Fact]
    [Spec("MQTT311-3.1.2-7")]
    public void Retained_messages_do_not_end_with_the_session_that_published_them()
    {
        var client = _broker.Connect("c", ProtocolVersion.V311);
        client.Publish("t", "kept", retain: true);
        client.SayGoodbye();
        Assert.Equal(["t=kept"], _broker.Connect("d").Send(ClientPackets.Subscribe(1, "#")).TakeMessages());
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-3.1.4-3", "MQTT-3.1.3-2")]
    public void A_second_connection_with_the_same_client_id_takes_over(byte version)
    {
        var first = _broker.Resume("c", (ProtocolVersion)version);
        first.Take();
        first.Subscribe("t");
        var second = _broker.Resume("c", (ProtocolVersion)version);
        Assert.True(second.TakeOne(PacketType.Connack).SessionPresent);
        first.WasEnded(ReasonCode.SessionTakenOver);
        _broker.Connect("p").Publish("t", "x");
        Assert.Equal(["t=x"], second.TakeMessages());
        Assert.Equal(2, _broker.Engine.Sessions.Count);
    }

    [Fact]
    [Spec("MQTT-3.2.2-8", "MQTT-3.14.0-1")]
    public void Who_is_taken_over_before_its_CONNACK_gets_a_CONNACK_that_says_no()
    {
        _broker.Store.Disk = Disk.Slow;
        var first = _broker.Resume("c");
        var second = _broker.Resume("c");
        var connack = first.TakeOne(PacketType.Connack);
        Assert.Equal(ReasonCode.UnspecifiedError, connack.Reason);
        Assert.True(first.IsClosed);
        _broker.Store.Settle();
        Assert.Equal(ReasonCode.Success, second.TakeOne(PacketType.Connack).Reason);
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-3.1.3-6", "MQTT-3.1.3-7", "MQTT-3.2.2-16")]
    public void An_empty_client_id_gets_one_of_its_own(byte version)
    {
        var ids = new HashSet<string>();
        for (var i = 0; i < 2; i++)
        {
            var connack = _broker.Open((ProtocolVersion)version).Send(ClientPackets.Connect("", (ProtocolVersion)version)).TakeOne(PacketType.Connack);
            Assert.Equal(version == (byte)ProtocolVersion.V5, connack.Properties.AssignedClientIdentifier is not null);
        }

        ids.UnionWith(_broker.Engine.Sessions.All.Select(session => session.ClientId));
        Assert.Equal(2, ids.Count);
        Assert.DoesNotContain("", ids);
    }

    [Fact]
    [Spec("MQTT311-3.1.3-8", "MQTT311-3.1.3-9", "MQTT311-3.2.2-4", "MQTT311-3.2.2-5")]
    public void In_3_1_1_an_empty_client_id_and_a_session_that_stays_are_refused()
    {
        var client = _broker.Open(ProtocolVersion.V311).Send(ClientPackets.Connect("", ProtocolVersion.V311, cleanStart: false));
        var connack = client.TakeOne(PacketType.Connack);
        Assert.Equal((2, false), ((byte)connack.Reason, connack.SessionPresent));
        Assert.True(client.IsClosed);
    }

    [Fact]
    [Spec("MQTT-3.1.2-28", "MQTT-3.2.2-22")]
    public void CONNACK_says_what_the_broker_can_and_returns_only_what_was_asked_for()
    {
        var plain = _broker.Open().Send(ClientPackets.Connect("c", keepAlive: 10)).TakeOne(PacketType.Connack).Properties;
        Assert.Equal(1_000, plain.ReceiveMaximum!.Value);
        Assert.Equal(16u << 20, plain.MaximumPacketSize);
        Assert.Equal(64, plain.TopicAliasMaximum!.Value);
        Assert.Null(plain.ServerKeepAlive);
        Assert.Null(plain.ResponseInformation);
        Assert.Null(plain.MaximumQos);
        Assert.Null(plain.RetainAvailable);
        var asked = _broker.Open().Send(ClientPackets.Connect("d", requestResponseInformation: true)).TakeOne(PacketType.Connack).Properties;
        Assert.Equal("response/d/", asked.ResponseInformation);
    }

    [Fact]
    public void The_Session_Expiry_Interval_has_a_limit_that_CONNACK_tells()
    {
        using var broker = new EngineHarness(new BrokerLimits { SessionExpiry = TimeSpan.FromMinutes(1) });
        Assert.Equal(60u, broker.Open().Send(ClientPackets.Connect("c", sessionExpiryInterval: uint.MaxValue)).TakeOne(PacketType.Connack).Properties.SessionExpiryInterval);
        Assert.Null(broker.Open().Send(ClientPackets.Connect("d", sessionExpiryInterval: 60)).TakeOne(PacketType.Connack).Properties.SessionExpiryInterval);
    }

    [Fact]
    [Spec("MQTT-4.12.0-1", "MQTT-3.2.2-7", "MQTT-3.2.2-6", "MQTT-4.13.2-1")]
    public void An_authentication_method_is_refused_with_its_reason()
    {
        var client = _broker.Open().Send(ClientPackets.Connect("c", authenticationMethod: "SCRAM-SHA-256"));
        var connack = client.TakeOne(PacketType.Connack);
        Assert.Equal((ReasonCode.BadAuthenticationMethod, false), (connack.Reason, connack.SessionPresent));
        Assert.True(client.IsClosed);
    }

    [Fact]
    [Spec("MQTT-4.12.0-6")]
    public void AUTH_without_a_method_is_a_Protocol_Error() =>
        _broker.Connect("c").Send(ClientPackets.Auth(ReasonCode.ReAuthenticate, "x")).WasEnded(ReasonCode.ProtocolError);

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-3.1.4-2", "MQTT-3.1.4-6")]
    [Spec("MQTT311-3.2.2-5")]
    public void An_anonymous_client_from_elsewhere_is_refused_and_nothing_more_of_it_is_processed(byte version)
    {
        var subscriber = _broker.Connect("s").Subscribe("#");
        var client = _broker.Open((ProtocolVersion)version, IPAddress.Parse("192.0.2.1"));
        client.Send([.. ClientPackets.Connect("c", (ProtocolVersion)version), .. ClientPackets.Publish("t", "x", (ProtocolVersion)version)]);
        Assert.Equal(version == 4 ? (ReasonCode)5 : ReasonCode.NotAuthorized, client.TakeOne(PacketType.Connack).Reason);
        Assert.True(client.IsClosed);
        subscriber.TakeNothing();
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-3.1.4-2")]
    public async Task A_password_is_checked_off_the_loop_and_what_came_behind_CONNECT_waits_for_it(byte version)
    {
        _broker.Users.Add("ann", "secret");
        var client = _broker.Open((ProtocolVersion)version);
        client.Send([.. ClientPackets.Connect("c", (ProtocolVersion)version, userName: "ann", password: "secret"), .. ClientPackets.Pingreq()]);
        Assert.True(client.Connection.IsPaused);
        var packets = await Until(client, 2);
        Assert.Equal([PacketType.Connack, PacketType.Pingresp], packets.Select(packet => packet.Type));
        var wrong = _broker.Open((ProtocolVersion)version).Send(ClientPackets.Connect("d", (ProtocolVersion)version, userName: "ann", password: "guess"));
        var connack = Assert.Single(await Until(wrong, 1));
        Assert.Equal(version == 4 ? (ReasonCode)4 : ReasonCode.BadUserNameOrPassword, connack.Reason);
    }

    [Fact]
    public void A_client_certificate_that_names_a_user_needs_no_password()
    {
        using var broker = new EngineHarness(access: "user ann write a/#");
        var client = broker.Connect("c", certificateUser: "ann");
        Assert.Equal(ReasonCode.NoMatchingSubscribers, client.Publish("a/b", "x", Qos.AtLeastOnce, 1).TakeOne(PacketType.Puback).Reason);
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-3.1.3-8")]
    public void A_client_id_that_another_user_is_connected_with_is_refused_and_the_other_stays(byte version)
    {
        using var broker = new EngineHarness(access: "user everyone all");
        var ann = broker.Connect("c", certificateUser: "ann");
        var bob = broker.Open((ProtocolVersion)version, certificateUser: "bob").Send(ClientPackets.Connect("c", (ProtocolVersion)version));
        Assert.Equal(version == 4 ? (ReasonCode)5 : ReasonCode.NotAuthorized, bob.TakeOne(PacketType.Connack).Reason);
        Assert.True(bob.IsClosed);
        Assert.False(ann.IsClosed);
    }

    [Fact]
    public void One_user_gets_no_session_of_another_by_its_client_id()
    {
        using var broker = new EngineHarness(access: "everyone all");
        var ann = broker.Open(certificateUser: "ann").Send(ClientPackets.Connect("c", cleanStart: false, sessionExpiryInterval: 60));
        ann.Send(ClientPackets.Subscribe(1, "t", Qos.AtLeastOnce));
        ann.Vanish();
        var bob = broker.Open(certificateUser: "bob").Send(ClientPackets.Connect("c", cleanStart: false, sessionExpiryInterval: 60));
        Assert.False(bob.TakeOne(PacketType.Connack).SessionPresent);
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    public void Above_the_load_limit_new_clients_are_sent_elsewhere_and_others_go_on(byte version)
    {
        using var broker = new EngineHarness(options: new EngineOptions { Overload = new OverloadLimits { Connections = 1 }, Backup = "backup:8883" });
        var first = broker.Connect("a");
        var second = broker.Open((ProtocolVersion)version).Send(ClientPackets.Connect("b", (ProtocolVersion)version));
        var connack = second.TakeOne(PacketType.Connack);
        Assert.Equal(version == 4 ? (ReasonCode)3 : ReasonCode.UseAnotherServer, connack.Reason);
        Assert.Equal(version == 4 ? null : "backup:8883", connack.Properties.ServerReference);
        first.Send(ClientPackets.Pingreq()).TakeOne(PacketType.Pingresp);
    }

    [Fact]
    public void A_broker_whose_loop_lags_is_busy()
    {
        var delay = TimeSpan.FromSeconds(2);
        using var broker = new EngineHarness(options: new EngineOptions { Delay = () => delay });
        Assert.Equal(ReasonCode.ServerBusy, broker.Open().Send(ClientPackets.Connect("a")).TakeOne(PacketType.Connack).Reason);
        delay = TimeSpan.Zero;
        broker.Connect("a");
    }

    [Fact]
    public void A_broker_whose_memory_is_short_is_busy()
    {
        using var broker = new EngineHarness(options: new EngineOptions { Overload = new OverloadLimits { Memory = 1 << 20 } });
        Assert.Equal(ReasonCode.ServerBusy, broker.Open().Send(ClientPackets.Connect("a")).TakeOne(PacketType.Connack).Reason);
        using var roomy = new EngineHarness(options: new EngineOptions { Overload = new OverloadLimits { Memory = 1L << 50 } });
        roomy.Connect("a");
    }

    [Fact]
    public void Beyond_the_limit_of_sessions_only_those_that_have_one_come_in()
    {
        using var broker = new EngineHarness(new BrokerLimits { Sessions = 1 });
        broker.Resume("a").Vanish();
        Assert.Equal(ReasonCode.QuotaExceeded, broker.Open().Send(ClientPackets.Connect("b")).TakeOne(PacketType.Connack).Reason);
        Assert.Equal(ReasonCode.Success, broker.Resume("a").TakeOne(PacketType.Connack).Reason);
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-3.1.2-22")]
    public void One_and_a_half_times_Keep_Alive_without_a_packet_ends_the_connection(byte version)
    {
        var client = _broker.Connect("c", (ProtocolVersion)version, keepAlive: 10);
        _broker.Pass(TimeSpan.FromSeconds(14));
        client.Send(ClientPackets.Pingreq()).TakeOne(PacketType.Pingresp);
        _broker.Pass(TimeSpan.FromSeconds(14));
        Assert.False(client.IsClosed);
        _broker.Pass(TimeSpan.FromSeconds(1));
        client.WasEnded(ReasonCode.KeepAliveTimeout);
    }

    [Fact]
    public void Keep_Alive_0_turns_it_off()
    {
        var client = _broker.Connect("c", keepAlive: 0);
        _broker.Pass(TimeSpan.FromHours(1));
        Assert.False(client.IsClosed);
    }

    [Fact]
    [Spec("MQTT-3.1.2-21")]
    public void The_server_may_shorten_Keep_Alive_and_then_goes_by_its_own()
    {
        using var broker = new EngineHarness(new BrokerLimits { KeepAlive = TimeSpan.FromSeconds(20) });
        foreach (var asked in (ushort[])[0, 600])
        {
            var client = broker.Open().Send(ClientPackets.Connect("c", keepAlive: asked));
            Assert.Equal((ushort)20, client.TakeOne(PacketType.Connack).Properties.ServerKeepAlive);
            broker.Pass(TimeSpan.FromSeconds(31));
            client.WasEnded(ReasonCode.KeepAliveTimeout);
        }
    }

    [Fact]
    public void A_connection_without_a_complete_CONNECT_is_closed_in_time()
    {
        var client = _broker.Open();
        client.Send(ClientPackets.Connect("c")[..5]);
        _broker.Pass(TimeSpan.FromSeconds(9));
        Assert.False(client.IsClosed);
        _broker.Pass(TimeSpan.FromSeconds(2));
        Assert.True(client.IsClosed);
        Assert.Empty(_broker.Engine.Clients);
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("MQTT-4.1.0-2", "MQTT-3.1.2-23")]
    public void A_session_ends_when_its_expiry_interval_is_over_and_not_before(byte version)
    {
        using var broker = new EngineHarness(new BrokerLimits { SessionExpiry = TimeSpan.FromHours(1) });
        broker.Resume("c", (ProtocolVersion)version).Vanish();
        broker.Pass(TimeSpan.FromSeconds(3_599));
        Assert.NotNull(broker.Engine.Sessions.Find("c"));
        broker.Pass(TimeSpan.FromSeconds(1));
        Assert.Null(broker.Engine.Sessions.Find("c"));
        Assert.Empty(broker.Store.Load().Sessions);
    }

    [Fact]
    [Spec("MQTT-4.1.0-1")]
    public void A_session_that_came_back_does_not_end_by_the_interval_of_before()
    {
        _broker.Resume("c").Vanish();
        _broker.Pass(TimeSpan.FromSeconds(1_800));
        var client = _broker.Resume("c");
        _broker.Pass(TimeSpan.FromSeconds(3_600));
        Assert.NotNull(_broker.Engine.Sessions.Find("c"));
        client.Vanish();
        _broker.Pass(TimeSpan.FromSeconds(3_599));
        Assert.NotNull(_broker.Engine.Sessions.Find("c"));
    }

    [Fact]
    public void DISCONNECT_may_change_the_expiry_interval_but_not_from_0()
    {
        _broker.Resume("c").Send(ClientPackets.Disconnect(sessionExpiryInterval: 0));
        Assert.Null(_broker.Engine.Sessions.Find("c"));
        var client = _broker.Connect("d", expiry: 10);
        client.Send(ClientPackets.Disconnect(sessionExpiryInterval: 100));
        _broker.Pass(TimeSpan.FromSeconds(99));
        Assert.NotNull(_broker.Engine.Sessions.Find("d"));
        _broker.Connect("e").Send(ClientPackets.Disconnect(sessionExpiryInterval: 100)).WasEnded(ReasonCode.ProtocolError);
        Assert.Null(_broker.Engine.Sessions.Find("e"));
    }

    [Fact]
    [Spec("MQTT-3.1.2-24", "MQTT-3.2.2-19")]
    public void No_CONNACK_is_larger_than_the_client_takes()
    {
        var connack = _broker.Open().Send(ClientPackets.Connect("", maximumPacketSize: 64, requestResponseInformation: true)).TakeOne(PacketType.Connack);
        Assert.Equal(ReasonCode.Success, connack.Reason);
        Assert.InRange(connack.Bytes.Length, 1, 64);
        var refused = _broker.Open(address: IPAddress.Parse("192.0.2.1")).Send(ClientPackets.Connect("c", maximumPacketSize: 64)).TakeOne(PacketType.Connack);
        Assert.Equal(ReasonCode.NotAuthorized, refused.Reason);
        Assert.InRange(refused.Bytes.Length, 1, 64);
        Assert.Equal(ReasonCode.PacketTooLarge, _broker.Open().Send(ClientPackets.Connect("d", maximumPacketSize: 20)).TakeOne(PacketType.Connack).Reason);
    }

    [Fact]
    [Spec("MQTT-3.1.2-29")]
    public void Who_wants_no_problem_information_gets_no_reason_strings()
    {
        var client = _broker.Open().Send(ClientPackets.Connect("c", requestProblemInformation: false));
        client.Take();
        client.Send(ClientPackets.Publish("$SYS/x", "x", qos: Qos.AtLeastOnce, packetId: 1));
        Assert.True(client.TakeOne(PacketType.Puback).Properties.IsEmpty);
        client.Send(ClientPackets.Connect("c"));
        Assert.True(client.TakeOne(PacketType.Disconnect).Properties.IsEmpty);
    }

    [Fact]
    public void A_refused_Will_refuses_the_connection()
    {
        using var broker = new EngineHarness(access: "anonymous write a");
        var client = broker.Open().Send(ClientPackets.Connect("c", will: Will("b", "gone")));
        Assert.Equal(ReasonCode.NotAuthorized, client.TakeOne(PacketType.Connack).Reason);
        Assert.Equal(0, broker.Engine.Wills.Count);
        broker.Connect("c", will: Will("a", "gone"));
    }

    private static async Task<List<ServerPacket>> Until(TestClient client, int count)
    {
        var packets = new List<ServerPacket>();
        var deadline = Task.Delay(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);
        while (packets.Count < count && !deadline.IsCompleted)
        {
            packets.AddRange(client.Take());
            await Task.Yield();
        }

        return packets;
    }
}
