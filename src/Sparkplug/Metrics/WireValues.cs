namespace Sparkplug.Metrics;

/// <summary>
/// Gives values that came without a datatype the type that their birth declared.
/// Peers differ in how they spell integers; every spelling that has one meaning only is understood:
/// <list type="bullet">
/// <item>a negative Int8, Int16 or Int32 sign-extended to 32 or 64 bits, or cut to its own width (0xFF for -1);</item>
/// <item>any integer in int_value as well as in long_value, as long as it is in the range of the type;</item>
/// <item>an Int64 in int_value only up to 2^31-1: above that it could also be a negative number.</item>
/// </list>
/// Numbers out of range are refused, never cut.
/// </summary>
internal static class WireValues
{
    public static bool TryType(MetricValue untyped, DataType type, out MetricValue typed)
    {
        var (understood, value) = untyped.Wire switch
        {
            WireKind.Int or WireKind.Long => FromInteger(untyped, type),
            WireKind.String => FromText(untyped.AsString(), type),
            WireKind.Bytes => FromBytes((byte[])untyped.Reference!, type),
            _ => FromOwnField(untyped, type),
        };
        typed = understood ? value : default;
        return understood;
    }

    private static (bool, MetricValue) FromInteger(MetricValue untyped, DataType type)
    {
        var bits = untyped.Bits;
        return type switch
        {
            DataType.Int8 => (TrySigned(bits, 8, out var number), MetricValue.Int8((sbyte)number)),
            DataType.Int16 => (TrySigned(bits, 16, out var number), MetricValue.Int16((short)number)),
            DataType.Int32 => (TrySigned(bits, 32, out var number), MetricValue.Int32((int)number)),
            DataType.Int64 => (untyped.Wire == WireKind.Long || bits <= int.MaxValue, MetricValue.Int64(unchecked((long)bits))),
            DataType.UInt8 => (bits <= byte.MaxValue, MetricValue.UInt8(unchecked((byte)bits))),
            DataType.UInt16 => (bits <= ushort.MaxValue, MetricValue.UInt16(unchecked((ushort)bits))),
            DataType.UInt32 => (bits <= uint.MaxValue, MetricValue.UInt32(unchecked((uint)bits))),
            DataType.UInt64 => (true, MetricValue.UInt64(bits)),
            DataType.DateTime => (true, MetricValue.DateTime(new Timestamp(bits))),
            _ => default,
        };
    }

    /// <summary>Reads a number of 8, 16 or 32 bits: sign-extended to 64 or to 32 bits, or cut to its own width.</summary>
    private static bool TrySigned(ulong bits, int width, out long number)
    {
        var shift = 64 - width;
        number = unchecked((long)(bits << shift)) >> shift;
        var isSignExtendedTo64 = unchecked((ulong)number) == bits;
        var isSignExtendedTo32 = unchecked((uint)number) == bits;
        var isCut = bits >> width == 0;
        return isSignExtendedTo64 || isSignExtendedTo32 || isCut;
    }

    private static (bool, MetricValue) FromText(string text, DataType type) => type switch
    {
        DataType.String => (true, MetricValue.String(text)),
        DataType.Text => (true, MetricValue.Text(text)),
        DataType.UUID => (true, MetricValue.Uuid(text)),
        _ => default,
    };

    private static (bool, MetricValue) FromBytes(byte[] bytes, DataType type) => type switch
    {
        DataType.Bytes => (true, MetricValue.Bytes(bytes)),
        DataType.File => (true, MetricValue.File(bytes)),
        _ => PackedArrays.TryUnpack(type, bytes, out var elements) ? (true, MetricValue.Array(type, elements)) : default,
    };

    /// <summary>The types that have a field of their own.</summary>
    private static (bool, MetricValue) FromOwnField(MetricValue untyped, DataType type) => (untyped.Wire, type) switch
    {
        (WireKind.Float, DataType.Float) => (true, MetricValue.Float(BitConverter.UInt32BitsToSingle((uint)untyped.Bits))),
        (WireKind.Double, DataType.Double) => (true, MetricValue.Double(BitConverter.UInt64BitsToDouble(untyped.Bits))),
        (WireKind.Boolean, DataType.Boolean) => (true, MetricValue.Boolean(untyped.Bits != 0)),
        (WireKind.DataSet, DataType.DataSet) => (true, MetricValue.DataSet(untyped.AsDataSet())),
        (WireKind.Template, DataType.Template) => (true, MetricValue.Template(untyped.AsTemplate())),
        (WireKind.PropertySet, DataType.PropertySet) => (true, MetricValue.PropertySet(untyped.AsPropertySet())),
        (WireKind.PropertySetList, DataType.PropertySetList) => (true, MetricValue.PropertySetList((PropertySet[])untyped.Reference!)),
        _ => default,
    };
}
