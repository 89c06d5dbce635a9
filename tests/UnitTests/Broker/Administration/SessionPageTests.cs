using CsCheck;

namespace UnitTests.Broker.Administration;

public sealed class SessionPageTests : IDisposable
{
    private readonly AnEngine _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(100)]
    public void Pages_of_any_size_make_up_all_sessions_in_order(int limit)
    {
        string[] ids = ["b", "a", "B", "a/b", "Ä", "z", "aa"];
        foreach (var id in ids)
            _bench.Connect(id);
        Assert.Equal(ids.Order(StringComparer.Ordinal), Walk(limit));
    }

    [Fact]
    public void A_page_goes_on_behind_an_id_that_is_gone()
    {
        foreach (var id in (string[])["a", "c", "d"])
            _bench.Connect(id);
        Assert.Equal(["c", "d"], Page("b", 10));
        Assert.Equal(["c", "d"], Page("a", 10));
        Assert.Equal(["d"], Page("c", 10));
        Assert.Empty(Page("d", 10));
        Assert.Empty(Page("e", 10));
        using var none = new AnEngine();
        Assert.Empty(none.Engine.Sessions.After("a", 10));
    }

    [Fact]
    public void Sessions_that_come_and_go_are_listed_while_they_are_there() => Gen.Select(Gen.Char['a', 'f'], Gen.Bool).List[0, 40].Sample(steps =>
    {
        using var bench = new AnEngine();
        var connected = new SortedDictionary<string, MemoryConnection>(StringComparer.Ordinal);
        foreach (var (letter, comes) in steps)
        {
            var id = letter.ToString();
            if (comes)
                connected[id] = bench.Connect(id);
            else if (connected.Remove(id, out var connection))
                connection.Send(ClientPackets.Disconnect());
        }

        Assert.Equal(connected.Keys, bench.Engine.Sessions.After(null, 100).Select(session => session.ClientId));
        Assert.Equal(connected.Count, bench.Engine.ConnectedCount);
    }, iter: 100);

    private List<string> Page(string? after, int limit) => [.. _bench.Engine.Sessions.After(after, limit).Select(session => session.ClientId)];

    private List<string> Walk(int limit)
    {
        List<string> all = [];
        for (var page = Page(null, limit); page.Count > 0; page = Page(page[^1], limit))
        {
            Assert.True(page.Count <= limit);
            all.AddRange(page);
        }

        return all;
    }
}
