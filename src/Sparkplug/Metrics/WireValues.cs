namespace Sparkplug.Metrics;

/// <summary>Gives values that came without a datatype the type that their birth declared.</summary>
internal static class WireValues
{
    public static bool TryType(MetricValue untyped, DataType type, out MetricValue typed) => throw new NotImplementedException();
}
