using System.Diagnostics;

namespace Sparkplug.Metrics;

/// <summary>
/// One value of a metric, property, parameter or DataSet cell: a <see cref="Metrics.DataType"/> and a value of that type, or null.
/// <para>
/// A value that came in without a datatype (as in DATA, tck-id-payloads-metric-datatype-not-req) is <em>untyped</em>:
/// its <see cref="Type"/> is <see cref="DataType.Unknown"/> and <see cref="TryAs"/> gives it the type that the birth declared.
/// </para>
/// <c>default</c> is the null of unknown type. Equality is by type and content, numbers by their bits: a NaN equals itself, so that report by
/// exception works, and 0.0 differs from -0.0.
/// </summary>
public readonly struct MetricValue : IEquatable<MetricValue>
{
    // Numbers live in the bits; everything else in the reference. A null value has neither and no wire kind.
    private readonly object? _reference;
    private readonly ulong _bits;

    private MetricValue(DataType type, WireKind wire, ulong bits, object? reference)
    {
        Type = type;
        Wire = wire;
        _bits = bits;
        _reference = reference;
    }

    /// <summary>The type; <see cref="DataType.Unknown"/> while the value is untyped.</summary>
    public DataType Type { get; }

    /// <summary>The payload field that the value travels in; <see cref="WireKind.None"/> for null.</summary>
    public WireKind Wire { get; }

    /// <summary>True for null.</summary>
    public bool IsNull => Wire == WireKind.None;

    /// <summary>True for a value whose type is not known yet.</summary>
    public bool IsUntyped => Type == DataType.Unknown && !IsNull;

    /// <summary>The 64 bits behind a number, Boolean or DateTime: two's complement, or IEEE 754 for Float (32 bits) and Double.</summary>
    internal ulong Bits => _bits;

    /// <summary>The text, bytes, array, DataSet, Template or property set behind the value.</summary>
    internal object? Reference => _reference;

    /// <summary>The null of one type.</summary>
    public static MetricValue Null(DataType type) => new(type, WireKind.None, 0, null);

    /// <summary>An Int8.</summary>
    public static MetricValue Int8(sbyte value) => Signed(DataType.Int8, value);

    /// <summary>An Int16.</summary>
    public static MetricValue Int16(short value) => Signed(DataType.Int16, value);

    /// <summary>An Int32.</summary>
    public static MetricValue Int32(int value) => Signed(DataType.Int32, value);

    /// <summary>An Int64.</summary>
    public static MetricValue Int64(long value) => new(DataType.Int64, WireKind.Long, unchecked((ulong)value), null);

    /// <summary>A UInt8.</summary>
    public static MetricValue UInt8(byte value) => new(DataType.UInt8, WireKind.Int, value, null);

    /// <summary>A UInt16.</summary>
    public static MetricValue UInt16(ushort value) => new(DataType.UInt16, WireKind.Int, value, null);

    /// <summary>A UInt32.</summary>
    public static MetricValue UInt32(uint value) => new(DataType.UInt32, WireKind.Int, value, null);

    /// <summary>A UInt64.</summary>
    public static MetricValue UInt64(ulong value) => new(DataType.UInt64, WireKind.Long, value, null);

    /// <summary>A Float.</summary>
    public static MetricValue Float(float value) => new(DataType.Float, WireKind.Float, BitConverter.SingleToUInt32Bits(value), null);

    /// <summary>A Double.</summary>
    public static MetricValue Double(double value) => new(DataType.Double, WireKind.Double, BitConverter.DoubleToUInt64Bits(value), null);

    /// <summary>A Boolean.</summary>
    public static MetricValue Boolean(bool value) => new(DataType.Boolean, WireKind.Boolean, value ? 1UL : 0, null);

    /// <summary>A String.</summary>
    public static MetricValue String(string value) => Object(DataType.String, WireKind.String, value);

    /// <summary>A Text.</summary>
    public static MetricValue Text(string value) => Object(DataType.Text, WireKind.String, value);

    /// <summary>A UUID, as text.</summary>
    public static MetricValue Uuid(string value) => Object(DataType.UUID, WireKind.String, value);

    /// <summary>A DateTime.</summary>
    public static MetricValue DateTime(Timestamp value) => new(DataType.DateTime, WireKind.Long, value.Milliseconds, null);

    /// <summary>Bytes; the array is not copied and must not change afterwards.</summary>
    public static MetricValue Bytes(byte[] value) => Object(DataType.Bytes, WireKind.Bytes, value);

    /// <summary>A File's content; the array is not copied and must not change afterwards.</summary>
    public static MetricValue File(byte[] value) => Object(DataType.File, WireKind.Bytes, value);

    /// <summary>A DataSet.</summary>
    public static MetricValue DataSet(DataSet value) => Object(DataType.DataSet, WireKind.DataSet, value);

    /// <summary>A Template definition or instance.</summary>
    public static MetricValue Template(Template value) => Object(DataType.Template, WireKind.Template, value);

    /// <summary>A property set, as the value of a property.</summary>
    public static MetricValue PropertySet(PropertySet value) => Object(DataType.PropertySet, WireKind.PropertySet, value);

    /// <summary>A list of property sets, as the value of a property.</summary>
    public static MetricValue PropertySetList(PropertySet[] value) => Object(DataType.PropertySetList, WireKind.PropertySetList, value);

    /// <summary>
    /// An array of type 22 to 34. Elements: sbyte, short, int, long, byte, ushort, uint, ulong (UInt64Array and DateTimeArray),
    /// float, double, bool, string. The array is not copied and must not change afterwards.
    /// </summary>
    /// <exception cref="ArgumentException">The elements are not those of the type, or a text holds U+0000 or is null.</exception>
    public static MetricValue Array(DataType type, Array elements)
    {
        if (!PackedArrays.Fits(type, elements)) throw new ArgumentException($"{elements.GetType().Name} cannot be a {type}", nameof(elements));
        return Object(type, WireKind.Bytes, elements);
    }

    /// <summary>A value as it came off the wire without a datatype.</summary>
    internal static MetricValue Untyped(WireKind wire, ulong bits, object? reference) => new(DataType.Unknown, wire, bits, reference);

    /// <summary>Gives an untyped value its type; a typed value keeps its own and succeeds only for that one. A null takes any type.</summary>
    /// <param name="type">The type that the birth declared.</param>
    /// <param name="value">The value of that type.</param>
    /// <returns>False when the field or the bytes cannot be of that type.</returns>
    public bool TryAs(DataType type, out MetricValue value)
    {
        // A copy, since callers may pass the very variable that this is: value.TryAs(type, out value).
        var self = this;
        value = self.IsNull ? Null(type) : self;
        if (self.IsNull) return self.Type == DataType.Unknown || self.Type == type;
        return self.Type == DataType.Unknown ? WireValues.TryType(self, type, out value) : self.Type == type;
    }

    /// <summary>The value of a signed integer type.</summary>
    /// <exception cref="InvalidOperationException">The value is null or of another type.</exception>
    public long AsInt64() => Type is >= DataType.Int8 and <= DataType.Int64 && !IsNull ? unchecked((long)_bits) : throw Not("a signed integer");

    /// <summary>The value of an unsigned integer type or the milliseconds of a DateTime.</summary>
    /// <exception cref="InvalidOperationException">The value is null or of another type.</exception>
    public ulong AsUInt64() =>
        Type is >= DataType.UInt8 and <= DataType.UInt64 or DataType.DateTime && !IsNull ? _bits : throw Not("an unsigned integer");

    /// <summary>The value of a Float.</summary>
    /// <exception cref="InvalidOperationException">The value is null or of another type.</exception>
    public float AsSingle() => Type == DataType.Float && !IsNull ? BitConverter.UInt32BitsToSingle((uint)_bits) : throw Not("a Float");

    /// <summary>The value of any number type as a double; 64-bit integers lose what a double cannot hold.</summary>
    /// <exception cref="InvalidOperationException">The value is null or not a number.</exception>
    public double AsDouble() => TryGetNumber(out var number) ? number : throw Not("a number");

    /// <summary>The value of a Boolean.</summary>
    /// <exception cref="InvalidOperationException">The value is null or of another type.</exception>
    public bool AsBoolean() => Type == DataType.Boolean && !IsNull ? _bits != 0 : throw Not("a Boolean");

    /// <summary>The value of a String, Text or UUID; also of an untyped string_value, which can be nothing else.</summary>
    /// <exception cref="InvalidOperationException">The value is null or of another type.</exception>
    public string AsString() => _reference as string ?? throw Not("a text");

    /// <summary>The value of a DateTime.</summary>
    /// <exception cref="InvalidOperationException">The value is null or of another type.</exception>
    public Timestamp AsTimestamp() => Type == DataType.DateTime && !IsNull ? new Timestamp(_bits) : throw Not("a DateTime");

    /// <summary>The value of Bytes or a File.</summary>
    /// <exception cref="InvalidOperationException">The value is null or of another type.</exception>
    public ReadOnlyMemory<byte> AsBytes() => Type is DataType.Bytes or DataType.File && _reference is byte[] bytes ? bytes : throw Not("bytes");

    /// <summary>The elements of an array type.</summary>
    /// <exception cref="InvalidOperationException">The value is null or of another type.</exception>
    public Array AsArray() => Type.IsArray() && _reference is Array array ? array : throw Not("an array");

    /// <summary>The value of a DataSet, untyped or not.</summary>
    /// <exception cref="InvalidOperationException">The value is null or of another type.</exception>
    public DataSet AsDataSet() => _reference as DataSet ?? throw Not("a DataSet");

    /// <summary>The value of a Template, untyped or not.</summary>
    /// <exception cref="InvalidOperationException">The value is null or of another type.</exception>
    public Template AsTemplate() => _reference as Template ?? throw Not("a Template");

    /// <summary>The value of a property set, untyped or not.</summary>
    /// <exception cref="InvalidOperationException">The value is null or of another type.</exception>
    public PropertySet AsPropertySet() => _reference as PropertySet ?? throw Not("a PropertySet");

    /// <summary>The value of a list of property sets, untyped or not.</summary>
    /// <exception cref="InvalidOperationException">The value is null or of another type.</exception>
    public IReadOnlyList<PropertySet> AsPropertySetList() => _reference as PropertySet[] ?? throw Not("a PropertySetList");

    /// <summary>The value as a double where it is an integer, Float or Double.</summary>
    public bool TryGetNumber(out double number)
    {
        number = double.NaN;
        if (IsNull) return false;
        switch (Type)
        {
            case >= DataType.Int8 and <= DataType.Int64: number = unchecked((long)_bits); return true;
            case >= DataType.UInt8 and <= DataType.UInt64: number = _bits; return true;
            case DataType.Float: number = BitConverter.UInt32BitsToSingle((uint)_bits); return true;
            case DataType.Double: number = BitConverter.UInt64BitsToDouble(_bits); return true;
            default: return false;
        }
    }

    /// <inheritdoc/>
    public bool Equals(MetricValue other)
    {
        if (Type != other.Type || Wire != other.Wire || _bits != other._bits) return false;
        return (_reference, other._reference) switch
        {
            (null, null) => true,
            (PropertySet[] left, PropertySet[] right) => left.AsSpan().SequenceEqual(right),
            (Array left, Array right) => PackedArrays.ContentEquals(left, right),
            _ => Equals(_reference, other._reference),
        };
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MetricValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type, Wire, _bits,
        _reference is Array array ? array.Length : _reference?.GetHashCode() ?? 0);

    /// <summary>Equal type and content.</summary>
    public static bool operator ==(MetricValue left, MetricValue right) => left.Equals(right);

    /// <summary>Different type or content.</summary>
    public static bool operator !=(MetricValue left, MetricValue right) => !left.Equals(right);

    /// <summary>A short text for people: <c>Int32 -5</c>, <c>Double null</c>.</summary>
    public override string ToString() => $"{Type} {MetricText.Describe(this)}";

    private static MetricValue Signed(DataType type, long value) => new(type, WireKind.Int, unchecked((ulong)value), null);

    private static MetricValue Object(DataType type, WireKind wire, object reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return new MetricValue(type, wire, 0, reference);
    }

    [StackTraceHidden]
    private InvalidOperationException Not(string what) => new($"'{this}' is not {what}");
}
