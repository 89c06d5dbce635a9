using Sparkplug.Metrics;

namespace Sparkplug.Payloads;

/// <summary>Values as the fields of the payload give them, before a datatype is known.</summary>
internal static class Untyped
{
    public static MetricValue Int(uint value) => MetricValue.Untyped(WireKind.Int, value, null);

    public static MetricValue Long(ulong value) => MetricValue.Untyped(WireKind.Long, value, null);

    public static MetricValue Float(float value) => MetricValue.Untyped(WireKind.Float, BitConverter.SingleToUInt32Bits(value), null);

    public static MetricValue Double(double value) => MetricValue.Untyped(WireKind.Double, BitConverter.DoubleToUInt64Bits(value), null);

    public static MetricValue Boolean(bool value) => MetricValue.Untyped(WireKind.Boolean, value ? 1UL : 0, null);

    public static MetricValue Text(string value) => MetricValue.Untyped(WireKind.String, 0, value);

    public static MetricValue Of(WireKind wire, object reference) => MetricValue.Untyped(wire, 0, reference);
}
