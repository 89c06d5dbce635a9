using System.Globalization;
using Sparkplug.Metrics;

namespace EdgeNode.Devices;

/// <summary>Values of boards as plain text, in the invariant culture.</summary>
internal static class ValueText
{
    public static string? Of(MetricValue value) => value.Type switch
    {
        _ when value.IsNull => null,
        DataType.Boolean => value.AsBoolean() ? "true" : "false",
        DataType.Float => value.AsSingle().ToString("R", CultureInfo.InvariantCulture),
        >= DataType.Int8 and <= DataType.Int64 => value.AsInt64().ToString(CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"a board has no value of type {value.Type}", nameof(value)),
    };
}
