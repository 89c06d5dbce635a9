using System.Collections.Concurrent;

namespace SystemTests.Broker.Durability;

/// <summary>What the clients found wrong, from whatever task.</summary>
internal sealed class Findings
{
    private const int Shown = 20;

    private readonly ConcurrentQueue<string> _all = new();

    /// <summary>Which start of the broker this is.</summary>
    public int Round { get; set; }

    public void Report(string what) => _all.Enqueue($"round {Round}: {what}");

    public void AssertNone(string context) =>
        Assert.True(_all.IsEmpty, $"{context}: {_all.Count} findings\n{string.Join('\n', _all.Take(Shown))}");
}
