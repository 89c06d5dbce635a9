using Sparkplug.Mqtt;
using Sparkplug.Topics;

namespace HostApp.Configuration;

/// <summary>What the user wrote under <c>Host:</c> and <c>urls</c>, checked.</summary>
internal sealed record HostConfig
{
    /// <summary><c>urls</c>: where HTTP listens.</summary>
    public required IReadOnlyList<ListenUrl> Urls { get; init; }

    /// <summary>The MQTT Servers, all used at once.</summary>
    public required IReadOnlyList<Uri> Servers { get; init; }

    /// <summary>The sparkplug_host_id.</summary>
    public required string HostId { get; init; }

    /// <summary>Where the token lives.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>True to let programs and browsers of this machine in without a token.</summary>
    public bool AllowAnonymous { get; init; }

    /// <summary>More names that a Host header may carry, for those who reach the machine under a name of their own.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>The MQTT connection, the same to each server.</summary>
    public required MqttLinkOptions Link { get; init; }

    /// <summary>The part of the namespace that the host follows.</summary>
    public IReadOnlyList<string> Filters { get; init; } = [TopicFilters.All];

    /// <summary>How long to wait for missing messages (tck-id-operational-behavior-host-reordering-param).</summary>
    public TimeSpan ReorderTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a command may wait for its outcome.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
