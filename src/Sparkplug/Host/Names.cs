using Sparkplug.Metrics;

namespace Sparkplug.Host;

/// <summary>Names from outside for faults and logs, bounded in length.</summary>
internal static class Names
{
    private const int Longest = 96;

    public static string Short(string? name) => name is null ? "" : name.Length <= Longest ? name : string.Concat(name.AsSpan(0, Longest), "…");

    public static string Of(Metric metric) => metric switch
    {
        { Name: { } name } => $"'{Short(name)}'",
        { Alias: { } alias } => $"alias {alias}",
        _ => "without name and alias",
    };
}
