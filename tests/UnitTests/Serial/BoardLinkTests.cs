using EdgeNode.Devices;
using EdgeNode.Serial;
using Sparkplug.Metrics;

namespace UnitTests.Serial;

/// <summary>From the open port to readings: probing, description, silence, foreign talk.</summary>
public sealed class BoardLinkTests
{
    [Fact]
    public void An_open_port_is_greeted_at_once_after_1_2_and_4_seconds_and_then_every_10()
    {
        var harness = new LinkHarness();
        var start = harness.Now;
        var greeted = new List<double>();
        Assert.Equal(["", "HELLO? proto=1"], harness.Sent);
        Assert.Equal([PortState.Probing], harness.States);
        while (harness.Now < start + TimeSpan.FromSeconds(40))
        {
            if (harness.Sent.Remove("HELLO? proto=1")) greeted.Add((harness.Now - start).TotalSeconds);
            harness.PassSeconds(0.5);
        }
        Assert.Equal([0, 1, 2, 4, 14, 24, 34], greeted);
    }

    [Fact]
    public void A_described_board_is_online_with_its_tags()
    {
        var harness = new LinkHarness();
        harness.Describe();
        var board = Assert.Single(harness.Ready);
        Assert.Equal([PortState.Probing, PortState.Online], harness.States);
        Assert.Equal("ard-1", board.Id.Value);
        Assert.Equal(("climate", "1.0", (ushort)7, BootCause.Power, TimeSpan.FromSeconds(1)), (board.Sketch, board.Version, board.Boot, board.Cause, board.Beat));
        Assert.Equal(
            [
                new BoardTag("t", DataType.Float, false, "°C", MetricValue.Float(-50), MetricValue.Float(150)),
                new BoardTag("n", DataType.Int32, true, null, MetricValue.Int32(0), MetricValue.Int32(100)),
                new BoardTag("b", DataType.Boolean, true, null, MetricValue.Null(DataType.Boolean), MetricValue.Null(DataType.Boolean)),
            ],
            board.Tags);
        harness.PassWithBeats(60);
        Assert.Equal(["", "HELLO? proto=1"], harness.Sent);
    }

    [Fact]
    public void Readings_have_their_types_and_the_time_at_which_the_line_came()
    {
        var harness = LinkHarness.Online();
        harness.Wall = new Timestamp(42);
        harness.Say("DATA up=41 t:25.5 n:-3 b:1");
        harness.Wall = new Timestamp(43);
        harness.Say("DATA up=42 t:!open n:!");
        Assert.Equal(
            [
                (new Timestamp(42), new Reading("t", MetricValue.Float(25.5f), null)),
                (new Timestamp(42), new Reading("n", MetricValue.Int32(-3), null)),
                (new Timestamp(42), new Reading("b", MetricValue.Boolean(true), null)),
                (new Timestamp(43), new Reading("t", MetricValue.Null(DataType.Float), "open")),
                (new Timestamp(43), new Reading("n", MetricValue.Null(DataType.Int32), "")),
            ],
            harness.Taken);
        Assert.Equal(0, harness.Counters.Syntax);
    }

    [Theory]
    [InlineData("x:1")]
    [InlineData("n:1.5")]
    [InlineData("b:2")]
    [InlineData("n:")]
    [InlineData("n:!Open")]
    [InlineData("n:!awordofseventeenc")]
    public void A_reading_that_does_not_fit_is_counted_and_the_others_stand(string reading)
    {
        var harness = LinkHarness.Online();
        harness.Say($"DATA up=41 {reading} t:25.5");
        Assert.Equal("t", Assert.Single(harness.Taken).Reading.Name);
        Assert.Equal(1, harness.Counters.Syntax);
        Assert.Equal(FrameFaultKind.Syntax, Assert.Single(harness.Faults).Kind);
    }

    [Fact]
    public void A_tag_of_a_later_type_is_skipped_and_its_readings_are_nobodys_fault()
    {
        var harness = new LinkHarness();
        harness.Describe(tags: ["name=new type=int64 access=r low=0", "name=b type=bool access=r"]);
        harness.Say("DATA up=1 new:99999999999 b:1");
        Assert.Equal("b", Assert.Single(Assert.Single(harness.Ready).Tags).Name);
        Assert.Equal("b", Assert.Single(harness.Taken).Reading.Name);
        Assert.Equal((1L, 0L), (harness.Counters.Unknown, harness.Counters.Syntax));
    }

    [Fact]
    public void A_board_without_tags_is_online()
    {
        var harness = new LinkHarness();
        harness.Describe(tags: []);
        Assert.Empty(Assert.Single(harness.Ready).Tags);
    }

