using Sparkplug.Host;
using Sparkplug.Metrics;
using Sparkplug.Payloads;
using Sparkplug.Topics;
using static UnitTests.Host.NodeUnderTest;

namespace UnitTests.Host;

public sealed class NodeOrderTests
{
    private readonly NodeUnderTest _node = new NodeUnderTest().WithBirths();

    [Fact]
    [Spec("tck-id-operational-behavior-host-reordering-start")]
    public void A_message_that_came_too_early_waits_and_starts_the_timer()
    {
        Assert.Equal(["fault SeqGap"], N(3));
        Assert.Equal(_node.Now.Milliseconds + 2000, _node.State.NextTick?.Milliseconds);
        Assert.Equal(MetricValue.Int32(1), _node.State.Metrics["N"].Value);
    }

    [Fact]
    [Spec("tck-id-operational-behavior-host-reordering-success")]
    public void When_the_missing_message_arrives_all_go_through_in_order_and_the_timer_stops()
    {
        N(4);
        N(3);
        Assert.Equal(["N = Int32 2 @202", "N = Int32 3 @203", "N = Int32 4 @204"], N(2));
        Assert.Null(_node.State.NextTick);
        _node.Wait(TimeSpan.FromMinutes(1));
        Assert.Empty(_node.Tick());
        Assert.Equal(["N = Int32 5 @205"], N(5));
    }

    [Fact]
    [Spec("tck-id-operational-behavior-host-reordering-rebirth", "tck-id-operational-behavior-data-commands-ncmd-rebirth-verb")]
    public void When_the_timer_runs_out_a_rebirth_is_asked_for_and_what_waited_is_not_lost()
    {
        N(3);
        N(5);
        _node.Wait(TimeSpan.FromMilliseconds(1999));
        Assert.Empty(_node.Tick());
        _node.Wait(TimeSpan.FromMilliseconds(1));
        Assert.Equal(["fault SeqGap", "rebirth MissingMessages on 0", "N = Int32 3 @203", "N = Int32 5 @205"], _node.Tick());
        Assert.Equal(["N = Int32 6 @206"], N(6));
    }

    [Fact]
    [Spec("tck-id-operational-behavior-host-reordering-param")]
    public void A_timeout_of_zero_asks_at_once()
    {
        var node = new NodeUnderTest(new NodeStateOptions { ReorderTimeout = TimeSpan.Zero }).WithBirths();
        Assert.Equal(["fault SeqGap", "fault SeqGap", "rebirth MissingMessages on 0", "N = Int32 9 @200"], node.Ndata(3, Named("N", MetricValue.Int32(9))));
    }

