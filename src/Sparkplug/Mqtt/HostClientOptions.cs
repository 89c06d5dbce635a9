using Sparkplug.Host;

namespace Sparkplug.Mqtt;

/// <summary>What a <see cref="HostClient"/> is and where it connects.</summary>
public sealed record HostClientOptions
{
    /// <summary>The Host Application.</summary>
    public required HostSessionOptions Session { get; init; }

    /// <summary>The MQTT Servers, <c>mqtt://</c> or <c>mqtts://</c>; the host is on all of them at once. At least one.</summary>
    public required IReadOnlyList<Uri> Servers { get; init; }

    /// <summary>The connections.</summary>
    public required MqttLinkOptions Link { get; init; }

    /// <summary>How Edge Nodes are followed. HostId is filled in by the client.</summary>
    public FleetOptions Fleet { get; init; } = new();

    /// <summary>Most messages and requests that wait for the loop; then the servers and those who ask wait too.</summary>
    public int InboxCapacity { get; init; } = 10_000;

    /// <summary>Longest time for the STATE deaths and DISCONNECTs at the end.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>How a host stands with one of its servers.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="Phase">Where the session stands; the host is known there as online in <see cref="HostPhase.Online"/> alone.</param>
/// <param name="Fault">Why the last connection failed or ended, or was of no use; null when it never did.</param>
public sealed record HostServerStatus(Uri Address, HostPhase Phase, string? Fault);

/// <summary>Why a command was not sent.</summary>
public enum CommandRefusal
{
    /// <summary>It was sent.</summary>
    None,

    /// <summary>No such Edge Node was heard of.</summary>
    UnknownEdgeNode,

    /// <summary>The Edge Node or the Device has no valid birth.</summary>
    Offline,

    /// <summary>The Edge Node has no such Device.</summary>
    UnknownDevice,

    /// <summary>The births declare no such metric.</summary>
    UnknownMetric,

    /// <summary>The value is not of the metric's datatype.</summary>
    WrongType,

    /// <summary>This host is not online on the Edge Node's server.</summary>
    ServerOffline,
}
