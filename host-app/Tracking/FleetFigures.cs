using Sparkplug.Host;

namespace HostApp.Tracking;

/// <summary>What the fleet had counted at one moment.</summary>
internal sealed record FleetFigures(long Messages, long UnparsableTopics, long MalformedStates, long HostsRefused, long NodesRefused, long UnknownDeaths)
{
    /// <summary>Nothing yet.</summary>
    public static FleetFigures None { get; } = new(0, 0, 0, 0, 0, 0);

    /// <summary>Copies the counts; on the loop that owns them.</summary>
    public static FleetFigures Of(FleetCounts counts) =>
        new(counts.Messages, counts.UnparsableTopics, counts.MalformedStates, counts.HostsRefused, counts.NodesRefused, counts.UnknownDeaths);
}
