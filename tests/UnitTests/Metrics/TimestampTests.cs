using Microsoft.Extensions.Time.Testing;
using Sparkplug.Metrics;

namespace UnitTests.Metrics;

public sealed class TimestampTests
{
    [Fact]
    [Spec("tck-id-payloads-timestamp-in-UTC", "tck-id-payloads-metric-timestamp-in-UTC")]
    public void A_time_of_any_zone_becomes_utc_milliseconds()
    {
        var time = new DateTimeOffset(2026, 11, 24, 23, 13, 22, 123, TimeSpan.FromHours(1));

        Assert.Equal("2026-11-24T22:13:22.123Z", Timestamp.From(time).ToString());
        Assert.Equal(time, Timestamp.From(time).ToDateTimeOffset());
        Assert.Equal(Timestamp.From(time), Timestamp.Now(new FakeTimeProvider(time)));
    }

    [Fact]
    public void Times_before_the_epoch_become_the_epoch()
    {
        Assert.Equal(default, Timestamp.From(DateTimeOffset.MinValue));
        Assert.Equal(default, Timestamp.From(DateTimeOffset.UnixEpoch));
        Assert.Equal("1970-01-01T00:00:00.000Z", default(Timestamp).ToString());
    }

    [Theory]
    [InlineData(253_402_300_799_999)]
    [InlineData(253_402_300_800_000)]
    [InlineData(long.MaxValue)]
    [InlineData(ulong.MaxValue)]
    public void Times_beyond_the_year_9999_show_its_last_millisecond_and_keep_their_own(ulong milliseconds)
    {
        var timestamp = new Timestamp(milliseconds);

        Assert.Equal("9999-12-31T23:59:59.999Z", timestamp.ToString());
        Assert.Equal(milliseconds, timestamp.Milliseconds);
    }

    [Fact]
    public void Times_are_in_order()
    {
        Timestamp earlier = new(1), later = new(ulong.MaxValue);

        Assert.True(earlier < later && later > earlier && earlier <= later && later >= earlier);
        Assert.False(earlier > later || later < earlier || earlier >= later || later <= earlier);
        Assert.True(earlier <= new Timestamp(1) && earlier >= new Timestamp(1));
        Assert.Equal([earlier, later], new[] { later, earlier }.Order());
    }
}
