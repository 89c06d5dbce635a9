using Sparkplug.Host;
using Sparkplug.Metrics;

namespace HostApp.Commands;

/// <summary>Says by what the outcome of a command will be known.</summary>
internal static class CommandProofs
{
    // Control metrics whose effect is a new birth; the metric itself is false in it.
    private static readonly string[] BirthMetrics =
        ["Node Control/Rebirth", "Node Control/Next Server", "Node Control/Reboot", "Device Control/Rebirth", "Device Control/Reboot"];

    public static CommandProof For(NodeState node, DeviceState? device, MetricState metric, MetricValue value)
    {
        if (BirthMetrics.Contains(metric.Name) && value == MetricValue.Boolean(true)) return CommandProof.Birth;
        var answers = node.Metrics.ContainsKey(CommandResult.MetricName) || device?.Metrics.ContainsKey(CommandResult.MetricName) == true;
        return answers ? CommandProof.Result : CommandProof.Value;
    }
}
