using Sparkplug.Host;
using Sparkplug.Metrics;
using Sparkplug.Payloads;
using Sparkplug.Topics;
using static UnitTests.Host.NodeUnderTest;

namespace UnitTests.Host;

public sealed class NodeLifeTests
{
    private readonly NodeUnderTest _node = new();

    [Fact]
    public void A_node_that_was_only_heard_of_is_offline_and_not_born()
    {
        Assert.False(_node.State.IsOnline);
        Assert.Equal(OfflineReason.NotBorn, _node.State.OfflineReason);
        Assert.Null(_node.State.NextTick);
    }

    [Fact]
    public void An_NBIRTH_puts_the_node_online_with_its_metrics()
    {
        Assert.Equal(["born", "bdSeq = Int64 7 @200", "N = Int32 -12 @100"], _node.Nbirth(7, Born("N", MetricValue.Int32(-12))));
        Assert.True(_node.State.IsOnline);
        Assert.Equal(new BdSeq(7), _node.State.BdSeq);
        Assert.Equal(0, _node.State.Server);
        Assert.Equal(_node.Now, _node.State.Since);
        Assert.Equal(MetricValue.Int32(-12), _node.State.Metrics["N"].Value);
        Assert.Equal(Quality.Good, _node.State.Metrics["N"].Quality);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    [InlineData(255)]
    [Spec("tck-id-payloads-sequence-num-req-nbirth")]
    public void Any_seq_of_an_NBIRTH_is_the_new_start(int start)
    {
        _node.Receive(MessageType.NBIRTH, null, Payload(start, BdSeq(), Born("N", MetricValue.Int32(1))));
        Assert.Equal(["N = Int32 2 @200"], _node.Ndata((start + 1) % 256, Named("N", MetricValue.Int32(2))));
    }

    [Fact]
    [Spec("tck-id-operational-behavior-edge-node-termination-host-action-ndeath-node-offline",
        "tck-id-operational-behavior-edge-node-termination-host-action-ndeath-node-tags-stale",
        "tck-id-operational-behavior-edge-node-termination-host-action-ndeath-devices-offline",
        "tck-id-operational-behavior-edge-node-termination-host-action-ndeath-devices-tags-stale")]
    public void An_NDEATH_marks_the_node_its_devices_and_all_metrics_with_the_hosts_own_time()
    {
        _node.WithBirths(3);
        _node.Wait(TimeSpan.FromMinutes(1));
        Assert.Equal(["died NDEATH", "D1 died NDEATH"], _node.Receive(MessageType.NDEATH, null, new Payload { Timestamp = new Timestamp(5), Metrics = [BdSeq(3)] }));
        Assert.False(_node.State.IsOnline);
        Assert.False(_node.D1.IsOnline);
        Assert.Equal(OfflineReason.NDEATH, _node.D1.OfflineReason);
        Assert.Equal((_node.Now, _node.Now), (_node.State.Since, _node.D1.Since));
        Assert.All(_node.State.Metrics.Values.Concat(_node.D1.Metrics.Values), metric => Assert.Equal((Quality.Stale, _node.Now), (metric.Quality, metric.StaleSince)));
        Assert.Equal(MetricValue.Double(20), _node.D1.Metrics["Temp"].Value);
    }

    [Fact]
    [Spec("tck-id-operational-behavior-edge-node-termination-host-action-ddeath-devices-offline",
        "tck-id-operational-behavior-edge-node-termination-host-action-ddeath-devices-tags-stale")]
    public void A_DDEATH_marks_the_device_and_its_metrics_with_the_time_of_the_payload()
    {
        _node.WithBirths();
        Assert.Equal(["D1 died DDEATH"], _node.Receive(MessageType.DDEATH, "D1", Payload(2)));
        var time = new Timestamp(202);
        Assert.Equal((false, OfflineReason.DDEATH, time), (_node.D1.IsOnline, _node.D1.OfflineReason, _node.D1.Since));
        Assert.Equal((Quality.Stale, time), (_node.D1.Metrics["Temp"].Quality, _node.D1.Metrics["Temp"].StaleSince));
        Assert.True(_node.State.IsOnline);
        Assert.Equal(Quality.Good, _node.State.Metrics["N"].Quality);
    }

    [Fact]
    public void A_DDEATH_without_timestamp_takes_the_hosts_time()
    {
        _node.WithBirths();
        _node.Receive(MessageType.DDEATH, "D1", new Payload { Seq = new Seq(2) });
        Assert.Equal(_node.Now, _node.D1.Since);
    }

    [Fact]
    public void The_NDEATH_after_a_DDEATH_leaves_the_devices_own_time()
    {
        _node.WithBirths();
        _node.Receive(MessageType.DDEATH, "D1", Payload(2));
        Assert.Equal(["died NDEATH"], _node.Ndeath());
        Assert.Equal(new Timestamp(202), _node.D1.Metrics["Temp"].StaleSince);
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(0, 255)]
    public void An_NDEATH_of_an_older_session_is_ignored(int current, int old)
    {
        _node.WithBirths((byte)current);
        Assert.Equal(["fault OutdatedDeath"], _node.Ndeath((byte)old));
        Assert.True(_node.State.IsOnline);
    }

    [Fact]
    public void The_second_NDEATH_of_one_session_is_ignored()
    {
        _node.WithBirths();
        _node.Ndeath();
        var since = _node.State.Since;
        _node.Wait(TimeSpan.FromSeconds(1));
        Assert.Equal(["fault OutdatedDeath"], _node.Ndeath());
        Assert.Equal(since, _node.State.Since);
    }

    [Fact]
    public void An_NDEATH_of_a_node_that_was_never_born_asks_for_nothing() => Assert.Equal(["fault OutdatedDeath"], _node.Ndeath());

    public static TheoryData<MetricValue> BdSeqSpellings() =>
        [MetricValue.Int64(9), MetricValue.UInt64(9), MetricValue.Int32(9), MetricValue.UInt8(9), MetricValue.Untyped(WireKind.Int, 9, null), MetricValue.Untyped(WireKind.Long, 9, null)];

    [Theory]
    [MemberData(nameof(BdSeqSpellings), DisableDiscoveryEnumeration = true)]
    public void A_bdSeq_is_understood_in_every_integer_type(MetricValue spelling)
    {
        _node.WithBirths(9);
        Assert.Equal(["died NDEATH", "D1 died NDEATH"], _node.Receive(MessageType.NDEATH, null, new Payload { Metrics = [new Metric { Name = "bdSeq", Value = spelling }] }));
    }

    [Fact]
    public void An_NDEATH_without_bdSeq_is_believed()
    {
        _node.WithBirths(9);
        Assert.Equal(["fault BadBdSeq", "died NDEATH", "D1 died NDEATH"], _node.Receive(MessageType.NDEATH, null, new Payload()));
    }

    [Fact]
    public void A_node_without_bdSeq_lives_and_dies_all_the_same()
    {
        Assert.Equal(["fault BadBdSeq", "born"], _node.Receive(MessageType.NBIRTH, null, Payload(0)));
        Assert.Equal(["died NDEATH"], _node.Ndeath(200));
    }

    [Fact]
    public void A_node_that_restarts_at_bdSeq_0_is_online_and_dies_by_its_new_number()
    {
        _node.WithBirths(41);
        _node.Ndeath(41);
        Assert.Equal("born", _node.Nbirth(0)[0]);
        Assert.Equal(["fault OutdatedDeath"], _node.Ndeath(41));
        Assert.Equal("died NDEATH", _node.Ndeath(0)[0]);
    }

    [Fact]
    public void A_rebirth_keeps_the_node_online_and_lets_its_devices_wait_for_their_DBIRTH()
    {
        _node.WithBirths(5);
        var since = _node.State.Since;
        var metric = _node.State.Metrics["N"];
        _node.Wait(TimeSpan.FromSeconds(9));
        Assert.Equal(["born", "D1 died NodeReborn", "bdSeq = Int64 5 @200", "N = Int32 4 @100"], _node.Nbirth(5, Born("N", MetricValue.Int32(4), 1)));
        Assert.Equal(since, _node.State.Since);
        Assert.Same(metric, _node.State.Metrics["N"]);
        Assert.Equal((false, OfflineReason.NodeReborn, Quality.Stale), (_node.D1.IsOnline, _node.D1.OfflineReason, _node.D1.Metrics["Temp"].Quality));
        Assert.Equal(["D1 born", "D1/Temp = Double 21 @100"], _node.Dbirth(1, Born("Temp", MetricValue.Double(21), 0)));
        Assert.Equal((true, Quality.Good), (_node.D1.IsOnline, _node.D1.Metrics["Temp"].Quality));
    }

    [Fact]
    public void A_new_session_has_a_new_Since()
    {
        _node.WithBirths(5);
        _node.Wait(TimeSpan.FromSeconds(9));
        _node.Nbirth(6);
        Assert.Equal(_node.Now, _node.State.Since);
    }

    [Fact]
    public void A_rebirth_drops_metrics_that_it_does_not_name()
    {
        _node.WithBirths();
        _node.Nbirth(0, Born("M", MetricValue.Boolean(true)));
        Assert.Equal(["M", "bdSeq"], _node.State.Metrics.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(MessageType.NDATA)]
    [InlineData(MessageType.DDATA)]
    [InlineData(MessageType.DBIRTH)]
    [InlineData(MessageType.DDEATH)]
    public void A_message_before_the_NBIRTH_asks_for_a_rebirth_on_its_own_server(MessageType type)
    {
        Assert.Equal(["fault NotBorn", "rebirth NoBirth on 2"], _node.Receive(type, type.IsForDevice() ? "D1" : null, Payload(4), server: 2));
        Assert.Empty(_node.State.Devices);
    }

    [Fact]
    public void DDATA_before_the_DBIRTH_asks_for_a_rebirth()
    {
        _node.Nbirth();
        Assert.Equal(["fault NotBorn", "rebirth NoDeviceBirth on 0"], _node.Ddata(1, Named("Temp", MetricValue.Double(1))));
    }

    [Fact]
    public void Data_after_the_NDEATH_is_ignored_and_asks_for_a_rebirth()
    {
        _node.WithBirths();
        _node.Ndeath();
        Assert.Equal(["fault NotBorn", "rebirth NoBirth on 0"], _node.Ndata(2, Named("N", MetricValue.Int32(5))));
        Assert.Equal(MetricValue.Int32(1), _node.State.Metrics["N"].Value);
    }

    [Fact]
    public void The_loss_of_the_server_makes_all_that_was_known_through_it_STALE()
    {
        _node.WithBirths();
        Assert.Empty(_node.Step(new NodeInput.ServerLost(1, _node.Now)));
        Assert.Equal(["died ServerLost", "D1 died ServerLost"], _node.Step(new NodeInput.ServerLost(0, _node.Now)));
        Assert.Equal((Quality.Stale, Quality.Stale), (_node.State.Metrics["N"].Quality, _node.D1.Metrics["Temp"].Quality));
    }

    [Fact]
    public void After_the_server_is_back_a_node_that_is_not_born_within_the_grace_is_asked()
    {
        _node.WithBirths();
        _node.Step(new NodeInput.ServerLost(0, _node.Now));
        Assert.Empty(_node.Step(new NodeInput.ServerBack(0, _node.Now)));
        Assert.Equal(_node.Now.Milliseconds + 2000, _node.State.NextTick?.Milliseconds);
        _node.Wait(TimeSpan.FromSeconds(2));
        Assert.Equal(["rebirth HostReconnected on 0"], _node.Tick());
    }

    [Fact]
    public void After_the_server_is_back_a_node_that_is_born_by_itself_is_not_asked()
    {
        _node.WithBirths();
        _node.Step(new NodeInput.ServerLost(0, _node.Now));
        _node.Step(new NodeInput.ServerBack(0, _node.Now));
        _node.Nbirth(1);
        Assert.Null(_node.State.NextTick);
        _node.Wait(TimeSpan.FromMinutes(1));
        Assert.Empty(_node.Tick());
    }

    [Fact]
    public void An_NDEATH_that_comes_after_the_server_is_back_says_why_the_node_is_offline()
    {
        _node.WithBirths();
        _node.Step(new NodeInput.ServerLost(0, _node.Now));
        var since = _node.State.Since;
        _node.Wait(TimeSpan.FromSeconds(1));
        _node.Step(new NodeInput.ServerBack(0, _node.Now));
        Assert.Equal(["died NDEATH", "D1 died NDEATH"], _node.Ndeath());
        Assert.Equal((since, since), (_node.State.Since, _node.D1.Metrics["Temp"].StaleSince));
        Assert.Null(_node.State.NextTick);
    }

    [Fact]
    public void A_message_from_another_server_is_ignored_and_an_NBIRTH_there_moves_the_node()
    {
        _node.WithBirths();
        Assert.Equal(["fault WrongServer"], _node.Receive(MessageType.NDATA, null, Payload(2, Named("N", MetricValue.Int32(9))), server: 1));
        Assert.Equal(["fault WrongServer"], _node.Ndeath(0, server: 1));
        _node.Receive(MessageType.NBIRTH, null, Payload(0, BdSeq(1)), server: 1);
        Assert.Equal(1, _node.State.Server);
        Assert.Equal(["fault WrongServer"], _node.Ndeath(0));
        Assert.True(_node.State.IsOnline);
    }

    [Fact]
    public void A_death_that_waits_behind_a_gap_ends_the_session_after_what_came_before()
    {
        _node.WithBirths();
        _node.Ndata(3, Named("N", MetricValue.Int32(3)));
        Assert.Equal(["N = Int32 3 @200", "died NDEATH", "D1 died NDEATH"], _node.Ndeath());
        Assert.Null(_node.State.NextTick);
    }

    [Theory]
    [InlineData(MessageType.NCMD, null)]
    [InlineData(MessageType.DCMD, "D1")]
    [InlineData(MessageType.STATE, null)]
    [InlineData(MessageType.DDATA, null)]
    [InlineData(MessageType.NDATA, "D1")]
    public void What_is_no_message_of_an_Edge_Node_is_the_callers_mistake(MessageType type, string? device) =>
        Assert.Throws<ArgumentException>(() => _node.Receive(type, device, Payload(0)));
}
