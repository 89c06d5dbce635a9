namespace Sparkplug.Host;

/// <summary>What a Host Application is towards one MQTT Server.</summary>
public sealed record HostSessionOptions
{
    /// <summary>The sparkplug_host_id, unique in the infrastructure (tck-id-operational-behavior-host-application-host-id).</summary>
    public required string HostId { get; init; }

    /// <summary>Filters for the part of the namespace that the host follows.</summary>
    public IReadOnlyList<string> Filters { get; init; } = [Topics.TopicFilters.All];
}
