using EdgeNode.Serial;
using Sparkplug.Metrics;

namespace Sparkplug.Cli.Demo;

/// <summary>One tag of an <see cref="EmulatedBoard"/>.</summary>
/// <param name="Name">The tag's name.</param>
/// <param name="Type">Boolean, Int32 or Float.</param>
/// <param name="Read">Takes a sample; a Float's NaN is a sensor that is not there.</param>
public sealed record EmulatedTag(string Name, DataType Type, Func<MetricValue> Read)
{
    /// <summary>The unit.</summary>
    public string? Unit { get; init; }

    /// <summary>The lower end of the range.</summary>
    public MetricValue Low { get; init; }

    /// <summary>The upper end of the range.</summary>
    public MetricValue High { get; init; }

    /// <summary>A change smaller than this is not reported.</summary>
    public double Deadband { get; init; }

    /// <summary>Writes the tag, or says no; null for a tag that cannot be written.</summary>
    public Func<MetricValue, bool>? Write { get; init; }

    /// <summary>Writes the fields of the tag's line in a description.</summary>
    public void Describe(int index, LineWriter line)
    {
        line.Attribute("index", index).Attribute("name", Name).Attribute("type", LinkValue.NameOf(Type)).Attribute("access", Write is null ? "r" : "rw");
        if (Unit is not null) line.Attribute("unit", Unit);
        if (LinkValue.TryFormat(Low, out var low)) line.Attribute("low", low);
        if (LinkValue.TryFormat(High, out var high)) line.Attribute("high", high);
    }

    /// <summary>True if <paramref name="value"/> is not outside of the range.</summary>
    public bool IsInRange(MetricValue value) =>
        !value.TryGetNumber(out var number)
        || ((!Low.TryGetNumber(out var low) || number >= low) && (!High.TryGetNumber(out var high) || number <= high));

    /// <summary>True if <paramref name="now"/> is far enough from <paramref name="before"/> to be reported.</summary>
    public bool IsNews(MetricValue before, MetricValue now) =>
        now.TryGetNumber(out var number) && before.TryGetNumber(out var last) && double.IsFinite(number) && double.IsFinite(last)
            ? Math.Abs(number - last) >= Deadband && now != before
            : now != before;
}
