using Sparkplug.Host;
using Sparkplug.Metrics;
using Sparkplug.Mqtt;

namespace HostApp.Api;

/// <summary>One MQTT server as this host is connected to it.</summary>
/// <param name="Index">Its place in the configuration, from 0.</param>
/// <param name="Url">Its address.</param>
/// <param name="Online">True while this host is subscribed there and its STATE is online.</param>
/// <param name="Phase">Where the session stands.</param>
/// <param name="Reason">Why the last connection failed or ended; null while it is online, or before the first attempt ended.</param>
internal sealed record ServerModel(int Index, string Url, bool Online, HostPhase Phase, string? Reason)
{
    /// <summary>All servers, in the order of the configuration.</summary>
    public static IReadOnlyList<ServerModel> AllOf(HostClient client) => [.. client.Servers.Select((server, index) => new ServerModel(
        index, Text(server.Address), server.Phase == HostPhase.Online, server.Phase, server.Phase == HostPhase.Online ? null : server.Fault))];

    /// <summary>An address as people write it, without the path that no MQTT address has.</summary>
    public static string Text(Uri address) => address.OriginalString.TrimEnd('/');
}

/// <summary>The first event of the stream: nodes and devices follow, then <c>ready</c>.</summary>
internal sealed record SnapshotModel(string HostId, Timestamp Time, IReadOnlyList<ServerModel> Servers);

/// <summary>The stream has told everything that is known; from here on it tells changes.</summary>
internal sealed record ReadyModel(Timestamp Time);

/// <summary>What the health checks answer.</summary>
internal sealed record HealthModel(string Status);

/// <summary>A rebirth was asked for.</summary>
internal sealed record RebirthModel(string GroupId, string EdgeNodeId);
