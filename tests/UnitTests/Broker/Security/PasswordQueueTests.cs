using System.Net;
using Sparkplug.Broker.Security;

namespace UnitTests.Broker.Security;

public sealed class PasswordQueueTests : IDisposable
{
    private static readonly Source Plant = Source.Of(IPAddress.Parse("10.0.0.1")), Other = Source.Of(IPAddress.Parse("10.0.0.2"));

    private readonly SemaphoreSlim _mayCheck = new(0);
    private readonly List<string> _checked = [];
    private readonly PasswordQueue _queue;
    private UInt128 _next;

    public PasswordQueueTests() => _queue = new PasswordQueue(
        check =>
        {
            _mayCheck.Wait(TestContext.Current.CancellationToken);
            lock (_checked)
                _checked.Add(check.UserName);
            return check.UserName == "broken" ? throw new IOException("the disk") : Verdict.Accepted;
        },
        workers: 1);

    public void Dispose()
    {
        _queue.Dispose();
        _mayCheck.Release(1_000_000);
    }

    [Fact]
    public async Task Sources_take_turns()
    {
        List<Task<Verdict>> all = [.. from i in Enumerable.Range(0, 5) select Add($"plant{i}", Plant)];
        all.AddRange(from i in Enumerable.Range(0, 2) select Add($"other{i}", Other));
        _mayCheck.Release(7);
        Assert.All(await Task.WhenAll(all), verdict => Assert.Equal(Verdict.Accepted, verdict));
        Assert.Equal("plant0", _checked[0]); // it was alone
        Assert.Equal(["other0", "other1"], _checked[1..5].Where(name => name[0] == 'o'));
        Assert.Equal(["plant0", "plant1", "plant2", "plant3", "plant4"], _checked.Where(name => name[0] == 'p'));
    }

    [Fact]
    public async Task The_same_check_is_made_once()
    {
        var (first, second) = (Add("ann", Plant, credentials: 7), Add("ann", Plant, credentials: 7));
        Assert.Same(first, second);
        _mayCheck.Release();
        await first;
        Assert.Equal(["ann"], _checked);
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public async Task One_source_leaves_places_to_others()
    {
        List<Task<Verdict>> all = [.. from i in Enumerable.Range(0, PasswordQueue.MaximumWaiting) select Add("plant", Plant)];
        var refused = all.Where(task => task is { IsCompletedSuccessfully: true, Result: Verdict.Busy }).ToList();
        Assert.InRange(refused.Count, PasswordQueue.MaximumWaiting / 2 - 2, PasswordQueue.MaximumWaiting / 2);
        all.AddRange(from i in Enumerable.Range(0, 1000) select Add("other", Other));
        _mayCheck.Release(all.Count);
        Assert.Equal(refused.Count, (await Task.WhenAll(all)).Count(verdict => verdict == Verdict.Busy));
    }

    [Fact]
    public async Task Few_passwords_of_one_user_from_one_source_wait_at_a_time()
    {
        List<Task<Verdict>> all = [.. from i in Enumerable.Range(0, 8) select Add("ann", Plant, pair: 1)];
        _mayCheck.Release(8);
        Assert.Equal(8 - PasswordQueue.MaximumOfOnePair, (await Task.WhenAll(all)).Count(verdict => verdict == Verdict.SlowedDown));
        Assert.Equal(Verdict.Accepted, await Add("ann", Plant, pair: 1)); // there is room again
    }

    [Fact]
    public async Task A_check_that_breaks_tells_its_client_and_the_next_one_is_made()
    {
        var (broken, next) = (Add("broken", Plant), Add("ann", Plant));
        _mayCheck.Release(2);
        await Assert.ThrowsAsync<IOException>(() => broken);
        Assert.Equal(Verdict.Accepted, await next);
    }

    [Fact]
    public async Task At_the_end_nobody_is_left_waiting()
    {
        var all = from i in Enumerable.Range(0, 3) select Add("ann", Plant);
        var waiting = all.ToList();
        _queue.Dispose();
        foreach (var one in waiting)
            await Assert.ThrowsAsync<TaskCanceledException>(() => one);
    }

    [Theory]
    [InlineData("10.0.0.1", "::ffff:10.0.0.1", true)]
    [InlineData("10.0.0.1", "10.0.0.2", false)]
    [InlineData("fd00::1", "fd00::2", true)]
    [InlineData("fd00::1", "fd00:0:0:1::1", false)]
    public void A_source_is_an_address_or_the_half_of_an_IPv6_address_that_a_machine_owns(string one, string another, bool same) =>
        Assert.Equal(same, Source.Of(IPAddress.Parse(one)) == Source.Of(IPAddress.Parse(another)));

    private Task<Verdict> Add(string userName, Source source, UInt128? pair = null, UInt128? credentials = null)
    {
        _next++;
        return _queue.Add(new PasswordCheck(userName, [], source, pair ?? _next + 1_000_000, credentials ?? _next));
    }
}
