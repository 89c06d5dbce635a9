namespace Sparkplug.Host;

/// <summary>How a host treats Edge Nodes.</summary>
public sealed record NodeStateOptions
{
    /// <summary>How long to wait for missing messages; zero asks for a rebirth at once (tck-id-operational-behavior-host-reordering-param).</summary>
    public TimeSpan ReorderTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Most messages of one node that wait for a missing one.</summary>
    public int ReorderCapacity { get; init; } = 128;

    /// <summary>Least time between two rebirth requests to one node; doubled with each request that brought no birth, up to <see cref="RebirthLongestInterval"/>.</summary>
    public TimeSpan RebirthInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Most time between two rebirth requests to one node that does not answer.</summary>
    public TimeSpan RebirthLongestInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Most metrics of one node and all its devices.</summary>
    public int MetricCapacity { get; init; } = 1_000_000;

    /// <summary>Most devices of one node.</summary>
    public int DeviceCapacity { get; init; } = 10_000;
}
