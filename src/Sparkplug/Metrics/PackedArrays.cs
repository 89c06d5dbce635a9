namespace Sparkplug.Metrics;

/// <summary>The array types 22 to 34 and their packed little-endian bytes (Sparkplug 3.0, 6.4.18).</summary>
internal static class PackedArrays
{
    public static bool Fits(DataType type, Array elements) => throw new NotImplementedException();
}
