using EdgeNode.Devices;
using EdgeNode.Serial;
using Sparkplug.Metrics;

namespace UnitTests.Serial;

/// <summary>Losses, restarts, damaged descriptions, floods (docs/serial-link.md, 7).</summary>
public sealed class BoardLinkFaultTests
{
    [Fact]
    public void Lost_lines_are_counted_and_all_values_asked_for_at_most_once_a_second()
    {
        var harness = LinkHarness.Online();
        for (var i = 0; i < 10; i++)
        {
            harness.LoseLines(3);
            harness.Say("DATA up=1 t:1");
        }
        Assert.Equal(30, harness.Counters.Lost);
        Assert.Equal(["GET"], harness.Sent);
        harness.PassSeconds(0.99);
        Assert.Equal(["GET"], harness.Sent);
        harness.PassSeconds(0.01);
        Assert.Equal(["GET", "GET"], harness.Sent);
        harness.PassWithBeats(10);
        Assert.Equal(2, harness.Sent.Count);
    }

    [Theory]
    [InlineData("DATA 65535 up=1 t:1", "DATA 0 up=1 t:2", 0, 0)]
    [InlineData("DATA 65535 up=1 t:1", "DATA 2 up=1 t:2", 2, 0)]
    [InlineData("DATA 100 up=1 t:1", "DATA 32868 up=1 t:2", 32767, 0)]
    [InlineData("DATA 100 up=1 t:1", "DATA 32869 up=1 t:2", 0, 1)]
    [InlineData("DATA 100 up=1 t:1", "DATA 100 up=1 t:2", 0, 1)]
    [InlineData("DATA 100 up=1 t:1", "DATA 5 up=1 t:2", 0, 1)]
    public void The_number_after_the_last_tells_loss_and_restart(string first, string second, long lost, long resets)
    {
        // The numbers of the description are followed by the first line's, which is any.
        var harness = new LinkHarness();
        harness.SayRaw(first);
        harness.SayRaw(second);
        Assert.Equal((lost, resets), (harness.Counters.Lost, harness.Counters.Resets));
    }

    [Fact]
    public void A_line_with_a_right_crc_and_a_wrong_form_is_not_also_lost()
    {
        var harness = LinkHarness.Online();
        harness.Say("DATA up=1", "EVENT what=ever", "DATA up=1 t:1");
        Assert.Equal((1L, 1L, 0L), (harness.Counters.Syntax, harness.Counters.Unknown, harness.Counters.Lost));
    }

    [Fact]
    public void A_damaged_line_is_counted_and_repaired_by_the_gap_that_follows()
    {
        var harness = LinkHarness.Online();
        harness.Receive("DATA 7 up=1 t:99*0000\n"u8.ToArray());
        harness.LoseLines(1);
        harness.Say("DATA up=1 t:1");
        Assert.Equal((1L, 1L), (harness.Counters.Crc, harness.Counters.Lost));
        Assert.Equal(["GET"], harness.Sent);
        Assert.Equal(MetricValue.Float(1), Assert.Single(harness.Taken).Reading.Value);
    }

    [Fact]
    public void An_unknown_verb_keeps_a_board_alive_and_a_wrong_form_does_not()
    {
        var harness = LinkHarness.Online();
        harness.PassSeconds(2);
        harness.Say("EVENT what=ever");
        harness.PassSeconds(2);
        Assert.Equal(PortState.Online, harness.Link.State);
        harness.Say("BEAT up=1");
        harness.PassSeconds(0.5);
        Assert.Equal(PortState.Silent, harness.Link.State);
    }

