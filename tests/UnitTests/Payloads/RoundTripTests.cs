using CsCheck;
using Sparkplug.Metrics;
using Sparkplug.Payloads;
using UnitTests.Metrics;

namespace UnitTests.Payloads;

public sealed class RoundTripTests
{
    /// <summary>The edges of every type that a metric can have.</summary>
    public static readonly MetricValue[] Boundaries =
    [
        .. Each(MetricValue.Int8, sbyte.MinValue, (sbyte)-1, (sbyte)0, (sbyte)1, sbyte.MaxValue),
        .. Each(MetricValue.Int16, short.MinValue, (short)-129, (short)-1, (short)0, (short)128, short.MaxValue),
        .. Each(MetricValue.Int32, int.MinValue, -32769, -1, 0, 32768, int.MaxValue),
        .. Each(MetricValue.Int64, long.MinValue, int.MinValue - 1L, -1, 0, uint.MaxValue, long.MaxValue),
        .. Each(MetricValue.UInt8, byte.MinValue, (byte)128, byte.MaxValue),
        .. Each(MetricValue.UInt16, ushort.MinValue, (ushort)32768, ushort.MaxValue),
        .. Each(MetricValue.UInt32, uint.MinValue, 1u << 31, uint.MaxValue),
        .. Each(MetricValue.UInt64, ulong.MinValue, 1ul << 63, ulong.MaxValue),
        .. Each(MetricValue.Float, 0f, -0f, float.Epsilon, float.MinValue, float.MaxValue, float.NaN, float.PositiveInfinity, float.NegativeInfinity),
        .. Each(MetricValue.Double, 0.0, -0.0, double.Epsilon, double.MinValue, double.MaxValue, double.NaN, double.PositiveInfinity, double.NegativeInfinity),
        .. Each(MetricValue.Boolean, false, true),
        .. Each(MetricValue.String, "", "\0", "a\0b", "h\u00e9llo 世界 🚀", new string('x', 100_000)),
        .. Each(MetricValue.Text, "", "two\nlines"),
        .. Each(MetricValue.Uuid, "", "123e4567-e89b-12d3-a456-426614174000"),
        .. Each(milliseconds => MetricValue.DateTime(new Timestamp(milliseconds)), 0ul, 1256102875335ul, ulong.MaxValue),
        .. Each<byte[]>(MetricValue.Bytes, [], [0], new byte[100_000]),
        .. Each<byte[]>(MetricValue.File, [], [0, 255]),
        .. Each(MetricValue.DataSet, new DataSet([], []), new DataSet([], [[], []]), new DataSet([new DataSetColumn("", DataType.Int8)], [])),
        .. Each(MetricValue.Template, new Template { IsDefinition = true }, new Template { TemplateRef = "" }),
        .. MetricValueTests.OneOfEachType.Where(value => value.Type.IsForMetric()),
        .. MetricValueTests.OneOfEachType.Where(value => value.Type.IsForMetric()).Select(value => MetricValue.Null(value.Type)),
        Elements(DataType.Int8Array, sbyte.MinValue, sbyte.MaxValue), Elements(DataType.Int16Array, short.MinValue, short.MaxValue),
        Elements(DataType.Int32Array, int.MinValue, int.MaxValue), Elements(DataType.Int64Array, long.MinValue, long.MaxValue),
        Elements(DataType.UInt8Array, byte.MinValue, byte.MaxValue), Elements(DataType.UInt16Array, ushort.MinValue, ushort.MaxValue),
        Elements(DataType.UInt32Array, uint.MinValue, uint.MaxValue), Elements(DataType.UInt64Array, ulong.MinValue, ulong.MaxValue),
        Elements(DataType.FloatArray, float.NaN, -0f, float.MaxValue), Elements(DataType.DoubleArray, double.NaN, -0.0, double.MinValue),
        Elements(DataType.BooleanArray, new bool[17]), Elements(DataType.StringArray, "", "🚀", ""), Elements(DataType.DateTimeArray, 0ul, ulong.MaxValue),
        Elements<sbyte>(DataType.Int8Array), Elements<double>(DataType.DoubleArray), Elements<bool>(DataType.BooleanArray), Elements<string>(DataType.StringArray),
    ];

