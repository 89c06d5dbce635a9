using Sparkplug.Metrics;
using Sparkplug.Payloads;

namespace UnitTests.Payloads;

public sealed class EncodingTests
{
    public static TheoryData<MetricValue, string> ValueFields => new()
    {
        // The tag of the field, then the value: 50 int_value, 58 long_value, 65 float, 69 double, 70 boolean, 7A string, 82 01 bytes.
        { MetricValue.Int8(-1), "2001" + "50FFFFFFFF0F" },
        { MetricValue.Int8(-128), "2001" + "5080FFFFFF0F" },
        { MetricValue.Int16(-1), "2002" + "50FFFFFFFF0F" },
        { MetricValue.Int32(-1), "2003" + "50FFFFFFFF0F" },
        { MetricValue.Int32(0), "2003" + "5000" },
        { MetricValue.Int64(-1), "2004" + "58FFFFFFFFFFFFFFFFFF01" },
        { MetricValue.UInt8(255), "2005" + "50FF01" },
        { MetricValue.UInt16(65535), "2006" + "50FFFF03" },
        { MetricValue.UInt32(uint.MaxValue), "2007" + "50FFFFFFFF0F" },
        { MetricValue.UInt64(ulong.MaxValue), "2008" + "58FFFFFFFFFFFFFFFFFF01" },
        { MetricValue.Float(1.5f), "2009" + "650000C03F" },
        { MetricValue.Double(1.5), "200A" + "69000000000000F83F" },
        { MetricValue.Boolean(false), "200B" + "7000" },
        { MetricValue.String(""), "200C" + "7A00" },
        { MetricValue.DateTime(new Timestamp(1)), "200D" + "5801" },
        { MetricValue.Text("a"), "200E" + "7A0161" },
        { MetricValue.Uuid("a"), "200F" + "7A0161" },
        { MetricValue.Bytes([]), "2011" + "820100" },
        { MetricValue.File([7]), "2012" + "82010107" },
        { MetricValue.Array(DataType.Int8Array, new sbyte[] { -23, 123 }), "2016" + "820102E97B" },
        { MetricValue.Array(DataType.StringArray, Array.Empty<string>()), "2021" + "820100" },
        { MetricValue.Null(DataType.Int32), "2003" + "3801" },
    };

    [Theory, MemberData(nameof(ValueFields))]
    [Spec("tck-id-payloads-metric-datatype-value-type")]
    public void A_value_travels_in_the_field_of_its_type(MetricValue value, string hex)
    {
        var metric = "0A016D" + hex;
        Assert.Equal("12" + (metric.Length / 2).ToString("X2") + metric, Hex(new Metric { Name = "m", DataType = value.Type, Value = value }));
    }

    [Fact]
    [Spec("tck-id-payloads-ndeath-bdseq", "tck-id-payloads-ndeath-seq")]
    public void An_ndeath_is_its_bdseq_and_nothing_else()
    {
        var payload = new Payload { Metrics = [new Metric { Name = BdSeq.MetricName, DataType = DataType.Int64, Value = new BdSeq(0).ToMetricValue() }] };

        Assert.Equal("120B0A05626453657120045800", Convert.ToHexString(PayloadCodec.Encode(payload)));
    }

    [Fact]
    [Spec("tck-id-payloads-nbirth-seq")]
    public void A_seq_of_zero_is_written() => Assert.Equal("1800", Convert.ToHexString(PayloadCodec.Encode(new Payload { Seq = default(Seq) })));

    [Fact]
    [Spec("tck-id-payloads-metric-datatype-not-req", "tck-id-payloads-alias-data-cmd-requirement")]
    public void Without_a_datatype_and_a_name_only_alias_and_value_are_written() =>
        Assert.Equal("120410005001", Hex(new Metric { Alias = 0, Value = MetricValue.Int32(1) }));

