using Sparkplug.Metrics;
using Sparkplug.Payloads;
using static UnitTests.Payloads.WireBytes;

namespace UnitTests.Payloads;

public sealed class DecodingTests
{
    private static readonly byte[] IntValue1 = Number(10, 1);

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(21)]
    [InlineData(35)]
    [InlineData(259)]
    [InlineData(uint.MaxValue)]
    [Spec("tck-id-payloads-metric-datatype-value")]
    public void A_datatype_that_no_metric_can_have_is_a_fault(uint datatype) =>
        AssertFault($"has the datatype {datatype}, which a metric cannot have", Number(4, datatype), IntValue1);

    [Fact]
    public void A_value_that_is_not_of_its_datatype_is_a_fault_that_says_both()
    {
        AssertFault("int_value Int 0x100 is not a value of type UInt8", Number(4, 5), Number(10, 256));
        AssertFault("string_value 5 is not a value of type Int32", Number(4, 3), Text(15, "5"));
        AssertFault("bytes_value 3 bytes is not a value of type Int32Array", Number(4, 24), Bytes(16, [1, 2, 3]));
        AssertFault("boolean_value Boolean 0x1 is not a value of type String", Number(4, 12), Number(14, 1));
        AssertFault("dataset_value 0 columns, 0 rows is not a value of type Template", Number(4, 19), Bytes(17));
    }

    [Fact]
    public void A_metric_without_value_that_is_not_null_is_a_fault()
    {
        AssertFault("has no value and is not null", Number(4, 3));
        AssertFault("has no value and is not null");
        AssertFault("has no value and is not null", Number(7, 0));
    }

    [Fact]
    public void A_null_stays_null_whatever_value_stands_beside_it()
    {
        Assert.Equal(MetricValue.Null(DataType.Int32), DecodeOne(Number(4, 3), Number(7, 1)).Value);
        Assert.Equal(MetricValue.Null(DataType.Int32), DecodeOne(Number(4, 3), Number(7, 1), IntValue1).Value);
        Assert.Equal(MetricValue.Null(DataType.Int32), DecodeOne(Number(4, 3), Number(7, 1), Text(15, "x")).Value);
        Assert.Equal(default, DecodeOne(Number(7, 1)).Value);
    }

    [Fact]
    [Spec("tck-id-payloads-name-requirement")]
    public void A_metric_needs_a_name_or_an_alias_and_an_empty_name_is_none()
    {
        Assert.Equal("metric 0 (without name): has neither a name nor an alias", Fault(Bytes(2, IntValue1)));
        Assert.Equal("metric 0 (without name): has neither a name nor an alias", Fault(Bytes(2, Text(1, ""), IntValue1)));
        Assert.Equal("metric 0 (alias 0): has no value and is not null", Fault(Bytes(2, Number(2, 0))));
        var metric = Assert.Single(Decode(Bytes(2, Text(1, ""), Number(2, 0), IntValue1)).Metrics);
        Assert.Equal((null, 0ul), (metric.Name, metric.Alias));
    }

    [Fact]
    public void An_extension_is_a_fault_wherever_a_value_stands()
    {
        AssertFault("has an extension_value, which is not understood", Number(4, 3), Bytes(19));
        AssertFault("row 0: column c: has an extension_value, which is not understood", Bytes(17, Number(1, 1), Text(2, "c"), Number(3, 3), Bytes(4, Bytes(1, Bytes(7)))));
        AssertFault("parameter p: has an extension_value, which is not understood", Bytes(18, Bytes(3, Text(1, "p"), Bytes(9))));
        Assert.Equal("metric 0 (m), property k: has an extension_value, which is not understood", Fault(Metric(IntValue1, Bytes(9, Text(1, "k"), Bytes(2, Bytes(11))))));
    }

    [Fact]
    public void Faulty_metrics_are_left_out_with_their_place_and_the_others_stay()
    {
        byte[] bytes = [.. Metric(Number(4, 3), IntValue1), .. Metric(Number(4, 99), IntValue1), .. Bytes(2, Number(2, 5), Number(4, 5), Number(10, 999)), .. Metric(Number(4, 4), IntValue1)];

        var payload = Decode(bytes);

        Assert.Equal([MetricValue.Int32(1), MetricValue.Int64(1)], payload.Metrics.Select(metric => metric.Value));
        Assert.Equal([(1, "m"), (2, "alias 5")], payload.Faults.Select(fault => (fault.Index, fault.Metric)));
    }

    [Fact]
    public void Names_in_faults_are_bounded_and_on_one_line()
    {
        var fault = Fault(Bytes(2, Text(1, "a\nb" + new string('x', 100_000)), Number(4, 99)));
        Assert.StartsWith(@"metric 0 (a\u000Abxxx", fault, StringComparison.Ordinal);
        Assert.InRange(fault.Length, 70, 200);

        var nested = Text(1, "deepest");
        for (var i = 0; i < 8; i++) nested = [.. Text(1, new string((char)('a' + i), 100)), .. Bytes(18, Number(5, 1), Bytes(2, nested))];
        Assert.InRange(Fault(Bytes(2, nested, Number(4, 1))).Length, 100, 500);
    }

    [Fact]
    [Spec("tck-id-payloads-metric-propertyvalue-type-value")]
    public void A_property_that_cannot_be_read_is_left_out_and_reported_and_the_metric_stays()
    {
        var payload = Decode(Metric(Number(4, 3), IntValue1, Bytes(9,
            Text(1, "good"), Bytes(2, Number(1, 12), Text(8, "x")),
            Text(1, "raw"), Bytes(2, Number(1, 17), Text(8, "x")),
            Text(1, "none"), Bytes(2, Number(1, 3)),
            Text(1, "range"), Bytes(2, Number(1, 5), Number(3, 256)),
            Text(1, "nested"), Bytes(2, Number(1, 20), Bytes(9, Text(1, "in"), Bytes(2, Number(1, 99)))),
            Text(1, "null"), Bytes(2, Number(1, 10), Number(2, 1)))));

        var metric = Assert.Single(payload.Metrics);
        Assert.Equal(MetricValue.Int32(1), metric.Value);
        Assert.Equal(PropertySet.Empty.With("good", MetricValue.String("x")).With("null", MetricValue.Null(DataType.Double)), metric.Properties);
        Assert.Equal(
            [
                "metric 0 (m), property raw: has the type 17, which a property cannot have",
                "metric 0 (m), property none: has no value and is not null",
                "metric 0 (m), property range: int_value Int 0x100 is not a value of type UInt8",
                "metric 0 (m), property nested: property in: has the type 99, which a property cannot have",
            ],
            payload.Faults.Select(fault => fault.ToString()));
        Assert.Equal(["raw", "none", "range", "nested"], payload.Faults.Select(fault => fault.Property));
    }

    [Fact]
    [Spec("tck-id-payloads-propertyset-quality-value-type")]
    public void Without_a_readable_quality_the_metric_is_left_out()
    {
        AssertFault("property Quality: string_value GOOD is not a value of type Int32", IntValue1, Bytes(9, Text(1, "Quality"), Bytes(2, Number(1, 3), Text(8, "GOOD"))));
        AssertFault("property Quality: has no value and is not null", IntValue1, Bytes(9, Text(1, "Quality"), Bytes(2)));
    }

    [Fact]
    public void A_quality_in_long_value_or_without_type_is_read()
    {
        var inLong = DecodeOne(IntValue1, Bytes(9, Text(1, "Quality"), Bytes(2, Number(1, 3), Number(4, 192))));
        Assert.Equal(PropertySet.Empty.With("Quality", MetricValue.Int32(192)), inLong.Properties);

        var untyped = DecodeOne(IntValue1, Bytes(9, Text(1, "Quality"), Bytes(2, Number(3, 500))));
        Assert.True(untyped.Properties!.TryGet("Quality", out var quality) && quality.IsUntyped && quality.TryAs(DataType.Int32, out quality));
        Assert.Equal(MetricValue.Int32(500), quality);
    }

    [Fact]
    [Spec("tck-id-payloads-propertyset-keys-array-size", "tck-id-payloads-propertyset-values-array-size")]
    public void Keys_that_do_not_pair_with_values_are_a_fault_of_the_metric()
    {
        AssertFault("a property set has 1 keys and 0 values", IntValue1, Bytes(9, Text(1, "a")));
        AssertFault("a property set has 0 keys and 1 values", IntValue1, Bytes(9, Bytes(2, Number(3, 1))));
        Assert.Equal("metric 0 (m), property s: property inner: a property set has 2 keys and 0 values",
            Fault(Metric(IntValue1, Bytes(9, Text(1, "s"), Bytes(2, Number(1, 20), Bytes(9, Text(1, "inner"), Bytes(2, Number(1, 20), Bytes(9, Text(1, "a"), Text(1, "b")))))))));
    }

    [Fact]
    public void A_list_of_sets_names_the_set_that_is_wrong() =>
        Assert.Equal("metric 0 (m), property l: set 1: property a: has no value and is not null",
            Fault(Metric(IntValue1, Bytes(9, Text(1, "l"), Bytes(2, Number(1, 21), Bytes(10, Bytes(1), Bytes(1, Text(1, "a"), Bytes(2))))))));

    [Fact]
    [Spec("tck-id-payloads-dataset-types-def", "tck-id-payloads-dataset-types-type")]
    public void The_types_of_a_table_are_read_packed_and_one_by_one()
    {
        var row = Bytes(4, Bytes(1, Number(1, 0xFFFFFFFF)), Bytes(1, Number(2, 4_000_000_000)), Bytes(1));
        byte[] names = [.. Text(2, "i"), .. Text(2, "u"), .. Text(2, "s")];
        var expected = MetricValue.DataSet(new DataSet([new("i", DataType.Int8), new("u", DataType.UInt32), new("s", DataType.String)],
            [[MetricValue.Int8(-1), MetricValue.UInt32(4_000_000_000), MetricValue.Null(DataType.String)]]));

        Assert.Equal(expected, DecodeOne(Number(4, 16), Bytes(17, Number(1, 3), names, Number(3, 1), Number(3, 7), Number(3, 12), row)).Value);
        Assert.Equal(expected, DecodeOne(Number(4, 16), Bytes(17, Number(1, 3), names, Bytes(3, [1, 7, 12]), row)).Value);
    }

    [Fact]
    [Spec("tck-id-payloads-dataset-column-size", "tck-id-payloads-dataset-column-num-headers", "tck-id-payloads-dataset-types-num",
        "tck-id-payloads-dataset-types-value", "tck-id-payloads-dataset-parameter-type-req")]
    public void A_table_whose_parts_do_not_agree_is_a_fault()
    {
        AssertFault("a DataSet of 2 columns has 1 column names", Bytes(17, Number(1, 2), Text(2, "a"), Number(3, 3)));
        AssertFault("a DataSet of 18446744073709551615 columns has 1 column names", Bytes(17, Number(1, ulong.MaxValue), Text(2, "a"), Number(3, 3)));
        AssertFault("a DataSet of 1 columns has 0 types", Bytes(17, Number(1, 1), Text(2, "a")));
        AssertFault("column a has the type 16, which a DataSet cannot hold", Bytes(17, Number(1, 1), Text(2, "a"), Number(3, 16)));
        AssertFault("column a has the type 0, which a DataSet cannot hold", Bytes(17, Number(1, 1), Text(2, "a"), Number(3, 0)));
        AssertFault("row 0: 2 cells for 1 columns", Bytes(17, Number(1, 1), Text(2, "a"), Number(3, 3), Bytes(4, Bytes(1), Bytes(1))));
        AssertFault("row 1: column a: int_value Int 0x100 is not a value of type UInt8",
            Bytes(17, Number(1, 1), Text(2, "a"), Number(3, 5), Bytes(4, Bytes(1)), Bytes(4, Bytes(1, Number(1, 256)))));
    }

    [Fact]
    public void A_definition_may_leave_the_values_of_its_members_out()
    {
        var template = DecodeOne(Number(4, 19), Bytes(18, Number(5, 1), Bytes(2, Text(1, "speed"), Number(4, 10)))).Value.AsTemplate();

        Assert.Equal(MetricValue.Null(DataType.Double), Assert.Single(template.Metrics).Value);
        AssertFault("member speed: has no value and is not null", Bytes(18, Text(4, "Motor"), Number(5, 0), Bytes(2, Text(1, "speed"), Number(4, 10))));
    }

    [Fact]
    [Spec("tck-id-payloads-template-is-definition", "tck-id-payloads-template-ref-instance")]
    public void Without_is_definition_a_template_is_an_instance_if_it_names_its_definition()
    {
        Assert.True(DecodeOne(Bytes(18)).Value.AsTemplate().IsDefinition);
        Assert.False(DecodeOne(Bytes(18, Text(4, "Motor"))).Value.AsTemplate().IsDefinition);
        AssertFault("a Template instance has no template_ref", Bytes(18, Number(5, 0)));
    }

    [Fact]
    public void A_fault_in_a_member_names_the_way_to_it()
    {
        AssertFault("member inner: member leaf: has the datatype 99, which a metric cannot have",
            Bytes(18, Bytes(2, Text(1, "inner"), Bytes(18, Bytes(2, Text(1, "leaf"), Number(4, 99))))));
        Assert.Equal("metric 0 (m), property k: member leaf: has no value and is not null",
            Fault(Metric(Bytes(18, Bytes(2, Text(1, "leaf"), IntValue1, Bytes(9, Text(1, "k"), Bytes(2)))))));
    }

    [Fact]
    [Spec("tck-id-payloads-template-parameter-name-required", "tck-id-payloads-template-parameter-type-value")]
    public void A_parameter_needs_a_name_and_a_basic_type()
    {
        AssertFault("parameter 0 has no name", Bytes(18, Bytes(3, Number(2, 3))));
        AssertFault("parameter p: has the type 17, which a parameter cannot have", Bytes(18, Bytes(3, Text(1, "p"), Number(2, 17))));
        AssertFault("parameter p: string_value x is not a value of type Int32", Bytes(18, Bytes(3, Text(1, "p"), Number(2, 3), Text(8, "x"))));
        var parameters = DecodeOne(Bytes(18, Bytes(3, Text(1, "a"), Number(2, 1), Number(3, 0xFF)), Bytes(3, Text(1, "b"), Number(3, 5)))).Value.AsTemplate().Parameters;
        Assert.Equal([new TemplateParameter("a", MetricValue.Int8(-1)), new TemplateParameter("b", MetricValue.Untyped(WireKind.Int, 5, null))], parameters);
    }

    [Fact]
    [Spec("tck-id-payloads-metric-propertyvalue-type-type", "tck-id-payloads-template-parameter-value-type")]
    public void The_type_of_a_property_or_parameter_is_a_number_of_32_bits()
    {
        var type = (1UL << 32) + (ulong)DataType.Int32;
        AssertMalformed(Metric(IntValue1, Bytes(9, Text(1, "k"), Bytes(2, Number(1, type), Number(3, 1)))));
        AssertMalformed(Metric(Bytes(18, Number(5, 1), Bytes(3, Text(1, "p"), Number(2, type), Number(3, 1)))));

        static void AssertMalformed(byte[] bytes)
        {
            Assert.False(PayloadCodec.TryDecode(bytes, PayloadLimits.Default, out _, out var fault));
            Assert.Equal(PayloadFaultReason.Malformed, fault.Reason);
            Assert.EndsWith("in metric 0: a number does not fit 32 bits", fault.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Spec("tck-id-payloads-sequence-num-req-nbirth")]
    public void A_seq_above_255_is_refused_and_255_is_not()
    {
        Assert.Equal(new Seq(255), Decode(Number(3, 255)).Seq);
        Assert.Equal(new Seq(0), Decode(Number(3, 0)).Seq);
        Assert.Null(Decode([]).Seq);
        Assert.False(PayloadCodec.TryDecode(Number(3, 256), PayloadLimits.Default, out _, out var fault));
        Assert.Equal("SeqOutOfRange: seq is 256, above 255", fault.ToString());
    }

    [Fact]
    public void Fields_that_the_schema_does_not_know_are_passed_over()
    {
        var unknown = new[] { Number(100, 7), Text(101, "x"), [.. Varint(102 << 3 | 1), 1, 2, 3, 4, 5, 6, 7, 8], (byte[])[.. Varint(103 << 3 | 5), 1, 2, 3, 4] }.SelectMany(field => field).ToArray();
        byte[] bytes = [.. unknown, .. Metric(Number(4, 3), unknown, IntValue1, Bytes(9, unknown), Bytes(8, unknown)), .. Number(3, 1), .. unknown];

        var payload = Decode(bytes);

        Assert.Equal(MetricValue.Int32(1), Assert.Single(payload.Metrics).Value);
        Assert.Equal(new Seq(1), payload.Seq);
        Assert.Empty(payload.Faults);
    }

    [Fact]
    public void Of_two_values_in_one_metric_the_last_counts() => Assert.Equal(MetricValue.Int32(2), DecodeOne(Number(4, 3), IntValue1, Number(10, 2)).Value);

    [Fact]
    public void An_integer_that_was_sign_extended_to_64_bits_is_read_and_a_larger_one_is_never_cut()
    {
        Assert.Equal(MetricValue.Int32(-1), DecodeOne(Number(4, 3), Number(10, ulong.MaxValue)).Value);
        foreach (var bytes in (byte[][])[Metric(Number(4, 3), Number(10, (1UL << 32) + 5)), Metric(Number(4, (1UL << 32) + 3), IntValue1)])
        {
            Assert.False(PayloadCodec.TryDecode(bytes, PayloadLimits.Default, out _, out var fault));
            Assert.Equal(PayloadFaultReason.Malformed, fault.Reason);
            Assert.EndsWith("in metric 0: a number does not fit 32 bits", fault.Detail, StringComparison.Ordinal);
        }
    }

    private static Payload Decode(byte[] bytes)
    {
        Assert.True(PayloadCodec.TryDecode(bytes, PayloadLimits.Default, out var payload, out var fault), fault.ToString());
        return payload;
    }

    private static Metric DecodeOne(params byte[][] fields)
    {
        var payload = Decode(Metric(fields));
        Assert.Empty(payload.Faults);
        return Assert.Single(payload.Metrics);
    }

    private static string Fault(byte[] bytes) => Assert.Single(Decode(bytes).Faults).ToString();

    private static void AssertFault(string detail, params byte[][] fields)
    {
        var payload = Decode(Metric(fields));
        Assert.Equal(new MetricFault(0, "m", detail), Assert.Single(payload.Faults));
        Assert.Empty(payload.Metrics);
    }
}