    [Fact]
    public void A_restart_is_counted_once_and_the_new_description_takes_over_without_a_loss()
    {
        var harness = LinkHarness.Online();
        harness.Say("DATA up=1 t:1");
        harness.RestartNumbers();
        harness.Say(LinkHarness.Hello("ard-1", 8, 3));
        harness.Say("DATA up=1 t:2");
        Assert.Single(harness.Taken);
        harness.Describe(boot: 8);
        harness.Say("DATA up=1 t:3");
        Assert.Equal(["ready ard-1"], harness.Events);
        Assert.Equal((1L, 0L), (harness.Counters.Resets, harness.Counters.Lost));
        Assert.Equal(2, harness.Taken.Count);
        Assert.Empty(harness.Sent);
    }

    [Fact]
    public void A_restart_that_only_the_beat_tells_is_counted_once_and_a_description_asked_for()
    {
        var harness = LinkHarness.Online();
        harness.PassSeconds(1);
        harness.Say("BEAT up=1 boot=8 bad=0 unknown=0", "DATA up=1 t:1");
        Assert.Equal(["HELLO? proto=1"], harness.Sent);
        Assert.Empty(harness.Taken);
        harness.Describe(boot: 8);
        Assert.Equal(1, harness.Counters.Resets);
        Assert.Equal(["ready ard-1"], harness.Events);
    }

    [Fact]
    public void A_restart_that_the_numbers_tell_first_is_counted_once()
    {
        var harness = LinkHarness.Online();
        harness.PassWithBeats(40);
        harness.RestartNumbers();
        harness.LoseLines(1);
        harness.Say("TAG index=0 name=t type=float access=r");
        Assert.Equal(["HELLO? proto=1"], harness.Sent);
        harness.Describe(boot: 8);
        Assert.Equal((1L, 0L), (harness.Counters.Resets, harness.Counters.Lost));
    }

    [Fact]
    public void A_repeated_number_that_turns_out_to_be_no_restart_leaves_the_board_online()
    {
        var harness = LinkHarness.Online();
        harness.SayRaw("DATA 4 up=1 t:1");
        harness.SayRaw("DATA 4 up=1 t:1");
        harness.SayRaw("BEAT 5 up=1 boot=7 bad=0 unknown=0", "DATA 6 up=1 t:5");
        Assert.Equal(MetricValue.Float(5), harness.Taken[^1].Reading.Value);
        Assert.Empty(harness.Events);
    }

    [Fact]
    public void A_restarted_board_that_does_not_describe_itself_is_lost_after_5_seconds()
    {
        var harness = LinkHarness.Online();
        harness.PassWithBeats(4, boot: 8);
        Assert.Empty(harness.Events);
        harness.PassWithBeats(2, boot: 8);
        Assert.Equal(["lost ard-1"], harness.Events);
        Assert.Equal([PortState.Probing], harness.States);
    }

    [Fact]
    public void A_board_that_restarts_in_the_middle_of_its_description_is_described_by_the_next()
    {
        var harness = new LinkHarness();
        harness.Say(LinkHarness.Hello("ard-1", 7, 3), "TAG index=0 name=t type=float access=r");
        harness.Receive("TAG 2 index=1 na"u8.ToArray());
        harness.RestartNumbers();
        harness.Receive("\n"u8.ToArray());
        harness.Describe(boot: 8);
        Assert.Equal(8, Assert.Single(harness.Ready).Boot);
        Assert.Equal((1L, 1L, 0L, 0L), (harness.Counters.Resets, harness.Counters.Foreign, harness.Counters.Lost, harness.Counters.Refused));
    }

    public static TheoryData<string, string[]> BadDescriptions => new()
    {
        { "a tag is missing", [LinkHarness.Hello("ard-1", 7, 3), "TAG index=0 name=t type=bool access=r", "END tags=3 check=0000"] },
        { "a tag too many", [LinkHarness.Hello("ard-1", 7, 0), "TAG index=0 name=t type=bool access=r", "END tags=0 check=FFFF"] },
        { "an index twice", [LinkHarness.Hello("ard-1", 7, 2), "TAG index=0 name=t type=bool access=r", "TAG index=0 name=u type=bool access=r", "END tags=2 check=0000"] },
        { "a name twice", [LinkHarness.Hello("ard-1", 7, 2), "TAG index=0 name=t type=bool access=r", "TAG index=1 name=t type=bool access=r", "END tags=2 check=0000"] },
        { "another number of tags", [LinkHarness.Hello("ard-1", 7, 1), "TAG index=0 name=t type=bool access=r", "END tags=2 check=0000"] },
        { "a wrong check", [LinkHarness.Hello("ard-1", 7, 1), "TAG index=0 name=t type=bool access=r", "END tags=1 check=0000"] },
    };