    [Fact]
    public void A_board_without_an_id_gets_one_and_is_online_when_it_says_it()
    {
        var harness = new LinkHarness();
        harness.Describe(id: "-", command: 41);
        Assert.Equal("ID cmd=42 id=climate-7f3a9c12 boot=7", harness.Sent[^1]);
        Assert.Equal(["assigning climate-7f3a9c12"], harness.Events);
        harness.Say("DATA up=5 t:1");
        harness.Say("ACK cmd=42 up=9 id=climate-7f3a9c12");
        harness.Describe(id: "climate-7f3a9c12", command: 42);
        Assert.Equal(["assigning climate-7f3a9c12", "ready climate-7f3a9c12"], harness.Events);
        harness.PassWithBeats(20);
        Assert.Equal(3, harness.Sent.Count);
        Assert.Empty(harness.Taken);
    }

    [Fact]
    public void An_id_that_is_not_answered_is_repeated_and_a_board_that_does_not_keep_it_is_asked_ever_more_seldom()
    {
        var harness = new LinkHarness();
        harness.Describe(id: "-");
        harness.PassSeconds(1.4);
        Assert.Equal(3, harness.Sent.Count(line => line == "ID cmd=1 id=climate-7f3a9c12 boot=7"));
        Assert.Equal(2, harness.Counters.Repeated);
        for (var i = 0; i < 3600; i++)
        {
            harness.PassSeconds(1);
            harness.Say("BEAT up=1 boot=7 bad=0 unknown=0", "DATA up=1 t:1");
            if (harness.Sent[^1].StartsWith("ID", StringComparison.Ordinal)) harness.Say($"NAK {harness.Sent[^1].Split(' ')[1]} up=1 reason=eeprom");
            if (harness.Sent.Remove("HELLO? proto=1")) harness.Describe(id: "-");
        }
        Assert.InRange(harness.Sent.Where(line => line.StartsWith("ID", StringComparison.Ordinal)).Distinct().Count(), 5, 12);
        Assert.Empty(harness.Ready);
    }

    [Fact]
    public void An_online_board_that_loses_its_id_is_lost_and_gets_a_new_one()
    {
        var harness = LinkHarness.Online();
        harness.Describe(id: "-", boot: 8);
        Assert.Equal(["lost ard-1", "assigning climate-7f3a9c12"], harness.Events);
        Assert.Equal("ID cmd=1 id=climate-7f3a9c12 boot=8", harness.Sent[^1]);
    }

    [Fact]
    public void Another_board_on_the_same_port_ends_the_first_one()
    {
        var harness = LinkHarness.Online();
        harness.Describe(id: "ard-2", boot: 7);
        Assert.Equal(["lost ard-1", "ready ard-2"], harness.Events);
        Assert.Equal(PortState.Online, harness.Link.State);
    }

    [Fact]
    public void The_same_description_again_is_no_news_and_another_one_is()
    {
        var harness = LinkHarness.Online();
        harness.Describe();
        Assert.Empty(harness.Ready);
        harness.Describe(boot: 8);
        harness.Describe(boot: 8, tags: ["name=z type=bool access=r"]);
        Assert.Equal([8, 8], harness.Ready.Select(board => (int)board.Boot));
        Assert.Equal("z", Assert.Single(harness.Ready[1].Tags).Name);
        Assert.DoesNotContain("lost ard-1", harness.Events);
    }

    [Theory]
    [InlineData(1000, 2.5)]
    [InlineData(200, 1.0)]
    [InlineData(60000, 150)]
    public void A_board_without_a_valid_line_for_two_and_a_half_beats_is_lost(int beat, double seconds)
    {
        var harness = new LinkHarness();
        harness.Describe(beat: beat);
        harness.Clear();
        harness.PassSeconds(seconds / 2);
        harness.Receive(LinkHarness.Line("DATA 1 up=1")[..^1]);
        harness.PassSeconds(seconds / 2 - 0.001);
        Assert.Empty(harness.Events);
        harness.PassSeconds(0.001);
        Assert.Equal(["lost ard-1"], harness.Events);
        Assert.Equal([PortState.Silent], harness.States);
        Assert.Equal(["HELLO? proto=1"], harness.Sent);
        harness.PassSeconds(25);
        Assert.Equal(6, harness.Sent.Count);
    }

    [Fact]
    public void A_silent_board_that_speaks_again_is_asked_and_is_online_with_a_description()
    {
        var harness = LinkHarness.Online();
        harness.PassSeconds(8);
        harness.Clear();
        harness.Say("DATA up=1 t:1");
        Assert.Equal(["HELLO? proto=1"], harness.Sent);
        Assert.Empty(harness.Taken);
        harness.Describe();
        Assert.Equal(["ready ard-1"], harness.Events);
        Assert.Equal([PortState.Online], harness.States);
    }

