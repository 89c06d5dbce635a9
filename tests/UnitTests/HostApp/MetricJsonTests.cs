using System.Text;
using System.Text.Json;
using HostApp.Api;
using Sparkplug.Metrics;

namespace UnitTests.HostApp;

public class MetricJsonTests
{
    public static TheoryData<DataType> MetricTypes => [.. Enum.GetValues<DataType>().Where(type => type.IsForMetric())];

    public static TheoryData<string, string> Numbers => new()
    {
        { Json(MetricValue.Int8(sbyte.MinValue)), "-128" },
        { Json(MetricValue.Int16(short.MinValue)), "-32768" },
        { Json(MetricValue.Int32(int.MinValue)), "-2147483648" },
        { Json(MetricValue.Int64(9007199254740991)), "9007199254740991" },
        { Json(MetricValue.Int64(9007199254740992)), "\"9007199254740992\"" },
        { Json(MetricValue.Int64(-9007199254740991)), "-9007199254740991" },
        { Json(MetricValue.Int64(long.MinValue)), "\"-9223372036854775808\"" },
        { Json(MetricValue.UInt8(byte.MaxValue)), "255" },
        { Json(MetricValue.UInt16(ushort.MaxValue)), "65535" },
        { Json(MetricValue.UInt32(uint.MaxValue)), "4294967295" },
        { Json(MetricValue.UInt64(9007199254740991)), "9007199254740991" },
        { Json(MetricValue.UInt64(ulong.MaxValue)), "\"18446744073709551615\"" },
        { Json(MetricValue.Float(21.3f)), "21.3" },
        { Json(MetricValue.Float(float.NaN)), "\"NaN\"" },
        { Json(MetricValue.Float(float.NegativeInfinity)), "\"-Infinity\"" },
        { Json(MetricValue.Double(0.1)), "0.1" },
        { Json(MetricValue.Double(double.PositiveInfinity)), "\"Infinity\"" },
        { Json(MetricValue.Boolean(true)), "true" },
    };

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Numbers_are_numbers_while_a_double_holds_them_and_strings_beyond(string written, string expected) => Assert.Equal(expected, written);

    [Theory]
    [MemberData(nameof(MetricTypes))]
    public void A_null_of_every_type_is_null(DataType type) => Assert.Equal("null", Json(MetricValue.Null(type)));

    [Fact]
    public void Texts_are_strings_and_bytes_are_base64()
    {
        Assert.Equal("\"21 \\u00B0C\"", Json(MetricValue.String("21 °C")));
        Assert.Equal("\"\"", Json(MetricValue.Text("")));
        Assert.Equal("\"6ba7b810-9dad-11d1-80b4-00c04fd430c8\"", Json(MetricValue.Uuid("6ba7b810-9dad-11d1-80b4-00c04fd430c8")));
        Assert.Equal("\"AP8Q\"", Json(MetricValue.Bytes([0, 255, 16])));
        Assert.Equal("\"\"", Json(MetricValue.File([])));
    }

    [Fact]
    public void A_time_is_iso_8601_in_utc_with_milliseconds()
    {
        Assert.Equal("\"1970-01-01T00:00:00.000Z\"", Json(MetricValue.DateTime(default)));
        Assert.Equal("\"2022-11-10T21:12:39.262Z\"", Json(MetricValue.DateTime(new Timestamp(1668114759262))));
        Assert.Equal("\"9999-12-31T23:59:59.999Z\"", Json(MetricValue.DateTime(new Timestamp(ulong.MaxValue))));
    }

    public static TheoryData<string, string> Arrays => new()
    {
        { Json(MetricValue.Array(DataType.Int8Array, new sbyte[] { -23, 123 })), "[-23,123]" },
        { Json(MetricValue.Array(DataType.Int16Array, new short[] { -30000, 30000 })), "[-30000,30000]" },
        { Json(MetricValue.Array(DataType.Int32Array, new[] { -1, 315338746 })), "[-1,315338746]" },
        { Json(MetricValue.Array(DataType.Int64Array, new[] { -1L, long.MaxValue })), "[-1,\"9223372036854775807\"]" },
        { Json(MetricValue.Array(DataType.UInt8Array, new byte[] { 23, 250 })), "[23,250]" },
        { Json(MetricValue.Array(DataType.UInt16Array, new ushort[] { 30, 52360 })), "[30,52360]" },
        { Json(MetricValue.Array(DataType.UInt32Array, new[] { 52u, 3293969225u })), "[52,3293969225]" },
        { Json(MetricValue.Array(DataType.UInt64Array, new[] { 5ul, ulong.MaxValue })), "[5,\"18446744073709551615\"]" },
        { Json(MetricValue.Array(DataType.FloatArray, new[] { 1.23f, float.NaN })), "[1.23,\"NaN\"]" },
        { Json(MetricValue.Array(DataType.DoubleArray, new[] { 12.354213, double.NegativeInfinity })), "[12.354213,\"-Infinity\"]" },
        { Json(MetricValue.Array(DataType.BooleanArray, new[] { false, true })), "[false,true]" },
        { Json(MetricValue.Array(DataType.StringArray, new[] { "ABC", "" })), "[\"ABC\",\"\"]" },
        { Json(MetricValue.Array(DataType.DateTimeArray, new[] { 1256102875335ul })), "[\"2009-10-21T05:27:55.335Z\"]" },
    };

