using CsCheck;
using Sparkplug.Metrics;

namespace UnitTests.Metrics;

public sealed class WireValuesTests
{
    private const ulong Minus1In32 = uint.MaxValue;
    private const ulong Minus1In64 = ulong.MaxValue;

    public static TheoryData<DataType, WireKind, ulong, long> SignedSpellings => new()
    {
        { DataType.Int8, WireKind.Int, Minus1In32, -1 },
        { DataType.Int8, WireKind.Int, 0xFF, -1 },
        { DataType.Int8, WireKind.Int, 0x80, sbyte.MinValue },
        { DataType.Int8, WireKind.Int, 0xFFFFFF80, sbyte.MinValue },
        { DataType.Int8, WireKind.Int, 127, 127 },
        { DataType.Int8, WireKind.Long, Minus1In64, -1 },
        { DataType.Int8, WireKind.Long, 0xFF, -1 },
        { DataType.Int16, WireKind.Int, 0xFFFF, -1 },
        { DataType.Int16, WireKind.Int, 0x8000, short.MinValue },
        { DataType.Int16, WireKind.Int, 0xFFFF8000, short.MinValue },
        { DataType.Int16, WireKind.Int, 255, 255 },
        { DataType.Int16, WireKind.Int, 32767, 32767 },
        { DataType.Int16, WireKind.Long, Minus1In64, -1 },
        { DataType.Int32, WireKind.Int, Minus1In32, -1 },
        { DataType.Int32, WireKind.Int, 0x80000000, int.MinValue },
        { DataType.Int32, WireKind.Int, int.MaxValue, int.MaxValue },
        { DataType.Int32, WireKind.Long, Minus1In64, -1 },
        { DataType.Int32, WireKind.Long, Minus1In32, -1 },
        { DataType.Int64, WireKind.Long, Minus1In64, -1 },
        { DataType.Int64, WireKind.Long, 1UL << 63, long.MinValue },
        { DataType.Int64, WireKind.Int, 0, 0 },
        { DataType.Int64, WireKind.Int, 255, 255 },
        { DataType.Int64, WireKind.Int, int.MaxValue, int.MaxValue },
    };

    public static TheoryData<DataType, WireKind, ulong> UnsignedSpellings => new()
    {
        { DataType.UInt8, WireKind.Int, 255 },
        { DataType.UInt8, WireKind.Long, 255 },
        { DataType.UInt16, WireKind.Int, 65535 },
        { DataType.UInt16, WireKind.Long, 65535 },
        { DataType.UInt32, WireKind.Int, uint.MaxValue },
        { DataType.UInt32, WireKind.Long, uint.MaxValue },
        { DataType.UInt64, WireKind.Long, ulong.MaxValue },
        { DataType.UInt64, WireKind.Int, uint.MaxValue },
        { DataType.DateTime, WireKind.Long, ulong.MaxValue },
        { DataType.DateTime, WireKind.Int, 1000 },
    };

    public static TheoryData<DataType, WireKind, ulong> OutOfRange => new()
    {
        { DataType.Int8, WireKind.Int, 256 },
        { DataType.Int8, WireKind.Int, 0xFFFF },
        { DataType.Int8, WireKind.Int, 0xFFFFFF7F },
        { DataType.Int8, WireKind.Long, 0xFFFFFFFFFFFFFF7F },
        { DataType.Int8, WireKind.Long, 0xFFFFFFFF_00000001 },
        { DataType.Int16, WireKind.Int, 65536 },
        { DataType.Int16, WireKind.Int, 0xFFFF7FFF },
        { DataType.Int16, WireKind.Long, 1UL << 63 },
        { DataType.Int32, WireKind.Long, 1UL << 32 },
        { DataType.Int32, WireKind.Long, 0xFFFFFFFF_7FFFFFFF },
        { DataType.Int64, WireKind.Int, Minus1In32 },
        { DataType.Int64, WireKind.Int, 0x80000000 },
        { DataType.UInt8, WireKind.Int, 256 },
        { DataType.UInt8, WireKind.Int, Minus1In32 },
        { DataType.UInt16, WireKind.Int, 65536 },
        { DataType.UInt32, WireKind.Long, 1UL << 32 },
        { DataType.UInt32, WireKind.Long, Minus1In64 },
    };

