using Sparkplug.Broker.Administration;
using Sparkplug.Broker.Storage;

namespace UnitTests.Broker.Administration;

public sealed class EngineDoorTests : IDisposable
{
    private readonly AnEngine _bench = new();
    private readonly EngineDoor _door;

    public EngineDoorTests() => _door = new EngineDoor(_bench.Engine, _bench.Time);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_question_is_answered_on_the_loop_and_not_before()
    {
        var answer = _door.AskAsync(engine => engine.Sessions.Count, Cancel);
        Assert.False(answer.IsCompleted);
        _bench.RunPosted();
        Assert.Equal(0, await answer);
    }

    [Fact]
    public async Task What_nobody_waits_for_any_more_does_not_run()
    {
        var hasRun = false;
        var answer = _door.AskAsync(_ => hasRun = true, Cancel);
        _bench.Time.Advance(EngineDoor.Patience);
        await Assert.ThrowsAsync<TimeoutException>(() => answer);
        _bench.RunPosted();
        Assert.False(hasRun);
    }

    [Fact]
    public async Task A_fault_goes_to_the_one_who_asked()
    {
        var answer = _door.AskAsync<int>(_ => throw new InvalidOperationException("wrong"), Cancel);
        _bench.RunPosted();
        Assert.Equal("wrong", (await Assert.ThrowsAsync<InvalidOperationException>(() => answer)).Message);
    }

    [Fact]
    public async Task A_change_is_told_when_the_disk_has_it()
    {
        var change = _door.ChangeAsync(engine => (Change(engine), true), Cancel);
        _bench.RunPosted();
        _bench.Engine.Turn();
        _bench.Engine.Sent();
        Assert.False(change.IsCompleted);
        _bench.Store.Settle();
        _bench.RunPosted();
        Assert.Equal(7, await change);
    }

    [Fact]
    public async Task A_change_that_the_disk_refuses_at_first_is_told_when_it_took_it_after_all()
    {
        var change = _door.ChangeAsync(engine => (Change(engine), true), Cancel);
        _bench.RunPosted();
        _bench.Engine.Turn();
        _bench.Engine.Sent();
        _bench.Store.Settled!(1, false);
        _bench.RunPosted();
        Assert.False(change.IsCompleted);
        _bench.Store.Settle();
        _bench.RunPosted();
        Assert.Equal(7, await change);
    }

    [Fact]
    public async Task A_change_waits_for_a_late_disk_only_so_long()
    {
        var change = _door.ChangeAsync(engine => (Change(engine), true), Cancel);
        _bench.RunPosted();
        await AdvanceUntilAsync(change);
        await Assert.ThrowsAsync<TimeoutException>(() => change);
    }

    [Fact]
    public async Task A_change_that_is_not_stored_waits_for_no_disk()
    {
        var change = _door.ChangeAsync(_ => (3, false), Cancel);
        _bench.RunPosted();
        Assert.Equal(3, await change);
    }

    private static int Change(Sparkplug.Broker.Sessions.BrokerEngine engine)
    {
        engine.Durability.Add(new StoreChange.RemoveWill("gone"));
        return 7;
    }

    /// <summary>The wait for the disk begins on another thread: only then does the clock count for it.</summary>
    private async Task AdvanceUntilAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            _bench.Time.Advance(EngineDoor.Patience);
            await Task.Yield();
        }
    }
}