    [Theory]
    [MemberData(nameof(Arrays))]
    public void Arrays_are_arrays(string written, string expected) => Assert.Equal(expected, written);

    [Fact]
    public void A_data_set_has_columns_and_rows()
    {
        var set = new DataSet(
            [new DataSetColumn("port", DataType.String), new DataSetColumn("errors", DataType.UInt64)],
            [[MetricValue.String("/dev/ttyACM0"), MetricValue.UInt64(ulong.MaxValue)], [MetricValue.Null(DataType.String), MetricValue.UInt64(0)]]);
        Assert.Equal(
            """{"columns":[{"name":"port","type":"String"},{"name":"errors","type":"UInt64"}],"rows":[["/dev/ttyACM0","18446744073709551615"],[null,0]]}""",
            Json(MetricValue.DataSet(set)));
    }

    [Fact]
    public void A_template_has_its_reference_parameters_and_members()
    {
        var template = new Template
        {
            TemplateRef = "Motor",
            Version = "1.2",
            Parameters = [new TemplateParameter("Poles", MetricValue.Int32(4))],
            Metrics = [new Metric { Name = "RPM", DataType = DataType.Int32, Value = MetricValue.Int32(1450), Timestamp = new Timestamp(0) }],
        };
        Assert.Equal(
            """{"ref":"Motor","version":"1.2","isDefinition":false,"parameters":{"Poles":4},"metrics":[{"name":"RPM","dataType":"Int32","value":1450,"isNull":false,"timestamp":"1970-01-01T00:00:00.000Z"}]}""",
            Json(MetricValue.Template(template)));
    }

    [Fact]
    public void Property_sets_nest_and_a_key_that_comes_twice_counts_once()
    {
        var inner = new PropertySet([KeyValuePair.Create("a", MetricValue.Boolean(true))]);
        var set = new PropertySet([
            KeyValuePair.Create("engUnit", MetricValue.String("F")),
            KeyValuePair.Create("list", MetricValue.PropertySetList([inner, PropertySet.Empty])),
            KeyValuePair.Create("set", MetricValue.PropertySet(inner)),
            KeyValuePair.Create("engUnit", MetricValue.String("K")),
        ]);
        Assert.Equal("""{"list":[{"a":true},{}],"set":{"a":true},"engUnit":"K"}""", Json(writer => MetricJson.Write(writer, set)));
    }

    [Theory]
    [MemberData(nameof(MetricTypes))]
    public void What_is_written_reads_back_the_same_for_every_type_that_can_be_written(DataType type)
    {
        var value = Example(type);
        using var json = JsonDocument.Parse(Json(value));
        var isRead = MetricJsonReader.TryRead(json.RootElement, type, out var read, out var fault);
        if (type == DataType.Template)
        {
            Assert.False(isRead);
            Assert.Contains("Template", fault, StringComparison.Ordinal);
            return;
        }
        Assert.True(isRead, fault);
        Assert.Equal(value, read);
    }

