namespace Sparkplug.Broker.Sessions;

/// <summary>From what load on new clients are sent elsewhere (<c>Broker:Overload</c>); those that are connected keep working.</summary>
internal sealed record OverloadLimits
{
    /// <summary>Connections from which on new ones are refused; 0 for the limit of all connections.</summary>
    public int Connections { get; init; }

    /// <summary>The process's memory in bytes; 0 for four fifths of what the machine or container has.</summary>
    public long Memory { get; init; }

    /// <summary>How long what has come waits for the broker's loop; above it the processor is the bottleneck.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);
}

/// <summary>Tells whether the broker has room for another client.</summary>
internal sealed class Overload(OverloadLimits limits, BrokerLimits all, Func<int> connections, Func<TimeSpan> delay)
{
    private const int MemoryLookedAtEvery = 64;

    private readonly int _connections = limits.Connections > 0 ? limits.Connections : all.Connections;
    private readonly long _memory = limits.Memory > 0 ? limits.Memory : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 5 * 4;
    private int _asked;
    private bool _isMemoryShort;

    /// <summary>Whether a new client is refused, and why.</summary>
    public bool Refuses(out string why)
    {
        if (connections() > _connections)
            return Yes($"there are {_connections} connections already", out why);
        if (delay() > limits.Delay)
            return Yes($"what comes waits {delay().TotalMilliseconds:0} ms for its turn", out why);
        if (_isMemoryShort || _asked++ % MemoryLookedAtEvery == 0)
            _isMemoryShort = Environment.WorkingSet > _memory;
        if (_isMemoryShort)
            return Yes($"its memory is above {_memory >> 20} MiB", out why);
        why = "";
        return false;
    }

    private static bool Yes(string reason, out string why)
    {
        why = reason;
        return true;
    }
}
