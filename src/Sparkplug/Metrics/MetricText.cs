using System.Globalization;

namespace Sparkplug.Metrics;

/// <summary>Values as text for logs and faults; bounded, so that a hostile value cannot fill a log.</summary>
internal static class MetricText
{
    private const int Longest = 64;

    public static string Describe(MetricValue value)
    {
        if (value.IsNull) return "null";
        return value.Reference switch
        {
            string text => text.Length <= Longest ? text : string.Concat(text.AsSpan(0, Longest), "…"),
            byte[] bytes => $"{bytes.Length} bytes",
            Array array => $"{array.Length} elements",
            DataSet set => $"{set.Columns.Count} columns, {set.Rows.Count} rows",
            Template template => template.TemplateRef ?? "definition",
            PropertySet set => $"{set.Count} properties",
            _ => DescribeBits(value),
        };
    }

    private static string DescribeBits(MetricValue value) => value.Type switch
    {
        DataType.Boolean => value.AsBoolean() ? "true" : "false",
        DataType.DateTime => value.AsTimestamp().ToString(),
        DataType.Float => value.AsSingle().ToString("R", CultureInfo.InvariantCulture),
        DataType.Double => value.AsDouble().ToString("R", CultureInfo.InvariantCulture),
        >= DataType.Int8 and <= DataType.Int64 => value.AsInt64().ToString(CultureInfo.InvariantCulture),
        >= DataType.UInt8 and <= DataType.UInt64 => value.AsUInt64().ToString(CultureInfo.InvariantCulture),
        _ => $"{value.Wire} 0x{value.Bits:X}",
    };
}
