using Sparkplug.Metrics;

namespace EdgeNode.Devices;

/// <summary>What a board said of one tag: a value, or that there is none.</summary>
/// <param name="Name">The tag's name.</param>
/// <param name="Value">The value, of the tag's type; its null when there is none.</param>
/// <param name="Fault">Null with a value; otherwise a word why there is none (<c>open</c>, <c>short</c>), or empty.</param>
public sealed record Reading(string Name, MetricValue Value, string? Fault)
{
    /// <summary>True with a value.</summary>
    public bool IsGood => Fault is null;
}
