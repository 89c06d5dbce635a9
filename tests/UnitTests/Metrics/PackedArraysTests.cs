using CsCheck;
using Sparkplug.Metrics;

namespace UnitTests.Metrics;

public sealed class PackedArraysTests
{
    private static readonly DataType[] ArrayTypes = [.. Enum.GetValues<DataType>().Where(type => type.IsArray())];

    public static TheoryData<DataType, Array, string> Vectors => new()
    {
        { DataType.Int8Array, new sbyte[] { -23, 123 }, "E97B" },
        { DataType.Int16Array, new short[] { -30000, 30000 }, "D08A3075" },
        { DataType.Int32Array, new[] { -1, 315338746 }, "FFFFFFFFFAAFCB12" },
        { DataType.Int64Array, new[] { -2L, long.MaxValue }, "FEFFFFFFFFFFFFFFFFFFFFFFFFFFFF7F" },
        { DataType.UInt8Array, new byte[] { 23, 250 }, "17FA" },
        { DataType.UInt16Array, new ushort[] { 30, 52360 }, "1E0088CC" },
        { DataType.UInt32Array, new uint[] { 52, 3293969225 }, "3400000049FB55C4" },
        { DataType.UInt64Array, new ulong[] { 52, 0xE43776B2D1029ED9 }, "3400000000000000D99E02D1B27637E4" },
        { DataType.FloatArray, new[] { 1.23f, 89.341f }, "A4709D3F98AEB242" },
        { DataType.DoubleArray, new[] { 12.354213, 1022.9123213 }, "D7A205685BB528408E171C6F4CF78F40" },
        { DataType.BooleanArray, new[] { false, false, true, true, false, true, false, false, true, true, false, true }, "0C00000034D0" },
        { DataType.BooleanArray, Array.Empty<bool>(), "00000000" },
        { DataType.BooleanArray, new[] { true, false, false, false, false, false, false, true }, "0800000081" },
        { DataType.StringArray, new[] { "ABC", "hello" }, "4142430068656C6C6F00" },
        { DataType.StringArray, Array.Empty<string>(), "" },
        { DataType.StringArray, new[] { "" }, "00" },
        { DataType.StringArray, new[] { "", "ü", "" }, "00C3BC0000" },
        { DataType.DateTimeArray, new ulong[] { 1256102875335, 1656107875000 }, "C7D0907524010000B8BAB89781010000" },
    };

    [Theory, MemberData(nameof(Vectors))]
    public void An_array_has_the_bytes_of_the_standard(DataType type, Array elements, string hex)
    {
        Assert.Equal(hex, Convert.ToHexString(PackedArrays.Pack(type, elements)));

        Assert.True(PackedArrays.TryUnpack(type, Convert.FromHexString(hex), out var read));
        Assert.Equal(elements.GetType(), read.GetType());
        Assert.Equal(MetricValue.Array(type, elements), MetricValue.Array(type, read));
    }

    [Fact]
    public void The_padding_of_a_boolean_array_does_not_matter()
    {
        Assert.True(PackedArrays.TryUnpack(DataType.BooleanArray, [3, 0, 0, 0, 0b1011_1111], out var elements));
        Assert.Equal([true, false, true], Assert.IsType<bool[]>(elements));
    }

    [Theory]
    [InlineData(DataType.Int16Array, "00")]
    [InlineData(DataType.UInt16Array, "000000")]
    [InlineData(DataType.Int32Array, "000000")]
    [InlineData(DataType.FloatArray, "0000000000")]
    [InlineData(DataType.Int64Array, "00000000")]
    [InlineData(DataType.DoubleArray, "000000000000000000")]
    [InlineData(DataType.DateTimeArray, "C7D090752401B8BAB8978101")]
    [InlineData(DataType.BooleanArray, "")]
    [InlineData(DataType.BooleanArray, "000000")]
    [InlineData(DataType.BooleanArray, "01000000")]
    [InlineData(DataType.BooleanArray, "0000000000")]
    [InlineData(DataType.BooleanArray, "080000000000")]
    [InlineData(DataType.BooleanArray, "09000000FF")]
    [InlineData(DataType.BooleanArray, "FFFFFF7F00")]
    [InlineData(DataType.BooleanArray, "FFFFFFFF00")]
    [InlineData(DataType.BooleanArray, "0000008000")]
    [InlineData(DataType.StringArray, "41")]
    [InlineData(DataType.StringArray, "410042")]
    [InlineData(DataType.StringArray, "FF00")]
    [InlineData(DataType.StringArray, "EDA08000")]
    [InlineData(DataType.StringArray, "C000")]
    [InlineData(DataType.Bytes, "00")]
    [InlineData(DataType.Unknown, "")]
    public void Bytes_that_are_not_whole_elements_are_refused(DataType type, string hex)
    {
        Assert.False(PackedArrays.TryUnpack(type, Convert.FromHexString(hex), out var elements));
        Assert.Null(elements);
    }

    [Fact]
    public void Random_bytes_never_throw_and_what_is_read_packs_and_reads_back_the_same()
    {
        Gen.Select(Gen.OneOf(ArrayTypes), Gen.Byte.Array[0, 40]).Sample((type, bytes) =>
        {
            if (!PackedArrays.TryUnpack(type, bytes, out var elements)) return true;
            return PackedArrays.Fits(type, elements)
                && PackedArrays.TryUnpack(type, PackedArrays.Pack(type, elements), out var again)
                && PackedArrays.ContentEquals(elements, again);
        });
    }

    [Fact]
    public void Elements_fit_their_own_types_only()
    {
        Array[] all =
        [
            new sbyte[1], new short[1], new int[1], new long[1], new byte[1], new ushort[1], new uint[1], new ulong[1],
            new float[1], new double[1], new bool[1], new[] { "" }, new object[1], new char[1], new DayOfWeek[1], new int[1, 1],
        ];
        foreach (var type in Enum.GetValues<DataType>())
        {
            var fitting = all.Where(elements => PackedArrays.Fits(type, elements)).Select(elements => elements.GetType().GetElementType()!.Name);
            string[] expected = !type.IsArray() ? [] : type switch
            {
                DataType.Int8Array => ["SByte"],
                DataType.UInt8Array => ["Byte"],
                DataType.FloatArray => ["Single"],
                DataType.DateTimeArray => ["UInt64"],
                _ => [type.ToString()[..^"Array".Length]],
            };
            Assert.Equal(expected, fitting);
        }
    }

    [Theory]
    [InlineData("a\0b")]
    [InlineData("\0")]
    [InlineData(null)]
    public void A_text_that_would_end_early_or_is_null_is_not_let_into_an_array(string? text)
    {
        Assert.False(PackedArrays.Fits(DataType.StringArray, new[] { "ok", text }));
        Assert.Throws<ArgumentException>(() => MetricValue.Array(DataType.StringArray, new[] { text }));
    }
}
