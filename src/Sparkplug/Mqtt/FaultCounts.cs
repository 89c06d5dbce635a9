namespace Sparkplug.Mqtt;

/// <summary>Counts by kind of fault; any thread may look.</summary>
internal sealed class FaultCounts<TFault> where TFault : struct, Enum
{
    private readonly Dictionary<TFault, long> _counts = [];
    private readonly Lock _gate = new();

    /// <summary>One more.</summary>
    /// <returns>How many there are now.</returns>
    public long Add(TFault fault)
    {
        lock (_gate) return _counts[fault] = _counts.GetValueOrDefault(fault) + 1;
    }

    /// <summary>The counts at this moment; kinds that never came are not there.</summary>
    public IReadOnlyDictionary<TFault, long> Snapshot()
    {
        lock (_gate) return new Dictionary<TFault, long>(_counts);
    }
}
