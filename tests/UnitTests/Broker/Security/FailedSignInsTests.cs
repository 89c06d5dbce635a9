using Microsoft.Extensions.Time.Testing;
using Sparkplug.Broker.Security;

namespace UnitTests.Broker.Security;

public sealed class FailedSignInsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FailedSignIns _failed;

    public FailedSignInsTests() => _failed = new FailedSignIns(_time);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(5, 4)]
    [InlineData(7, 16)]
    [InlineData(8, 30)]
    [InlineData(1000, 30)]
    public void The_delay_doubles_with_each_failure_up_to_its_end(int failures, int seconds)
    {
        Fail(failures);
        Assert.Equal(TimeSpan.FromSeconds(seconds), _failed.Reserve(1));
        Assert.Equal(TimeSpan.Zero, _failed.Reserve(2));
    }

    [Fact]
    public void Those_who_wait_take_turns_and_the_line_has_an_end()
    {
        Fail(5); // 4 s each
        for (var i = 1; i <= 7; i++)
            Assert.Equal(TimeSpan.FromSeconds(4 * i), _failed.Reserve(1));
        Assert.Null(_failed.Reserve(1));
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(TimeSpan.FromSeconds(28), _failed.Reserve(1));
    }

    [Fact]
    public void A_delay_that_has_passed_is_not_waited_for_again()
    {
        Fail(3);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.Zero, _failed.Reserve(1));
    }

    [Fact]
    public void A_success_clears_what_was_before()
    {
        Fail(8);
        _failed.Succeeded(1);
        Assert.Equal(TimeSpan.Zero, _failed.Reserve(1));
        Assert.False(_failed.IsKnownWrong(1, 7));
    }

    [Fact]
    public void Time_clears_it_too()
    {
        Fail(8);
        _time.Advance(FailedSignIns.ForgetAfter + TimeSpan.FromSeconds(1));
        Fail(1);
        Assert.Equal(TimeSpan.Zero, _failed.Reserve(1));
    }

    [Fact]
    public void The_last_wrong_credentials_are_known()
    {
        _failed.Failed(1, 7);
        Assert.True(_failed.IsKnownWrong(1, 7));
        Assert.False(_failed.IsKnownWrong(1, 8));
        Assert.False(_failed.IsKnownWrong(2, 7));
    }

    [Fact]
    public void The_table_is_bounded_and_forgets_the_quietest()
    {
        Fail(8);
        for (var i = 0; i < FailedSignIns.MaximumPairs - 1; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            _failed.Failed((UInt128)(i + 100), 7);
        }

        Assert.NotEqual(TimeSpan.Zero, _failed.Reserve(1));
        _failed.Failed(99, 7);
        Assert.Equal(TimeSpan.Zero, _failed.Reserve(1));
        Assert.True(_failed.IsKnownWrong(100, 7));
    }

    private void Fail(int times)
    {
        for (var i = 0; i < times; i++)
            _failed.Failed(1, 7);
    }
}
