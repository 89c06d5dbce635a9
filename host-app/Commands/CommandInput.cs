using Sparkplug.Host;
using Sparkplug.Metrics;

namespace HostApp.Commands;

/// <summary>What can happen to a pending command.</summary>
internal abstract record CommandInput(Timestamp Now)
{
    /// <summary>The edge node answered this very command.</summary>
    public sealed record Answered(CommandResult Result, Timestamp Now) : CommandInput(Now);

    /// <summary>The metric was reported with a value, in data or in a birth.</summary>
    public sealed record Reported(MetricValue Value, Timestamp Now) : CommandInput(Now);

    /// <summary>The edge node, or the device that the command is for, was born again.</summary>
    public sealed record Reborn(Timestamp Now) : CommandInput(Now);

    /// <summary>The edge node, or the device that the command is for, went offline. It may come back and answer in time.</summary>
    public sealed record WentOffline(OfflineReason Reason, Timestamp Now) : CommandInput(Now);

    /// <summary>The message could not be handed to the server.</summary>
    public sealed record NotSent(string Reason, Timestamp Now) : CommandInput(Now);

    /// <summary>A newer command for the same metric was issued.</summary>
    public sealed record Newer(Timestamp Now) : CommandInput(Now);

    /// <summary>Time has passed.</summary>
    public sealed record Tick(Timestamp Now) : CommandInput(Now);
}
