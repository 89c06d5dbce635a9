namespace Benchmarks.Cases;

/// <summary>The rows of the table, with their targets.</summary>
internal static class AllCases
{
    public static readonly IReadOnlyList<Case> List =
    [
        new Throughput("qos0-100", nodes: 100, burst: 1, qos: 0, hosts: 1, rate: 1.0, cpu: 0.95),
        new Throughput("qos0-1000", nodes: 1000, burst: 1, qos: 0, hosts: 1, rate: 1.0, cpu: 0.95),
        new Throughput("qos0-5000", nodes: 5000, burst: 1, qos: 0, hosts: 1, rate: 1.3, cpu: 0.8),
        new Throughput("qos0-9000", nodes: 9000, burst: 1, qos: 0, hosts: 1, rate: 1.4, cpu: 0.75),
        new Throughput("burst-1000", nodes: 1000, burst: 10, qos: 0, hosts: 1, rate: 5, cpu: 0.25),
        new Throughput("burst-9000", nodes: 9000, burst: 10, qos: 0, hosts: 1, rate: 5, cpu: 0.25),
        new Throughput("qos1-1000", nodes: 1000, burst: 1, qos: 1, hosts: 1, rate: 1.4, cpu: double.NaN),
        new Throughput("qos1-burst-1000", nodes: 1000, burst: 10, qos: 1, hosts: 1, rate: 8, cpu: double.NaN),
        new Throughput("fanout", nodes: 1000, burst: 1, qos: 0, hosts: 10, rate: 5, cpu: 0.25),
        new Steady("steady", perSecond: 30_000),
        new IdleMemory(),
        new Storm("storm", atOnce: int.MaxValue),
        new Storm("storm-paced", atOnce: 64),
        new Retained(),
        new Durable(),
        new Passwords(),
    ];

    /// <summary>The cases whose name begins with one of the words; no word means all.</summary>
    public static IReadOnlyList<Case> Named(IReadOnlyList<string> words)
    {
        foreach (var word in words)
            if (!List.Any(one => Fits(one, word)))
                throw new ArgumentException($"There is no case '{word}': {string.Join(", ", List.Select(one => one.Name))}.");
        return words.Count == 0 ? List : [.. List.Where(one => words.Any(word => Fits(one, word)))];
    }

    /// <summary>A whole name is that case alone: qos0-100 is not qos0-1000.</summary>
    private static bool Fits(Case one, string word) =>
        List.Any(exact => exact.Name == word) ? one.Name == word : one.Name.StartsWith(word, StringComparison.Ordinal);
}