    [Theory]
    [MemberData(nameof(BadDescriptions))]
    public void A_description_that_contradicts_itself_is_refused_and_asked_for_again(string what, string[] lines)
    {
        var harness = new LinkHarness();
        harness.PassSeconds(5);
        harness.Clear();
        harness.Say(lines);
        Assert.Equal(["HELLO? proto=1"], harness.Sent);
        Assert.Equal(1, harness.Counters.Refused);
        Assert.StartsWith("1 ", Assert.Single(harness.Refusals), StringComparison.Ordinal);
        harness.Say(lines);
        harness.Say(lines);
        Assert.Equal(3, harness.Counters.Refused);
        Assert.StartsWith("3 ", harness.Refusals[^1], StringComparison.Ordinal);
        Assert.Single(harness.Sent);
        harness.PassSeconds(1);
        Assert.Equal(2, harness.Sent.Count);
        Assert.True(harness.Ready.Count == 0, what);
    }

    [Fact]
    public void An_online_board_keeps_its_description_until_a_new_one_is_complete()
    {
        var harness = LinkHarness.Online();
        harness.PassSeconds(1);
        harness.Say(LinkHarness.Hello("ard-1", 7, 3), "DATA up=1 t:1", "END tags=3 check=0000", "DATA up=1 t:2");
        Assert.Equal(2, harness.Taken.Count);
        Assert.Empty(harness.Events);
        Assert.Equal(["HELLO? proto=1"], harness.Sent);
    }

    [Fact]
    public void A_description_without_an_end_is_refused_after_2_seconds()
    {
        var harness = LinkHarness.Online();
        harness.Say(LinkHarness.Hello("ard-1", 7, 3));
        harness.PassSeconds(2);
        Assert.Equal(1, harness.Counters.Refused);
        Assert.Equal(["HELLO? proto=1"], harness.Sent);
    }

    [Fact]
    public void Lines_lost_in_a_description_have_it_sent_again()
    {
        var harness = LinkHarness.Online();
        harness.PassSeconds(1);
        harness.Say(LinkHarness.Hello("ard-1", 7, 3));
        harness.LoseLines(1);
        harness.Say("TAG index=1 name=n type=int32 access=rw");
        Assert.Equal(["HELLO? proto=1"], harness.Sent);
        Assert.Equal((1L, 1L), (harness.Counters.Lost, harness.Counters.Refused));
    }

    [Theory]
    [InlineData("DATA up=1 t:1")]
    [InlineData("BEAT up=1 boot=7 bad=0 unknown=0")]
    [InlineData("ACK cmd=9 up=1 t:1")]
    [InlineData("TAG index=0 name=t type=bool access=r")]
    [InlineData("END tags=0 check=FFFF")]
    public void What_comes_before_a_description_has_one_asked_for_once_a_second(string line)
    {
        var harness = new LinkHarness();
        harness.PassSeconds(5);
        harness.Clear();
        for (var i = 0; i < 20; i++)
        {
            harness.Say(line);
            harness.PassSeconds(0.1);
        }
        Assert.InRange(harness.Sent.Count, 2, 3);
        Assert.Equal(20, harness.Counters.Frames);
        Assert.Empty(harness.Taken);
        Assert.Empty(harness.Ready);
    }

