namespace Benchmarks.Generator;

/// <summary>How often each latency occurred, in microseconds up to a second.</summary>
internal sealed class Latencies
{
    private readonly int[] _counts = new int[1_000_001];
    private int _total;

    public void Add(TimeSpan latency)
    {
        _counts[Math.Clamp((long)latency.TotalMicroseconds, 0, _counts.Length - 1)]++;
        _total++;
    }

    /// <summary>The microseconds that this share of the messages did not exceed; a million stands for more than a second.</summary>
    public int Percentile(double share)
    {
        var wanted = (long)Math.Ceiling(_total * share);
        var seen = 0L;
        for (var i = 0; i < _counts.Length; i++)
            if ((seen += _counts[i]) >= wanted) return i;
        return _counts.Length - 1;
    }
}
