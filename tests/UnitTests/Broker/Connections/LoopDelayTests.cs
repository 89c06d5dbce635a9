using CsCheck;
using Sparkplug.Broker.Connections;

namespace UnitTests.Broker.Connections;

public sealed class LoopDelayTests
{
    private readonly LoopDelay _delay = new();

    [Fact]
    public void A_loop_that_always_works_delays_what_comes_by_one_turn()
    {
        for (var i = 0; i < 1000; i++) _delay.Worked(TimeSpan.FromMilliseconds(20));
        Assert.Equal(20, _delay.Mean.TotalMilliseconds, 0.1);
    }

    [Fact]
    public void A_loop_that_mostly_rests_delays_little()
    {
        for (var i = 0; i < 1000; i++)
        {
            _delay.Worked(TimeSpan.FromMilliseconds(10));
            _delay.Rested(TimeSpan.FromMilliseconds(90));
        }
        Assert.Equal(1, _delay.Mean.TotalMilliseconds, 0.2);
    }

    [Fact]
    public void One_long_turn_is_seen_at_once_and_short_ones_by_the_thousand_do_not_hide_it()
    {
        for (var i = 0; i < 1000; i++) _delay.Worked(TimeSpan.FromMicroseconds(50));
        _delay.Worked(TimeSpan.FromSeconds(3));
        for (var i = 0; i < 1000; i++) _delay.Worked(TimeSpan.FromMicroseconds(50));
        Assert.InRange(_delay.Mean.TotalSeconds, 2.5, 3);
    }

    [Fact]
    public void A_few_quiet_seconds_forget_it()
    {
        _delay.Worked(TimeSpan.FromSeconds(3));
        _delay.Rested(TimeSpan.FromSeconds(1.5));
        Assert.InRange(_delay.Mean.TotalSeconds, 0.1, 1);
        _delay.Rested(TimeSpan.FromMinutes(1));
        Assert.Equal(0, _delay.Mean.TotalSeconds, 1e-9);
    }

    [Fact]
    public void It_is_never_longer_than_the_longest_turn_nor_less_than_nothing() =>
        Gen.Select(Gen.Bool, Gen.Double[0, 5]).List[0, 50].Sample(steps =>
        {
            var (delay, longest) = (new LoopDelay(), 0.0);
            foreach (var (isWork, seconds) in steps)
            {
                if (isWork) delay.Worked(TimeSpan.FromSeconds(seconds));
                else delay.Rested(TimeSpan.FromSeconds(seconds));
                longest = isWork ? Math.Max(longest, seconds) : longest;
            }
            return delay.Mean.TotalSeconds >= 0 && delay.Mean.TotalSeconds <= longest + 1e-6;
        });
}