    [Fact]
    public void What_a_board_counts_is_shown_as_it_is()
    {
        var harness = LinkHarness.Online();
        harness.Say("BEAT up=1 boot=7 bad=12 unknown=3");
        Assert.Equal((12, 3), (harness.Counters.BoardBad, harness.Counters.BoardUnknown));
    }

    [Fact]
    public void More_than_500_lines_in_a_second_pause_the_port_for_the_rest_of_it()
    {
        var harness = LinkHarness.Online();
        harness.PassSeconds(0.2);
        for (var i = 0; i < 600; i++) harness.Receive("x\n"u8.ToArray());
        Assert.Single(harness.Pauses);
        Assert.InRange(harness.Pauses[0] - harness.Now, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1));
        Assert.Equal(1, harness.Counters.Flood);
        Assert.Equal(600, harness.Counters.Foreign);
    }

    [Fact]
    public void Ten_flooded_seconds_in_a_row_close_the_port_and_nine_do_not()
    {
        var harness = LinkHarness.Online();
        for (var round = 0; round < 2; round++)
        {
            for (var second = 0; second < 9; second++) Flood(harness);
            harness.PassSeconds(2);
        }
        Assert.DoesNotContain("close", harness.Events);
        for (var second = 0; second < 10; second++) Flood(harness);
        Assert.Contains("close", harness.Events);
        Assert.Equal(28, harness.Counters.Flood);

        static void Flood(LinkHarness harness)
        {
            harness.Receive(new byte[33 * 1024]);
            harness.PassSeconds(1);
        }
    }

    [Fact]
    public void Every_input_in_every_state_is_taken_without_a_fault_of_ours()
    {
        string[] lines =
        [
            LinkHarness.Hello("ard-1", 7, 0), LinkHarness.Hello("ard-1", 8, 0), LinkHarness.Hello("-", 7, 0), "HELLO proto=2", "END tags=0 check=FFFF",
            "TAG index=0 name=t type=float access=r", "DATA up=1 t:1 x:2", "BEAT up=1 boot=7 bad=0 unknown=0", "BEAT up=1 boot=9 bad=0 unknown=0",
            "ACK cmd=1 up=1 n:5", "ACK cmd=1 up=1 id=ard-1", "NAK cmd=1 up=1 reason=range", "NEWVERB", "DATA nonsense",
        ];
        foreach (var reach in StatesToReach)
        {
            foreach (var line in lines)
            {
                var harness = reach.Value();
                Assert.Equal(reach.Key, harness.Link.State);
                harness.Say(line);
                harness.Send(LinkHarness.Command("n", MetricValue.Int32(5)));
                harness.PassSeconds(30);
                harness.Step(new BoardLinkInput.Closed("end", harness.Now));
                Assert.Equal(PortState.Closed, harness.Link.State);
                Assert.Single(harness.Outcomes);
                Assert.Null(harness.Claimed);
            }
        }
    }

    private static Dictionary<PortState, Func<LinkHarness>> StatesToReach => new()
    {
        [PortState.Closed] = () => After(new LinkHarness(), harness => harness.Step(new BoardLinkInput.Closed("first", harness.Now))),
        [PortState.Probing] = () => new LinkHarness(),
        [PortState.Online] = () => LinkHarness.Online(),
        [PortState.Silent] = () => After(LinkHarness.Online(), harness => harness.PassSeconds(3)),
        [PortState.Foreign] = () => After(new LinkHarness(), harness =>
        {
            harness.Receive("x\n"u8.ToArray());
            harness.PassSeconds(11);
        }),
        [PortState.Unsupported] = () => After(new LinkHarness(), harness => harness.Say("HELLO proto=9")),
        [PortState.DuplicateId] = () => After(new LinkHarness(), harness =>
        {
            harness.ClaimedElsewhere.Add("ard-1");
            harness.Describe();
        }),
    };

    private static LinkHarness After(LinkHarness harness, Action<LinkHarness> act)
    {
        act(harness);
        return harness;
    }
}
