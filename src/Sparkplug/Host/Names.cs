using Sparkplug.Metrics;

namespace Sparkplug.Host;

/// <summary>Names from outside for faults and logs, bounded and on one line.</summary>
internal static class Names
{
    private const int Longest = 96;

    public static string Short(string? name) => MetricText.Show(name ?? "", Longest);

    public static string Of(Metric metric) => metric switch
    {
        { Name: { } name } => $"'{Short(name)}'",
        { Alias: { } alias } => $"alias {alias}",
        _ => "without name and alias",
    };
}
