using Sparkplug.Metrics;

namespace Sparkplug.Host;

/// <summary>Names from outside for faults and logs, bounded in length and printable.</summary>
internal static class Names
{
    public static string Short(string? name) => MetricText.Show(name ?? "");

    public static string Of(Metric metric) => metric switch
    {
        { Name: { } name } => $"'{Short(name)}'",
        { Alias: { } alias } => $"alias {alias}",
        _ => "without name and alias",
    };
}