    [Fact]
    [Spec("tck-id-payloads-propertyset-quality-value-type", "tck-id-payloads-propertyset-quality-value-value", "tck-id-payloads-metric-propertyvalue-type-req",
        "tck-id-payloads-propertyset-keys-array-size")]
    public void Quality_is_an_int32_in_int_value()
    {
        var metric = new Metric { Name = "m", Value = MetricValue.Boolean(true), Properties = PropertySet.Empty.With(PropertySet.QualityKey, MetricValue.Int32((int)Quality.Stale)) };

        // keys "Quality", values { type 3, int_value 500 }
        Assert.Contains("0A075175616C697479" + "1205" + "0803" + "18F403", Hex(metric), StringComparison.Ordinal);
    }

    [Fact]
    [Spec("tck-id-payloads-template-is-definition", "tck-id-payloads-template-instance-is-definition", "tck-id-payloads-template-definition-is-definition",
        "tck-id-payloads-template-definition-ref", "tck-id-payloads-template-instance-ref", "tck-id-payloads-template-ref-definition",
        "tck-id-payloads-template-is-definition-definition", "tck-id-payloads-template-is-definition-instance")]
    public void Is_definition_is_written_for_instances_too()
    {
        Assert.EndsWith("920105" + "220174" + "2800", Hex(Of(new Template { TemplateRef = "t" })), StringComparison.Ordinal);
        Assert.EndsWith("920102" + "2801", Hex(Of(new Template { IsDefinition = true })), StringComparison.Ordinal);

        static Metric Of(Template template) => new() { Name = "m", DataType = DataType.Template, Value = MetricValue.Template(template) };
    }

    [Fact]
    [Spec("tck-id-payloads-template-parameter-type-req", "tck-id-payloads-template-parameter-name-required")]
    public void A_parameter_has_its_type_even_without_a_value()
    {
        var template = new Template { IsDefinition = true, Parameters = [new TemplateParameter("p", MetricValue.Null(DataType.Double))] };

        Assert.EndsWith("1A05" + "0A0170" + "100A" + "2801", Hex(new Metric { Name = "m", Value = MetricValue.Template(template) }), StringComparison.Ordinal);
    }

    public static TheoryData<MetricValue, string> ParameterFields => new()
    {
        // 10 type, then the tag of the field and the value: 18 int_value, 20 long_value, 2D float, 31 double, 38 boolean, 42 string.
        { MetricValue.Int8(-1), "1001" + "18FFFFFFFF0F" },
        { MetricValue.Int16(-1), "1002" + "18FFFFFFFF0F" },
        { MetricValue.Int32(-1), "1003" + "18FFFFFFFF0F" },
        { MetricValue.Int64(-1), "1004" + "20FFFFFFFFFFFFFFFFFF01" },
        { MetricValue.UInt8(255), "1005" + "18FF01" },
        { MetricValue.UInt16(65535), "1006" + "18FFFF03" },
        { MetricValue.UInt32(uint.MaxValue), "1007" + "18FFFFFFFF0F" },
        { MetricValue.UInt64(ulong.MaxValue), "1008" + "20FFFFFFFFFFFFFFFFFF01" },
        { MetricValue.Float(1.5f), "1009" + "2D0000C03F" },
        { MetricValue.Double(1.5), "100A" + "31000000000000F83F" },
        { MetricValue.Boolean(false), "100B" + "3800" },
        { MetricValue.String(""), "100C" + "4200" },
        { MetricValue.DateTime(new Timestamp(1)), "100D" + "2001" },
        { MetricValue.Text("a"), "100E" + "420161" },
        { MetricValue.Uuid("a"), "100F" + "420161" },
    };

    [Theory, MemberData(nameof(ParameterFields))]
    [Spec("tck-id-payloads-template-parameter-value", "tck-id-payloads-template-parameter-value-type", "tck-id-payloads-template-parameter-type-value")]
    public void A_parameter_has_its_type_as_a_number_and_its_value_in_one_of_six_fields(MetricValue value, string hex)
    {
        var template = new Template { IsDefinition = true, Parameters = [new TemplateParameter("p", value)] };
        var parameter = "0A0170" + hex;

        Assert.EndsWith("1A" + (parameter.Length / 2).ToString("X2") + parameter + "2801",
            Hex(new Metric { Name = "m", Value = MetricValue.Template(template) }), StringComparison.Ordinal);
    }

