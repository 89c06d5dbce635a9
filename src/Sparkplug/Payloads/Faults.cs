using Sparkplug.Metrics;

namespace Sparkplug.Payloads;

/// <summary>A property that was left out of a metric, or of a member of its Template.</summary>
/// <param name="Key">Its key, as it may be shown.</param>
/// <param name="Detail">What is wrong with it.</param>
internal readonly record struct PropertyFault(string Key, string Detail);

/// <summary>Words for what decoders refuse. Each refusal is one line at the place that decides it.</summary>
internal static class Faults
{
    private const int Longest = 300;

    /// <summary>Gives the reason and false; bounded even where nested parts each add their name.</summary>
    public static bool Fail(string what, out string fault)
    {
        fault = what.Length <= Longest ? what : string.Concat(what.AsSpan(0, Longest), "…");
        return false;
    }

    /// <summary>Refuses an extension_value: only whoever defined the extension knows what it means.</summary>
    public static bool Extension(out string fault) => Fail("has an extension_value, which is not understood", out fault);

    /// <summary>Gives an untyped value its type.</summary>
    public static bool TryType(ref MetricValue value, DataType type, out string fault)
    {
        fault = "";
        if (value.TryAs(type, out var typed))
        {
            value = typed;
            return true;
        }
        return Fail($"{FieldOf(value.Wire)} {MetricText.Describe(value)} is not a value of type {type}", out fault);
    }

    private static string FieldOf(WireKind wire) => wire switch
    {
        WireKind.Int => "int_value",
        WireKind.Long => "long_value",
        WireKind.Float => "float_value",
        WireKind.Double => "double_value",
        WireKind.Boolean => "boolean_value",
        WireKind.String => "string_value",
        WireKind.Bytes => "bytes_value",
        WireKind.DataSet => "dataset_value",
        WireKind.Template => "template_value",
        WireKind.PropertySet => "propertyset_value",
        WireKind.PropertySetList => "propertysets_value",
        _ => wire.ToString(),
    };
}
