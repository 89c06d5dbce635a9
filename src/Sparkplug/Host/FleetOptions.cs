using Sparkplug.Payloads;

namespace Sparkplug.Host;

/// <summary>How a host follows all Edge Nodes.</summary>
public sealed record FleetOptions
{
    /// <summary>The id of the host itself, whose STATE is its <see cref="HostSession"/>'s business.</summary>
    public string? HostId { get; init; }

    /// <summary>How each Edge Node is treated.</summary>
    public NodeStateOptions Node { get; init; } = new();

    /// <summary>What payloads are accepted.</summary>
    public PayloadLimits Payloads { get; init; } = PayloadLimits.Default;

    /// <summary>Most Edge Nodes; those beyond are refused and counted.</summary>
    public int NodeCapacity { get; init; } = 100_000;

    /// <summary>Most other Host Applications, each counted once a server.</summary>
    public int HostCapacity { get; init; } = 1_000;
}