    public static TheoryData<MetricValue> PropertyValues =>
    [
        MetricValue.Int8(1), MetricValue.Int16(1), MetricValue.Int32(1), MetricValue.Int64(1), MetricValue.UInt8(1), MetricValue.UInt16(1), MetricValue.UInt32(1),
        MetricValue.UInt64(1), MetricValue.Float(1), MetricValue.Double(1), MetricValue.Boolean(true), MetricValue.String("a"),
        MetricValue.DateTime(new Timestamp(1)), MetricValue.Text("a"), MetricValue.Uuid("a"), MetricValue.PropertySet(PropertySet.Empty),
        MetricValue.PropertySetList([]), MetricValue.Null(DataType.Double),
    ];

    [Theory, MemberData(nameof(PropertyValues))]
    [Spec("tck-id-payloads-metric-propertyvalue-type-type", "tck-id-payloads-metric-propertyvalue-type-req", "tck-id-payloads-metric-propertyvalue-type-value")]
    public void A_property_says_its_type_as_a_number_first(MetricValue value)
    {
        var hex = Hex(new Metric { Name = "m", Value = MetricValue.Boolean(true), Properties = PropertySet.Empty.With("k", value) });

        // keys "k", then values with their length and 08, the tag of a type.
        Assert.Matches($"0A016B" + "12.." + $"08{(int)value.Type:X2}", hex);
    }

    [Fact]
    [Spec("tck-id-payloads-dataset-column-size", "tck-id-payloads-dataset-column-num-headers", "tck-id-payloads-dataset-types-num",
        "tck-id-payloads-dataset-types-def", "tck-id-payloads-dataset-parameter-type-req", "tck-id-payloads-template-dataset-value")]
    public void A_table_names_its_columns_and_types_and_leaves_null_cells_empty()
    {
        var table = new DataSet([new("a", DataType.Int8), new("b", DataType.String)], [[MetricValue.Int8(-1), MetricValue.Null(DataType.String)]]);

        Assert.EndsWith("8A0118" + "0802" + "120161" + "120162" + "1801" + "180C" + "220A" + "0A0608FFFFFFFF0F" + "0A00",
            Hex(new Metric { Name = "m", Value = MetricValue.DataSet(table) }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_contradicts_its_datatype_is_a_mistake_of_the_program_and_named()
    {
        AssertRefused(new Metric { Name = "Motor/Speed", DataType = DataType.Int32, Value = MetricValue.String("5") }, "Motor/Speed");
        AssertRefused(new Metric { Name = "Motor/Speed", DataType = DataType.Int32, Value = MetricValue.Null(DataType.String) }, "Motor/Speed");
        AssertRefused(new Metric { Name = "m", DataType = DataType.PropertySet, Value = MetricValue.PropertySet(PropertySet.Empty) }, "PropertySet");
        AssertRefused(new Metric { Name = "m", DataType = DataType.Unknown, Value = default }, "Unknown");
        AssertRefused(new Metric { Name = "m", Value = MetricValue.PropertySetList([]) }, "PropertySetList");
        AssertRefused(new Metric { Alias = 7, DataType = DataType.UInt8, Value = MetricValue.Untyped(WireKind.Int, 256, null) }, "alias 7");
        AssertRefused(new Metric { Name = "m", Properties = PropertySet.Empty.With("raw", MetricValue.Bytes([])) }, "raw");
        AssertRefused(new Metric { Name = "m", Properties = PropertySet.Empty.With("raw", MetricValue.Null(DataType.Template)) }, "raw");
        AssertRefused(new Metric { Name = "m", Value = MetricValue.Template(new Template { Parameters = [new TemplateParameter("par", MetricValue.Bytes([]))] }) }, "par");

        static void AssertRefused(Metric metric, string named) =>
            Assert.Contains(named, Assert.Throws<ArgumentException>(() => PayloadCodec.Encode(new Payload { Metrics = [metric] })).Message, StringComparison.Ordinal);
    }

    private static string Hex(Metric metric) => Convert.ToHexString(PayloadCodec.Encode(new Payload { Metrics = [metric] }));
}
