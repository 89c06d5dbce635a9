namespace Sparkplug.Edge;

/// <summary>
/// Gives out aliases that are unique over the Edge Node and all its Devices (tck-id-payloads-alias-uniqueness) and stay with a metric
/// while the process runs, so that a host that missed a birth cannot take one metric for another.
/// </summary>
internal sealed class AliasTable
{
    /// <summary>So many aliases are remembered before those of Devices that are gone are forgotten. A number is never given out twice.</summary>
    private const int Remembered = 100_000;

    private readonly Dictionary<(string? DeviceId, string Metric), ulong> _aliases = [];

    // 0 is legal, but peers whose schema has no presence cannot tell it from "no alias".
    private ulong _next = 1;

    /// <summary>The alias of one metric.</summary>
    public ulong For(string? deviceId, string metric)
    {
        if (_aliases.TryGetValue((deviceId, metric), out var alias)) return alias;
        return _aliases[(deviceId, metric)] = _next++;
    }

    /// <summary>Keeps memory bounded where Devices come and go under ever new names.</summary>
    public void ForgetLost(Func<string, string, bool> isAlive)
    {
        if (_aliases.Count <= Remembered) return;
        foreach (var (deviceId, metric) in _aliases.Keys)
            if (deviceId is not null && !isAlive(deviceId, metric)) _aliases.Remove((deviceId, metric));
    }
}