    [Theory]
    [InlineData(DataType.Int8, "128", "-128 to 127")]
    [InlineData(DataType.Int8, "-129", "-128 to 127")]
    [InlineData(DataType.Int8, "1.5", "-128 to 127")]
    [InlineData(DataType.Int8, "\"1\"", "whole number")]
    [InlineData(DataType.UInt8, "-1", "0 to 255")]
    [InlineData(DataType.UInt16, "65536", "0 to 65535")]
    [InlineData(DataType.UInt32, "4294967296", "0 to 4294967295")]
    [InlineData(DataType.UInt64, "\"18446744073709551616\"", "0 to 18446744073709551615")]
    [InlineData(DataType.UInt64, "\" 1\"", "0 to")]
    [InlineData(DataType.Int64, "true", "whole number")]
    [InlineData(DataType.Float, "1e39", "range of a Float")]
    [InlineData(DataType.Double, "1e309", "range of a Double")]
    [InlineData(DataType.Double, "\"nan\"", "a number")]
    [InlineData(DataType.Boolean, "1", "true or false")]
    [InlineData(DataType.Boolean, "\"true\"", "true or false")]
    [InlineData(DataType.String, "12", "a text")]
    [InlineData(DataType.UUID, "\"6ba7b8109dad11d180b400c04fd430c8\"", "UUID")]
    [InlineData(DataType.DateTime, "\"yesterday\"", "2026-11-24T22:13:22.123Z")]
    [InlineData(DataType.DateTime, "\"1969-12-31T23:59:59Z\"", "since 1970")]
    [InlineData(DataType.Bytes, "\"not base64!\"", "base64")]
    [InlineData(DataType.Int32Array, "7", "an array")]
    [InlineData(DataType.Int32Array, "[1,\"2\"]", "whole number")]
    [InlineData(DataType.StringArray, "[\"a\\u0000\"]", "U+0000")]
    [InlineData(DataType.DataSet, "{}", "columns and rows")]
    [InlineData(DataType.DataSet, """{"columns":[{"name":"a","type":"Template"}],"rows":[]}""", "cannot have the type")]
    [InlineData(DataType.DataSet, """{"columns":[{"name":"a","type":"Int8"}],"rows":[[1,2]]}""", "1 cells")]
    [InlineData(DataType.Double, "null", "a number")]
    public void A_value_that_does_not_fit_is_refused_with_what_would(DataType type, string text, string expected)
    {
        using var json = JsonDocument.Parse(text);
        Assert.False(MetricJsonReader.TryRead(json.RootElement, type, out _, out var fault));
        Assert.Contains(expected, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_float_may_be_any_number_or_none()
    {
        Assert.Equal(MetricValue.Float(21), Read(DataType.Float, "21"));
        Assert.Equal(MetricValue.Float(float.NaN), Read(DataType.Float, "\"NaN\""));
        Assert.Equal(MetricValue.Double(double.NegativeInfinity), Read(DataType.Double, "\"-Infinity\""));
    }

    private static MetricValue Example(DataType type) => type switch
    {
        DataType.Int8 => MetricValue.Int8(-5),
        DataType.Int16 => MetricValue.Int16(-500),
        DataType.Int32 => MetricValue.Int32(-50_000),
        DataType.Int64 => MetricValue.Int64(long.MinValue),
        DataType.UInt8 => MetricValue.UInt8(200),
        DataType.UInt16 => MetricValue.UInt16(60_000),
        DataType.UInt32 => MetricValue.UInt32(4_000_000_000),
        DataType.UInt64 => MetricValue.UInt64(ulong.MaxValue),
        DataType.Float => MetricValue.Float(1.23f),
        DataType.Double => MetricValue.Double(Math.PI),
        DataType.Boolean => MetricValue.Boolean(true),
        DataType.String => MetricValue.String("ÄÖ\n\"😀"),
        DataType.Text => MetricValue.Text(""),
        DataType.UUID => MetricValue.Uuid("6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
        DataType.DateTime => MetricValue.DateTime(new Timestamp(1668114759262)),
        DataType.DataSet => MetricValue.DataSet(new DataSet(
            [new DataSetColumn("a", DataType.Int64), new DataSetColumn("b", DataType.Boolean)],
            [[MetricValue.Int64(1), MetricValue.Null(DataType.Boolean)]])),
        DataType.Bytes => MetricValue.Bytes([1, 2, 3]),
        DataType.File => MetricValue.File([]),
        DataType.Template => MetricValue.Template(new Template { TemplateRef = "T" }),
        DataType.Int8Array => MetricValue.Array(type, new sbyte[] { -1 }),
        DataType.Int16Array => MetricValue.Array(type, new short[] { -1 }),
        DataType.Int32Array => MetricValue.Array(type, Array.Empty<int>()),
        DataType.Int64Array => MetricValue.Array(type, new[] { long.MaxValue }),
        DataType.UInt8Array => MetricValue.Array(type, new byte[] { 255 }),
        DataType.UInt16Array => MetricValue.Array(type, new ushort[] { 65535 }),
        DataType.UInt32Array => MetricValue.Array(type, new[] { uint.MaxValue }),
        DataType.UInt64Array => MetricValue.Array(type, new[] { ulong.MaxValue }),
        DataType.FloatArray => MetricValue.Array(type, new[] { 0.5f, float.NaN }),
        DataType.DoubleArray => MetricValue.Array(type, new[] { double.MaxValue }),
        DataType.BooleanArray => MetricValue.Array(type, new[] { true, false }),
        DataType.StringArray => MetricValue.Array(type, new[] { "", "b" }),
        DataType.DateTimeArray => MetricValue.Array(type, new[] { 1668114759262ul }),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    private static MetricValue Read(DataType type, string text)
    {
        using var json = JsonDocument.Parse(text);
        Assert.True(MetricJsonReader.TryRead(json.RootElement, type, out var value, out var fault), fault);
        return value;
    }

    private static string Json(MetricValue value) => Json(writer => MetricJson.Write(writer, value));

    private static string Json(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream)) write(writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