    [Fact]
    public void Another_language_for_10_seconds_makes_the_port_foreign_and_it_is_asked_once_a_minute()
    {
        var harness = new LinkHarness();
        harness.Receive("Temp: 25.4\r\n"u8.ToArray());
        harness.PassSeconds(9.9);
        Assert.Equal(PortState.Probing, harness.Link.State);
        harness.PassSeconds(0.2);
        Assert.Equal(PortState.Foreign, harness.Link.State);
        harness.Sent.Clear();
        for (var i = 0; i < 180; i++)
        {
            harness.PassSeconds(1);
            harness.Receive("Temp: 25.4\r\n"u8.ToArray());
        }
        Assert.Equal(3, harness.Sent.Count);
        Assert.Equal(181, harness.Counters.Foreign);
        harness.Describe();
        Assert.Equal(PortState.Online, harness.Link.State);
    }

    [Fact]
    public void A_port_that_says_nothing_is_never_foreign()
    {
        var harness = new LinkHarness();
        harness.PassSeconds(600);
        Assert.Equal([PortState.Probing], harness.States);
    }

    [Fact]
    public void A_later_protocol_is_unsupported_and_nothing_more_is_sent_until_it_is_another()
    {
        var harness = LinkHarness.Online();
        harness.Say("HELLO proto=2 id=ard-1");
        Assert.Equal([PortState.Unsupported], harness.States);
        Assert.Equal(["lost ard-1"], harness.Events);
        harness.Say("HELLO proto=2 id=ard-1", "DATA up=1 t:1", "END tags=0 check=FFFF", "TAG index=0 name=t type=bool access=r");
        harness.PassSeconds(600);
        Assert.Empty(harness.Sent);
        Assert.Equal([PortState.Unsupported], harness.States);
        harness.Describe();
        Assert.Equal([PortState.Unsupported, PortState.Probing, PortState.Online], harness.States);
    }

    [Fact]
    public void A_board_with_an_id_that_another_ports_board_has_waits_until_it_is_free()
    {
        var harness = new LinkHarness();
        harness.ClaimedElsewhere.Add("ard-1");
        harness.Describe();
        harness.Say("DATA up=1 t:1");
        harness.Send(LinkHarness.Command("n", MetricValue.Int32(1)));
        harness.PassWithBeats(30);
        Assert.Equal([PortState.Probing, PortState.DuplicateId], harness.States);
        Assert.IsType<CommandOutcome.BoardLost>(Assert.Single(harness.Outcomes).Outcome);
        Assert.Empty(harness.Events);
        Assert.Empty(harness.Taken);
        Assert.Equal(2, harness.Sent.Count);
        harness.ClaimedElsewhere.Clear();
        harness.PassSeconds(0.5);
        Assert.Equal(["ready ard-1"], harness.Events);
        Assert.Equal("GET", harness.Sent[^1]);
    }

    [Fact]
    public void A_refused_duplicate_that_falls_silent_is_not_told_as_lost()
    {
        var harness = new LinkHarness();
        harness.ClaimedElsewhere.Add("ard-1");
        harness.Describe();
        harness.PassSeconds(3);
        Assert.Equal(PortState.Silent, harness.Link.State);
        Assert.Empty(harness.Events);
    }

    [Fact]
    public void A_refused_duplicate_with_another_id_is_online()
    {
        var harness = new LinkHarness();
        harness.ClaimedElsewhere.Add("ard-1");
        harness.Describe();
        harness.Describe(id: "ard-2");
        Assert.Equal(["ready ard-2"], harness.Events);
    }

    [Fact]
    public void A_closed_port_loses_its_board_and_asks_for_nothing_until_it_is_open_again()
    {
        var harness = LinkHarness.Online();
        harness.Step(new BoardLinkInput.Closed("unplugged", harness.Now));
        Assert.Equal(["lost ard-1"], harness.Events);
        Assert.Equal(PortState.Closed, harness.Link.State);
        Assert.Null(harness.Link.NextTick);
        harness.Describe();
        harness.Step(new BoardLinkInput.Tick(harness.Now + TimeSpan.FromHours(1)));
        harness.Step(new BoardLinkInput.Closed("again", harness.Now));
        Assert.Equal(["lost ard-1"], harness.Events);
        Assert.Empty(harness.Sent);
        harness.Step(new BoardLinkInput.Opened(harness.Now));
        Assert.Equal(["", "HELLO? proto=1"], harness.Sent);
        harness.Describe();
        Assert.Equal(["lost ard-1", "ready ard-1"], harness.Events);
    }
}
