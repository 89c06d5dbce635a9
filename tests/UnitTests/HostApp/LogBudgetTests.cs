using HostApp.Commands;
using HostApp.Tracking;
using Microsoft.Extensions.Time.Testing;
using Sparkplug.Topics;

namespace UnitTests.HostApp;

public class LogBudgetTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Lines_beyond_the_budget_are_left_out_and_told_of_once_their_minute_is_over()
    {
        var lines = new LogBudget(3, _clock);
        Assert.Equal([true, true, true, false, false], Enumerable.Range(0, 5).Select(_ => lines.TryTake()));
        Assert.Equal(0, lines.TakeLeftOut());
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, lines.TakeLeftOut());
        Assert.Equal(0, lines.TakeLeftOut());
        Assert.True(lines.TryTake());
    }

    [Fact]
    public void A_flood_that_does_not_end_is_told_of_too()
    {
        var lines = new LogBudget(1, _clock);
        for (var i = 0; i < 10; i++) lines.TryTake();
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(lines.TryTake());
        Assert.False(lines.TryTake());
        Assert.Equal(9, lines.TakeLeftOut());
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, lines.TakeLeftOut());
    }

    [Fact]
    public void A_name_can_neither_forge_a_line_nor_steer_a_terminal()
    {
        var edgeNode = new EdgeNodeDescriptor("Plant\u001b[31m1", "Line\u009b1");
        Assert.Equal(@"Plant\u001B[31m1/Line\u009B1", edgeNode.Shown());
        Assert.Equal(@"Plant\u001B[31m1/Line\u009B1/U\u000Ano a\u000D\u000Ab", new CommandTarget(edgeNode, "U\nno", "a\r\nb").ToString());
    }
}
