using CsCheck;
using Sparkplug.Broker.Storage;

namespace UnitTests.Broker;

public sealed class RetainedQuotaTests
{
    [Fact]
    public void New_topics_are_refused_when_it_is_full_and_room_that_is_given_back_counts()
    {
        var quota = new RetainedQuota(1_000);
        Assert.True(quota.TryPut("a", 400));
        Assert.False(quota.TryPut("b", 400));
        Assert.True(quota.TryPut("a", 500)); // its own old room counts
        Assert.False(quota.TryPut("a", 900));
        Assert.True(quota.TryPut("a", 10)); // smaller always goes
        Assert.True(quota.TryPut("b", 400));
        Assert.True(quota.TryPut("b", 0));
        Assert.True(quota.TryPut("c", 400));
    }

    [Fact]
    public void Whatever_comes_the_sum_stays_below_the_limit() =>
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 800]).Array[0, 100].Sample(puts =>
        {
            var quota = new RetainedQuota(3_000);
            var kept = new Dictionary<int, int>();
            foreach (var (topic, length) in puts)
            {
                if (quota.TryPut($"{topic}", length))
                    kept[topic] = length;
            }

            Assert.True(kept.Values.Sum() <= 3_000);
        });
}
