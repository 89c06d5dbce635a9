using Sparkplug.Metrics;

namespace UnitTests.Metrics;

public sealed class PropertySetTests
{
    [Fact]
    public void With_adds_at_the_end_or_replaces_in_place()
    {
        var set = PropertySet.Empty.With("a", MetricValue.Int32(1)).With("b", MetricValue.Int32(2)).With("a", MetricValue.String("x"));

        Assert.Equal([KeyValuePair.Create("a", MetricValue.String("x")), KeyValuePair.Create("b", MetricValue.Int32(2))], set);
        Assert.Empty(PropertySet.Empty);
    }

    [Fact]
    public void Of_a_key_that_stands_there_twice_the_last_is_found_and_both_stay()
    {
        var set = new PropertySet([KeyValuePair.Create("a", MetricValue.Int32(1)), KeyValuePair.Create("a", MetricValue.Int32(2))]);

        Assert.True(set.TryGet("a", out var value));
        Assert.Equal(MetricValue.Int32(2), value);
        Assert.Equal(2, set.Count);
        Assert.Equal(MetricValue.Int32(1), set[0].Value);
        Assert.False(set.TryGet("A", out _));
    }

    [Fact]
    public void Sets_are_equal_by_content_and_order()
    {
        var one = PropertySet.Empty.With("a", MetricValue.Int32(1)).With("b", MetricValue.Int32(2));
        var other = PropertySet.Empty.With("b", MetricValue.Int32(2)).With("a", MetricValue.Int32(1));

        Assert.Equal(one, new PropertySet(one));
        Assert.Equal(one.GetHashCode(), new PropertySet(one).GetHashCode());
        Assert.False(one.Equals(other));
        Assert.True(one.Equals((object)new PropertySet(one)));
    }
}
