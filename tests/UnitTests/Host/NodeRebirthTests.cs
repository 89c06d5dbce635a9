using Sparkplug.Host;
using Sparkplug.Metrics;
using Sparkplug.Payloads;
using Sparkplug.Topics;
using static UnitTests.Host.NodeUnderTest;

namespace UnitTests.Host;

public sealed class NodeRebirthTests
{
    private readonly NodeUnderTest _node = new();

    [Fact]
    public void Requests_to_a_node_that_does_not_answer_come_at_intervals_that_double_to_the_longest()
    {
        var node = new NodeUnderTest(new NodeStateOptions { RebirthInterval = TimeSpan.FromSeconds(5), RebirthLongestInterval = TimeSpan.FromSeconds(30) });
        var waits = new List<double>();
        node.Ndata(1);
        var last = node.Now;
        for (var second = 1; second <= 120; second++)
        {
            node.Wait(TimeSpan.FromSeconds(1));
            if (node.Ndata(1).Concat(node.Tick()).All(line => !line.StartsWith("rebirth", StringComparison.Ordinal))) continue;
            waits.Add((node.Now.Milliseconds - last.Milliseconds) / 1000.0);
            last = node.Now;
        }
        Assert.Equal([5, 10, 20, 30, 30], waits);
        Assert.Equal(6, node.State.Counts.RebirthRequests);
        Assert.Equal(121, node.State.Counts.Of(RebirthReason.NoBirth));
    }

    [Fact]
    public void A_request_that_was_lost_is_repeated_by_the_tick_alone_but_not_for_ever()
    {
        _node.Ndata(1);
        var requests = 1;
        while (_node.State.NextTick is { } tick)
        {
            _node.Now = tick;
            Assert.Single(_node.Tick());
            Assert.InRange(++requests, 2, 20);
        }
        Assert.Equal(13, requests);
        _node.Wait(TimeSpan.FromMinutes(5));
        Assert.Contains("rebirth NoBirth on 0", _node.Ndata(1));
    }

    [Fact]
    public void A_birth_ends_the_wish_and_the_doubling()
    {
        _node.Ndata(1);
        for (var i = 0; i < 5; i++)
        {
            _node.Now = _node.State.NextTick!.Value;
            _node.Tick();
        }
        _node.Wait(TimeSpan.FromSeconds(5));
        _node.WithBirths();
        Assert.Null(_node.State.NextTick);
        Assert.Equal(["fault MalformedPayload", "rebirth MalformedPayload on 0"], Malformed(MessageType.NDATA));
    }

    [Fact]
    public void A_wish_within_the_interval_waits_for_its_end()
    {
        _node.Ndata(1);
        _node.WithBirths();
        Assert.Equal(["fault MalformedPayload"], Malformed(MessageType.NDATA));
        Assert.Equal(_node.Now.Milliseconds + 5000, _node.State.NextTick?.Milliseconds);
        _node.Wait(TimeSpan.FromSeconds(5));
        Assert.Equal(["rebirth MalformedPayload on 0"], _node.Tick());
    }

    [Fact]
    public void A_node_whose_births_cure_nothing_is_not_reborn_for_ever()
    {
        var requests = 0;
        _node.WithBirths();
        for (var second = 0; second < 3600; second++)
        {
            _node.Wait(TimeSpan.FromSeconds(1));
            if (_node.Ndata(2, Named("N", MetricValue.String("never"))).Concat(_node.Tick()).Any(line => line.StartsWith("rebirth", StringComparison.Ordinal))) requests++;
            _node.WithBirths();
        }
        Assert.InRange(requests, 6, 20);
    }

    [Fact]
    public void A_malformed_NDEATH_and_one_of_another_server_ask_for_nothing()
    {
        _node.WithBirths();
        Assert.Equal(["fault MalformedPayload"], Malformed(MessageType.NDEATH));
        Assert.Equal(["fault MalformedPayload"], Malformed(MessageType.NDATA, server: 1));
        Assert.True(_node.State.IsOnline);
    }

    [Fact]
    public void A_malformed_NBIRTH_asks_for_another()
    {
        Assert.Equal(["fault MalformedPayload", "rebirth MalformedPayload on 1"], Malformed(MessageType.NBIRTH, server: 1));
    }

    [Fact]
    public void A_persons_request_is_not_limited()
    {
        _node.WithBirths();
        Assert.Equal(["rebirth Wanted on 0"], _node.Step(new NodeInput.RebirthWanted(_node.Now)));
        Assert.Equal(["rebirth Wanted on 0"], _node.Step(new NodeInput.RebirthWanted(_node.Now)));
        Assert.Null(_node.State.NextTick);
    }

    [Fact]
    public void A_persons_request_to_a_node_that_was_never_heard_of_goes_nowhere() =>
        Assert.Empty(_node.Step(new NodeInput.RebirthWanted(_node.Now)));

    [Fact]
    public void The_death_of_the_node_and_the_loss_of_its_server_end_the_wish()
    {
        _node.WithBirths();
        _node.Ndata(2, Aliased(99, MetricValue.Int32(1)));
        Assert.NotNull(_node.State.NextTick);
        _node.Ndeath();
        Assert.Null(_node.State.NextTick);
        _node.Ndata(3);
        _node.Step(new NodeInput.ServerLost(0, _node.Now));
        Assert.Null(_node.State.NextTick);
    }

    [Fact]
    public void Counts_say_what_happened_last_and_how_often()
    {
        _node.WithBirths();
        _node.Ndata(2, Aliased(99, MetricValue.Int32(1)), Named("X", MetricValue.Int32(1)));
        var counts = _node.State.Counts;
        Assert.Equal((2, 1, 1, RebirthReason.UnknownAlias), (counts.Of(NodeFault.UnknownMetric), counts.Of(RebirthReason.UnknownAlias), counts.RebirthRequests, counts.LastRebirthReason));
        Assert.Equal((NodeFault.UnknownMetric, "no birth declared metric 'X'", _node.Now), (counts.LastFault, counts.LastFaultDetail, counts.LastFaultTime));
        Assert.Equal((1, _node.Now), (counts.Births, counts.LastRebirthRequest));
    }

    [Theory]
    [InlineData(0, 300)]
    [InlineData(5, 4)]
    public void Options_that_make_no_sense_are_refused(int shortest, int longest) => Assert.Throws<ArgumentOutOfRangeException>(() =>
        new NodeUnderTest(new NodeStateOptions { RebirthInterval = TimeSpan.FromSeconds(shortest), RebirthLongestInterval = TimeSpan.FromSeconds(longest) }));

    private string[] Malformed(MessageType type, int server = 0) =>
        _node.Step(new NodeInput.Malformed(server, type, null, new PayloadFault(PayloadFaultReason.Malformed, "byte 3"), _node.Now));
}
