using EdgeNode.Devices;
using EdgeNode.Serial;
using Sparkplug.Metrics;

namespace UnitTests.Serial;

public sealed class BoardLinkCommandTests
{
    [Fact]
    public void A_command_is_sent_and_its_read_back_is_its_outcome_and_a_reading()
    {
        var harness = LinkHarness.Online();
        harness.Send(LinkHarness.Command("n", MetricValue.Int32(5)));
        Assert.Equal(["SET cmd=1 n:5"], harness.Sent);
        harness.Say("ACK cmd=1 up=1 n:4");
        var reading = new Reading("n", MetricValue.Int32(4), null);
        Assert.Equal(new CommandOutcome.Applied(reading), Assert.Single(harness.Outcomes).Outcome);
        Assert.Equal(reading, Assert.Single(harness.Taken).Reading);
    }

    [Fact]
    public void A_refusal_gives_its_reason()
    {
        var harness = LinkHarness.Online();
        harness.Send(LinkHarness.Command("t", MetricValue.Float(5)));
        harness.Say("NAK cmd=1 up=1 reason=read-only");
        Assert.Equal(new CommandOutcome.Refused("read-only"), Assert.Single(harness.Outcomes).Outcome);
    }

    [Fact]
    public void What_a_board_could_only_refuse_is_not_sent()
    {
        var harness = LinkHarness.Online();
        harness.Send(LinkHarness.Command("x", MetricValue.Int32(5)));
        harness.Send(LinkHarness.Command("n", MetricValue.Float(5)));
        harness.Send(LinkHarness.Command("n", MetricValue.Null(DataType.Int32)));
        harness.Send(LinkHarness.Command("t", MetricValue.Float(float.NaN)));
        harness.Send(LinkHarness.Command("n", MetricValue.Int32(5), "ard-2"));
        Assert.Equal(
            [new CommandOutcome.Refused("unknown-tag"), new CommandOutcome.Refused("type"), new CommandOutcome.Refused("type"),
                new CommandOutcome.Refused("type"), new CommandOutcome.BoardLost()],
            harness.Outcomes.Select(done => done.Outcome));
        Assert.Empty(harness.Sent);
    }

    [Fact]
    public void A_command_is_repeated_with_its_number_after_500_ms_three_times_in_all_and_then_has_no_answer()
    {
        var harness = LinkHarness.Online();
        harness.Send(LinkHarness.Command("n", MetricValue.Int32(5)));
        harness.PassSeconds(0.499);
        Assert.Single(harness.Sent);
        harness.PassSeconds(0.001);
        Assert.Equal(["SET cmd=1 n:5", "SET cmd=1 n:5"], harness.Sent);
        harness.PassSeconds(0.999);
        Assert.Equal(3, harness.Sent.Count);
        Assert.Empty(harness.Outcomes);
        harness.PassSeconds(0.001);
        Assert.IsType<CommandOutcome.NoAnswer>(Assert.Single(harness.Outcomes).Outcome);
        Assert.Equal(2, harness.Counters.Repeated);
        harness.Say("ACK cmd=1 up=1 n:5");
        Assert.Single(harness.Outcomes);
        Assert.Single(harness.Taken);
    }

    [Fact]
    public void One_command_is_in_flight_and_the_others_wait_in_order()
    {
        var harness = LinkHarness.Online();
        harness.Send(LinkHarness.Command("n", MetricValue.Int32(5)));
        harness.Send(LinkHarness.Command("b", MetricValue.Boolean(true)));
        harness.LoseLines(1);
        harness.Say("DATA up=1 t:1");
        Assert.Equal(["SET cmd=1 n:5"], harness.Sent);
        harness.Say("ACK cmd=1 up=1 n:5");
        Assert.Equal(["SET cmd=1 n:5", "GET", "SET cmd=2 b:1"], harness.Sent);
        harness.Say("ACK cmd=2 up=1 b:1");
        Assert.Equal(2, harness.Outcomes.Count);
    }

    [Theory]
    [InlineData("ACK cmd=2 up=1 n:5")]
    [InlineData("NAK cmd=2 up=1 reason=range")]
    [InlineData("ACK cmd=1 up=1 b:1")]
    [InlineData("ACK cmd=1 up=1 n:x")]
    [InlineData("ACK cmd=1 up=1 id=ard-1")]
    public void Another_commands_answer_is_not_taken_for_this_ones(string answer)
    {
        var harness = LinkHarness.Online();
        harness.Send(LinkHarness.Command("n", MetricValue.Int32(5)));
        harness.Say(answer);
        Assert.Empty(harness.Outcomes);
        harness.PassSeconds(0.5);
        Assert.Equal(2, harness.Sent.Count);
    }

    [Fact]
    public void A_restart_ends_the_command_in_flight_and_it_is_never_repeated()
    {
        var harness = LinkHarness.Online();
        harness.Send(LinkHarness.Command("n", MetricValue.Int32(5)));
        harness.Send(LinkHarness.Command("b", MetricValue.Boolean(true)));
        harness.RestartNumbers();
        harness.Say(LinkHarness.Hello("ard-1", 8, 3));
        Assert.IsType<CommandOutcome.BoardRestarted>(Assert.Single(harness.Outcomes).Outcome);
        harness.PassSeconds(1);
        Assert.Single(harness.Sent);
        harness.RestartNumbers();
        harness.Describe(boot: 9);
        Assert.Equal(["SET cmd=1 n:5", "SET cmd=1 b:1"], harness.Sent);
    }

    [Fact]
    public void Numbers_go_on_from_the_boards_last_and_65535_is_followed_by_1()
    {
        var harness = new LinkHarness();
        harness.Describe(command: 65534);
        harness.Clear();
        foreach (var number in new[] { 65535, 1, 2 })
        {
            harness.Send(LinkHarness.Command("n", MetricValue.Int32(5)));
            Assert.Equal($"SET cmd={number} n:5", harness.Sent[^1]);
            harness.Say($"NAK cmd={number} up=1 reason=refused");
        }
        harness.Describe(command: 2);
        harness.Send(LinkHarness.Command("n", MetricValue.Int32(5)));
        Assert.Equal("SET cmd=3 n:5", harness.Sent[^1]);
    }

    [Fact]
    public void A_silent_board_ends_all_its_commands()
    {
        var harness = LinkHarness.Online();
        for (var i = 0; i < 10; i++) harness.Send(LinkHarness.Command("n", MetricValue.Int32(i)));
        harness.PassSeconds(3);
        Assert.Equal(10, harness.Outcomes.Count);
        Assert.Equal(9, harness.Outcomes.Count(done => done.Outcome is CommandOutcome.BoardLost));
        Assert.IsType<CommandOutcome.NoAnswer>(harness.Outcomes[0].Outcome);
    }

    [Fact]
    public void Commands_that_wait_are_bounded_in_number_and_time()
    {
        var harness = LinkHarness.Online();
        for (var i = 0; i < 70; i++) harness.Send(LinkHarness.Command("n", MetricValue.Int32(i)));
        Assert.Equal(5, harness.Outcomes.Count(done => done.Outcome is CommandOutcome.NotSent));
        harness.PassWithBeats(12);
        Assert.Equal(70, harness.Outcomes.Count);
        Assert.InRange(harness.Outcomes.Count(done => done.Outcome is CommandOutcome.NoAnswer), 5, 8);
        Assert.Equal(70, harness.Outcomes.Select(done => done.Command).Distinct().Count());
    }
}