    [Theory, MemberData(nameof(SignedSpellings))]
    public void Every_spelling_of_a_signed_integer_is_understood(DataType type, WireKind wire, ulong bits, long expected)
    {
        Assert.True(MetricValue.Untyped(wire, bits, null).TryAs(type, out var value));
        Assert.Equal(type, value.Type);
        Assert.Equal(expected, value.AsInt64());
    }

    [Theory, MemberData(nameof(UnsignedSpellings))]
    public void Every_spelling_of_an_unsigned_integer_is_understood(DataType type, WireKind wire, ulong bits)
    {
        Assert.True(MetricValue.Untyped(wire, bits, null).TryAs(type, out var value));
        Assert.Equal(type, value.Type);
        Assert.Equal(bits, value.AsUInt64());
    }

    [Theory, MemberData(nameof(OutOfRange))]
    public void A_number_out_of_range_or_with_two_meanings_is_refused(DataType type, WireKind wire, ulong bits) =>
        Assert.False(MetricValue.Untyped(wire, bits, null).TryAs(type, out _));

    [Fact]
    public void Whatever_spelling_is_accepted_the_number_is_in_the_range_of_the_type()
    {
        (DataType Type, long Least, long Most)[] signed =
            [(DataType.Int8, sbyte.MinValue, sbyte.MaxValue), (DataType.Int16, short.MinValue, short.MaxValue), (DataType.Int32, int.MinValue, int.MaxValue)];
        Gen.Select(Gen.OneOf(signed), Gen.ULong, Gen.Int[0, 64]).Sample((type, random, shift) =>
        {
            var bits = shift == 64 ? ~0UL : random >> shift;
            return !MetricValue.Untyped(WireKind.Long, bits, null).TryAs(type.Type, out var value)
                || (value.AsInt64() >= type.Least && value.AsInt64() <= type.Most);
        });
    }

    [Fact]
    public void Each_field_can_become_its_own_types_and_no_others()
    {
        DataType[] integers = [DataType.Int8, DataType.Int16, DataType.Int32, DataType.Int64, DataType.UInt8, DataType.UInt16, DataType.UInt32, DataType.UInt64, DataType.DateTime];
        var set = new DataSet([], []);
        (MetricValue Untyped, DataType[] Types)[] table =
        [
            (MetricValue.Untyped(WireKind.Int, 1, null), integers),
            (MetricValue.Untyped(WireKind.Long, 1, null), integers),
            (MetricValue.Untyped(WireKind.Float, BitConverter.SingleToUInt32Bits(1), null), [DataType.Float]),
            (MetricValue.Untyped(WireKind.Double, BitConverter.DoubleToUInt64Bits(1), null), [DataType.Double]),
            (MetricValue.Untyped(WireKind.Boolean, 1, null), [DataType.Boolean]),
            (MetricValue.Untyped(WireKind.String, 0, "1"), [DataType.String, DataType.Text, DataType.UUID]),
            // Eight bytes that are whole elements of every array type but one: as a BooleanArray they claim 0x01010101 elements.
            (MetricValue.Untyped(WireKind.Bytes, 0, new byte[] { 1, 1, 1, 1, 1, 1, 1, 0 }),
                [DataType.Bytes, DataType.File, .. Enum.GetValues<DataType>().Where(type => type.IsArray() && type != DataType.BooleanArray)]),
            (MetricValue.Untyped(WireKind.Bytes, 0, new byte[] { 1, 0, 0, 0, 0x80 }),
                [DataType.Bytes, DataType.File, DataType.Int8Array, DataType.UInt8Array, DataType.BooleanArray]),
            (MetricValue.Untyped(WireKind.DataSet, 0, set), [DataType.DataSet]),
            (MetricValue.Untyped(WireKind.Template, 0, new Template()), [DataType.Template]),
            (MetricValue.Untyped(WireKind.PropertySet, 0, PropertySet.Empty), [DataType.PropertySet]),
            (MetricValue.Untyped(WireKind.PropertySetList, 0, Array.Empty<PropertySet>()), [DataType.PropertySetList]),
            (MetricValue.Untyped(WireKind.Extension, 0, null), []),
        ];
        foreach (var (untyped, types) in table)
        {
            Assert.True(untyped.IsUntyped);
            Assert.Equal(types.Order(), Enum.GetValues<DataType>().Where(type => type != DataType.Unknown && untyped.TryAs(type, out _)));
            foreach (var type in types)
            {
                Assert.True(untyped.TryAs(type, out var value));
                Assert.Equal(type, value.Type);
                Assert.False(value.IsNull);
            }
        }
    }
}
