using CsCheck;
using Sparkplug.Mqtt;

namespace UnitTests.Mqtt;

public sealed class BackoffTests
{
    private static readonly BackoffOptions Options = new()
    {
        Shortest = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromSeconds(20), ResetAfter = TimeSpan.FromSeconds(5),
    };

    [Fact]
    public void The_first_attempt_does_not_wait() => Assert.Equal(TimeSpan.Zero, Without(jitter: 0).Next());

    [Fact]
    public void Each_wait_is_double_the_one_before_up_to_the_longest()
    {
        var backoff = Without(jitter: 0);
        Assert.Equal([0, 1, 2, 4, 8, 16, 20, 20], Enumerable.Range(0, 8).Select(_ => backoff.Next().TotalSeconds));
    }

    [Fact]
    public void Jitter_takes_away_half_at_most()
    {
        var backoff = Without(jitter: 1);
        Assert.Equal([0, 0.5, 1, 2], Enumerable.Range(0, 4).Select(_ => backoff.Next().TotalSeconds));
    }

    [Fact]
    public void A_connection_that_lasted_makes_the_next_wait_the_shortest()
    {
        var backoff = Without(jitter: 0);
        for (var i = 0; i < 6; i++) backoff.Next();
        backoff.Ended(Options.ResetAfter);
        Assert.Equal(1, backoff.Next().TotalSeconds);
    }

    [Fact]
    public void A_connection_that_ended_at_once_does_not()
    {
        var backoff = Without(jitter: 0);
        for (var i = 0; i < 4; i++) backoff.Next();
        backoff.Ended(Options.ResetAfter - TimeSpan.FromTicks(1));
        Assert.Equal(8, backoff.Next().TotalSeconds);
    }

    [Fact]
    public void No_wait_after_the_first_is_shorter_than_half_of_the_shortest_or_longer_than_the_longest() =>
        Gen.Select(Gen.Int[1, 5_000], Gen.Int[0, 100_000], Gen.Int[1, 40], Gen.Int).Sample((shortest, more, attempts, seed) =>
        {
            var options = new BackoffOptions { Shortest = TimeSpan.FromMilliseconds(shortest), Longest = TimeSpan.FromMilliseconds(shortest + more) };
            var backoff = new Backoff(options, new Random(seed));
            backoff.Next();
            return Enumerable.Range(0, attempts).Select(_ => backoff.Next()).All(wait => wait >= options.Shortest / 2 && wait <= options.Longest);
        });

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    [InlineData(2, 1)]
    public void Waits_that_make_no_sense_are_refused(int shortest, int longest) => Assert.Throws<ArgumentException>(() =>
        new Backoff(new BackoffOptions { Shortest = TimeSpan.FromSeconds(shortest), Longest = TimeSpan.FromSeconds(longest) }, Random.Shared));

    private static Backoff Without(double jitter) => new(Options, new FixedRandom(jitter));

    private sealed class FixedRandom(double value) : Random
    {
        public override double NextDouble() => value;
    }
}
