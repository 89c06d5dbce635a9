using System.Globalization;
using System.Text;

namespace Sparkplug.Metrics;

/// <summary>Values and names as text for logs and faults: bounded and on one line, so that a hostile one can neither fill nor forge a log.</summary>
public static class MetricText
{
    private const int Longest = 64;

    internal static string Describe(MetricValue value)
    {
        if (value.IsNull) return "null";
        return value.Reference switch
        {
            string text => Show(text),
            _ when value.Type.IsArray() => $"{value.AsArray().Length} elements",
            byte[] bytes => $"{bytes.Length} bytes",
            Array array => $"{array.Length} elements",
            DataSet set => $"{set.Columns.Count} columns, {set.Rows.Count} rows",
            Template template => template.TemplateRef is null ? "definition" : Show(template.TemplateRef),
            PropertySet set => $"{set.Count} properties",
            _ => DescribeBits(value),
        };
    }

    /// <summary>A text from outside, cut to so many characters, with everything that does not print written as <c>\uXXXX</c>.</summary>
    public static string Show(string text, int longest = Longest)
    {
        var shown = new StringBuilder();
        var length = Math.Min(text.Length, longest);
        if (length < text.Length && char.IsHighSurrogate(text[length - 1])) length--;
        for (var i = 0; i < length; i++)
        {
            if (i + 1 < length && char.IsSurrogatePair(text[i], text[i + 1])) shown.Append(text[i++]).Append(text[i]);
            else if (IsPrinted(text[i])) shown.Append(text[i]);
            else shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:X4}");
        }
        return length == text.Length ? shown.ToString() : shown.Append('…').ToString();
    }

    private static bool IsPrinted(char character) => char.GetUnicodeCategory(character) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned);

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
