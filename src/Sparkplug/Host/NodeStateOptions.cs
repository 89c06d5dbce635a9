namespace Sparkplug.Host;

/// <summary>How a host treats Edge Nodes.</summary>
public sealed record NodeStateOptions
{
    /// <summary>How long to wait for missing messages; zero asks for a rebirth at once (tck-id-operational-behavior-host-reordering-param).</summary>
    public TimeSpan ReorderTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Most messages of one node that wait for a missing one.</summary>
    public int ReorderCapacity { get; init; } = 128;

    /// <summary>Most bytes of payload of one node that wait for a missing message.</summary>
    public long ReorderByteCapacity { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// How long a node whose births may have been missed gets to send them by itself after the host's connection is back; nodes that
    /// follow this host as their primary host do so, and asking them too would bring every birth twice.
    /// </summary>
    public TimeSpan ReconnectGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Least time between two rebirth requests to one node; doubled with each request that brought no birth, or one that cured nothing,
    /// up to <see cref="RebirthLongestInterval"/>.
    /// </summary>
    public TimeSpan RebirthInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Most time between two rebirth requests to one node that does not answer.</summary>
    public TimeSpan RebirthLongestInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Most metrics of one node and all its devices; also most Template definitions, and most members that these may add to the
    /// instances of one birth.
    /// </summary>
    public int MetricCapacity { get; init; } = 1_000_000;

    /// <summary>Most devices of one node.</summary>
    public int DeviceCapacity { get; init; } = 10_000;

    /// <summary>Most properties of one metric.</summary>
    public int PropertyCapacity { get; init; } = 1_000;

    /// <exception cref="ArgumentOutOfRangeException">An option makes no sense.</exception>
    internal NodeStateOptions Require()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ReorderTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(ReconnectGrace, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(RebirthInterval, TimeSpan.FromMilliseconds(1));
        ArgumentOutOfRangeException.ThrowIfLessThan(RebirthLongestInterval, RebirthInterval);
        ArgumentOutOfRangeException.ThrowIfNegative(ReorderCapacity);
        ArgumentOutOfRangeException.ThrowIfNegative(ReorderByteCapacity);
        ArgumentOutOfRangeException.ThrowIfNegative(MetricCapacity);
        ArgumentOutOfRangeException.ThrowIfNegative(DeviceCapacity);
        ArgumentOutOfRangeException.ThrowIfNegative(PropertyCapacity);
        return this;
    }
}