    [Fact]
    [Spec("tck-id-payloads-metric-datatype-value", "tck-id-payloads-metric-datatype-req")]
    public void Every_value_of_every_type_comes_back_with_its_datatype()
    {
        Assert.Equal(32, Boundaries.Where(value => !value.IsNull).Select(value => value.Type).Distinct().Count());
        foreach (var value in Boundaries) AssertComesBack(new Payload { Metrics = [new Metric { Name = "m", DataType = value.Type, Value = value }] });
    }

    [Fact]
    [Spec("tck-id-payloads-metric-datatype-not-req")]
    public void Every_value_of_every_type_comes_back_without_its_datatype_once_the_birth_declares_it()
    {
        foreach (var value in Boundaries)
        {
            var decoded = Decode(PayloadCodec.Encode(new Payload { Metrics = [new Metric { Alias = 0, Value = value }] }));

            var metric = Assert.Single(decoded.Metrics);
            Assert.Null(metric.DataType);
            Assert.Equal(DataType.Unknown, metric.Value.Type);
            Assert.True(metric.Value.TryAs(value.Type, out var typed));
            Assert.Equal(value, typed);
        }
    }

    [Fact]
    public void Every_basic_value_comes_back_as_property_parameter_and_cell()
    {
        foreach (var value in Boundaries.Where(value => value.Type.IsBasic()))
            AssertComesBack(new Payload
            {
                Metrics =
                [
                    new Metric { Name = "p", DataType = DataType.Boolean, Value = MetricValue.Boolean(false), Properties = PropertySet.Empty.With("k", value) },
                    Metric("t", MetricValue.Template(new Template { IsDefinition = true, Parameters = [new TemplateParameter("k", value)] })),
                    Metric("d", MetricValue.DataSet(new DataSet([new DataSetColumn("k", value.Type)], [[value]]))),
                ],
            });
    }

    [Fact]
    public void Any_payload_comes_back_equal() => AnyPayload.Payload.Sample(AssertComesBack, iter: 2_000);

    [Fact]
    public void Equal_payloads_have_equal_bytes() => AnyPayload.Payload.Sample(payload =>
    {
        var bytes = PayloadCodec.Encode(payload);
        return bytes.AsSpan().SequenceEqual(PayloadCodec.Encode(payload)) && bytes.AsSpan().SequenceEqual(PayloadCodec.Encode(Decode(bytes)));
    }, iter: 500);

    [Fact]
    [Spec("tck-id-payloads-alias-data-cmd-requirement")]
    public void Data_without_types_encodes_to_the_same_bytes_after_decoding() => AnyPayload.Payload.Sample(payload =>
    {
        var data = PayloadCodec.Encode(payload with { Metrics = [.. payload.Metrics.Select(metric => metric with { DataType = null })] });
        return data.AsSpan().SequenceEqual(PayloadCodec.Encode(Decode(data)));
    }, iter: 500);

    [Fact]
    public void Zero_false_and_empty_are_present_and_differ_from_absent()
    {
        AssertComesBack(new Payload());
        AssertComesBack(new Payload { Seq = default(Seq), Timestamp = default(Timestamp), Uuid = "", Body = ReadOnlyMemory<byte>.Empty });
        AssertComesBack(new Payload
        {
            Metrics =
            [
                new Metric
                {
                    Alias = 0,
                    Timestamp = default(Timestamp),
                    DataType = DataType.Int32,
                    MetaData = new MetaData(),
                    Properties = PropertySet.Empty,
                    Value = MetricValue.Null(DataType.Int32),
                },
                Metric("f", MetricValue.File([])) with
                {
                    MetaData = new MetaData
                    {
                        IsMultiPart = false, Size = 0, Seq = 0, FileName = "", ContentType = "", FileType = "", Md5 = "", Description = "",
                    },
                },
            ],
        });
    }

    private static void AssertComesBack(Payload payload) => Assert.Equal(payload, Decode(PayloadCodec.Encode(payload)));

    private static Payload Decode(byte[] bytes)
    {
        Assert.True(PayloadCodec.TryDecode(bytes, PayloadLimits.Default, out var payload, out var fault), fault.ToString());
        Assert.Empty(payload.Faults);
        return payload;
    }

    private static Metric Metric(string name, MetricValue value) => new() { Name = name, DataType = value.Type, Value = value };

    private static IEnumerable<MetricValue> Each<T>(Func<T, MetricValue> make, params T[] values) => values.Select(make);

    private static MetricValue Elements<T>(DataType type, params T[] elements) => MetricValue.Array(type, elements);
}