    [Fact]
    public void The_second_gap_has_the_time_since_its_own_first_message()
    {
        N(3);
        _node.Wait(TimeSpan.FromSeconds(1));
        N(5);
        var second = _node.Now;
        _node.Wait(TimeSpan.FromMilliseconds(500));
        N(2);
        Assert.Equal(second.Milliseconds + 2000, _node.State.NextTick?.Milliseconds);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void A_message_that_came_before_is_ignored(int seq)
    {
        Assert.Equal(["fault DuplicateSeq"], _node.Ndata(seq, Named("N", MetricValue.Int32(9))));
        Assert.Equal(["N = Int32 2 @202"], N(2));
    }

    [Fact]
    public void A_message_that_waits_already_is_ignored_the_second_time()
    {
        N(3);
        Assert.Equal(["fault DuplicateSeq"], N(3));
        Assert.Equal(["N = Int32 2 @202", "N = Int32 3 @203"], N(2));
    }

    [Fact]
    [Spec("tck-id-payloads-sequence-num-incrementing")]
    public void The_seq_goes_around_after_255()
    {
        for (var seq = 2; seq < 600; seq++) Assert.Single(N(seq));
        Assert.Empty(_node.Faults);
    }

    [Fact]
    public void A_gap_over_the_end_of_the_circle_closes()
    {
        for (var seq = 2; seq < 255; seq++) N(seq);
        Assert.Equal(["fault SeqGap"], N(256));
        Assert.Equal(["N = Int32 255 @455", "N = Int32 256 @456"], N(255));
    }

    [Fact]
    public void One_message_more_than_the_buffer_holds_gives_up_the_missing_one()
    {
        var node = new NodeUnderTest(new NodeStateOptions { ReorderCapacity = 2 }).WithBirths();
        node.Ndata(3, Named("N", MetricValue.Int32(3)));
        node.Ndata(4, Named("N", MetricValue.Int32(4)));
        Assert.Equal(["fault SeqGap", "rebirth ReorderBufferFull on 0", "N = Int32 3 @200", "N = Int32 4 @200", "N = Int32 5 @200"], node.Ndata(5, Named("N", MetricValue.Int32(5))));
        Assert.Equal(["N = Int32 6 @200"], node.Ndata(6, Named("N", MetricValue.Int32(6))));
    }

    [Fact]
    public void Large_messages_fill_the_buffer_by_their_bytes()
    {
        var node = new NodeUnderTest(new NodeStateOptions { ReorderByteCapacity = 1000 }).WithBirths();
        node.Step(new NodeInput.Received(0, MessageType.NDATA, null, Payload(3), node.Now) { Size = 600 });
        Assert.Contains("rebirth ReorderBufferFull on 0", node.Step(new NodeInput.Received(0, MessageType.NDATA, null, Payload(4), node.Now) { Size = 600 }));
        Assert.Null(node.State.NextTick is { } tick && tick < node.Now ? tick : null);
    }

    [Fact]
    public void An_NBIRTH_drops_what_waits_and_says_so()
    {
        N(3);
        Assert.Equal("fault SeqGap", _node.Nbirth(0, Born("N", MetricValue.Int32(7)))[0]);
        Assert.Equal(["N = Int32 8 @200"], _node.Ndata(1, Named("N", MetricValue.Int32(8))));
    }

    [Fact]
    [Spec("tck-id-payloads-sequence-num-always-included")]
    public void Data_without_seq_is_taken_and_reported()
    {
        Assert.Equal(["fault MissingSeq", "N = Int32 9 @200"], _node.Ndata(null, Named("N", MetricValue.Int32(9))));
        Assert.Equal(["N = Int32 2 @202"], N(2));
    }

    [Fact]
    public void A_DBIRTH_that_is_late_goes_before_the_data_that_needs_it()
    {
        _node.Nbirth();
        _node.Ddata(2, Named("Temp", MetricValue.Double(3)));
        Assert.Equal(["D1 born", "D1/Temp = Double 1 @100", "D1/Temp = Double 3 @200"], _node.Dbirth(1, Born("Temp", MetricValue.Double(1))));
    }

    [Fact]
    public void After_a_gap_that_may_hide_an_NBIRTH_an_alias_is_not_trusted_but_a_name_is()
    {
        for (var seq = 2; seq < 256; seq++) N(seq);
        // 0 is missing: perhaps an NBIRTH with other aliases.
        _node.Receive(MessageType.NDATA, null, new Payload { Seq = new Seq(1), Timestamp = new Timestamp(9000), Metrics = [Aliased(1, MetricValue.Int32(77)), Named("N", MetricValue.Int32(78), 9000)] });
        _node.Wait(TimeSpan.FromSeconds(2));
        Assert.Equal(["fault SeqGap", "rebirth MissingMessages on 0", "fault UnknownMetric", "N = Int32 78 @9000"], _node.Tick());
        _node.Nbirth(0, Born("N", MetricValue.Int32(1), 1));
        Assert.Equal(["N = Int32 5 @200"], _node.Ndata(1, Aliased(1, MetricValue.Int32(5))));
    }

    [Fact]
    public void After_any_other_gap_aliases_are_as_good_as_before()
    {
        _node.Ndata(3, Aliased(1, MetricValue.Int32(5)));
        _node.Wait(TimeSpan.FromSeconds(2));
        Assert.Contains("N = Int32 5 @200", _node.Tick());
    }

    private string[] N(int seq) => _node.Receive(MessageType.NDATA, null, new Payload
    {
        Seq = new Seq(unchecked((byte)seq)), Timestamp = new Timestamp((ulong)(200 + seq)), Metrics = [Named("N", MetricValue.Int32(seq), (ulong)(200 + seq))],
    });
}
