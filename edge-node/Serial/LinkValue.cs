using System.Globalization;
using Sparkplug.Metrics;

namespace EdgeNode.Serial;

/// <summary>Values as they travel on the link: <c>bool</c>, <c>int32</c> and <c>float</c> (docs/serial-link.md, 4).</summary>
public static class LinkValue
{
    private const int MaxInt32Digits = 10;
    private const int MaxFloatLength = 16;

    /// <summary>The datatype behind a type's name on the link; <see cref="DataType.Unknown"/> for a type that a newer board may have.</summary>
    public static DataType TypeOf(string name) => name switch
    {
        "bool" => DataType.Boolean,
        "int32" => DataType.Int32,
        "float" => DataType.Float,
        _ => DataType.Unknown,
    };

    /// <summary>The name on the link of a datatype.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The link has no such type.</exception>
    public static string NameOf(DataType type) => type switch
    {
        DataType.Boolean => "bool",
        DataType.Int32 => "int32",
        DataType.Float => "float",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "the link has no such type"),
    };

    /// <summary>Reads a value of one type.</summary>
    /// <param name="text">The text, without escapes.</param>
    /// <param name="type">Boolean, Int32 or Float.</param>
    /// <param name="value">The value.</param>
    /// <returns>False when the text is no value of that type.</returns>
    public static bool TryParse(string text, DataType type, out MetricValue value)
    {
        value = default;
        switch (type)
        {
            case DataType.Boolean when text is "0" or "1":
                value = MetricValue.Boolean(text == "1");
                return true;
            case DataType.Int32 when IsInt32(text) && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number):
                value = MetricValue.Int32(number);
                return true;
            case DataType.Float when IsFloat(text):
                var real = float.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
                value = MetricValue.Float(real);
                return float.IsFinite(real);
            default:
                return false;
        }
    }

    /// <summary>Writes a value; a float as the shortest text that gives the same binary32 back.</summary>
    /// <returns>False for a null, NaN, an infinity, or a type that the link does not have.</returns>
    public static bool TryFormat(MetricValue value, out string text)
    {
        text = "";
        if (value.IsNull) return false;
        switch (value.Type)
        {
            case DataType.Boolean:
                text = value.AsBoolean() ? "1" : "0";
                return true;
            case DataType.Int32:
                text = value.AsInt64().ToString(CultureInfo.InvariantCulture);
                return true;
            case DataType.Float when float.IsFinite(value.AsSingle()):
                text = value.AsSingle().ToString("R", CultureInfo.InvariantCulture);
                return true;
            default:
                return false;
        }
    }

    private static bool IsInt32(ReadOnlySpan<char> text)
    {
        if (text.StartsWith('-')) text = text[1..];
        return TakeDigits(ref text) is >= 1 and <= MaxInt32Digits && text.IsEmpty;
    }

    private static bool IsFloat(ReadOnlySpan<char> text)
    {
        if (text.Length > MaxFloatLength) return false;
        if (text.StartsWith('-')) text = text[1..];
        if (TakeDigits(ref text) == 0) return false;
        if (text.StartsWith('.'))
        {
            text = text[1..];
            if (TakeDigits(ref text) == 0) return false;
        }
        if (text.IsEmpty) return true;
        if (text[0] is not ('e' or 'E')) return false;
        text = text[1..];
        if (!text.IsEmpty && text[0] is '+' or '-') text = text[1..];
        return TakeDigits(ref text) is 1 or 2 && text.IsEmpty;
    }

    private static int TakeDigits(ref ReadOnlySpan<char> text)
    {
        var count = 0;
        while (count < text.Length && char.IsAsciiDigit(text[count])) count++;
        text = text[count..];
        return count;
    }
}
