using Sparkplug.Metrics;

namespace UnitTests.Metrics;

public sealed class MetricValueTests
{
    /// <summary>One value of every type; the same list is used wherever "every type" is meant.</summary>
    public static readonly MetricValue[] OneOfEachType =
    [
        MetricValue.Int8(-1), MetricValue.Int16(-1), MetricValue.Int32(-1), MetricValue.Int64(-1),
        MetricValue.UInt8(1), MetricValue.UInt16(1), MetricValue.UInt32(1), MetricValue.UInt64(1),
        MetricValue.Float(1.5f), MetricValue.Double(1.5), MetricValue.Boolean(true),
        MetricValue.String("s"), MetricValue.DateTime(new Timestamp(1)), MetricValue.Text("s"), MetricValue.Uuid("s"),
        MetricValue.DataSet(new DataSet([new DataSetColumn("c", DataType.Int32)], [[MetricValue.Int32(1)]])),
        MetricValue.Bytes([1]), MetricValue.File([1]), MetricValue.Template(new Template { TemplateRef = "t" }),
        MetricValue.PropertySet(PropertySet.Empty.With("k", MetricValue.Int32(1))), MetricValue.PropertySetList([PropertySet.Empty]),
        MetricValue.Array(DataType.Int8Array, new sbyte[] { -1 }), MetricValue.Array(DataType.Int16Array, new short[] { -1 }),
        MetricValue.Array(DataType.Int32Array, new[] { -1 }), MetricValue.Array(DataType.Int64Array, new[] { -1L }),
        MetricValue.Array(DataType.UInt8Array, new byte[] { 1 }), MetricValue.Array(DataType.UInt16Array, new ushort[] { 1 }),
        MetricValue.Array(DataType.UInt32Array, new[] { 1u }), MetricValue.Array(DataType.UInt64Array, new[] { 1ul }),
        MetricValue.Array(DataType.FloatArray, new[] { 1f }), MetricValue.Array(DataType.DoubleArray, new[] { 1.0 }),
        MetricValue.Array(DataType.BooleanArray, new[] { true }), MetricValue.Array(DataType.StringArray, new[] { "s" }),
        MetricValue.Array(DataType.DateTimeArray, new[] { 1ul }),
    ];

    [Fact]
    [Spec("tck-id-payloads-metric-datatype-value")]
    public void Types_are_numbered_1_to_34_and_each_value_knows_its_own() =>
        Assert.Equal(Enumerable.Range(1, 34), OneOfEachType.Select(value => (int)value.Type));

    [Fact]
    public void A_value_equals_only_itself_among_one_of_each_type()
    {
        for (var i = 0; i < OneOfEachType.Length; i++)
            for (var j = 0; j < OneOfEachType.Length; j++)
            {
                Assert.Equal(i == j, OneOfEachType[i] == OneOfEachType[j]);
                Assert.Equal(i != j, OneOfEachType[i] != OneOfEachType[j]);
            }
    }

    [Fact]
    public void A_typed_value_is_taken_as_its_own_type_only()
    {
        foreach (var value in OneOfEachType)
            foreach (var type in Enum.GetValues<DataType>())
                Assert.Equal(type == value.Type, value.TryAs(type, out var same) && same == value);
    }

    [Fact]
    public void A_null_of_no_type_takes_any_type_and_a_null_of_one_type_only_that()
    {
        foreach (var type in Enum.GetValues<DataType>())
        {
            Assert.True(default(MetricValue).TryAs(type, out var value));
            Assert.Equal(MetricValue.Null(type), value);
            Assert.Equal(type == DataType.Int32, MetricValue.Null(DataType.Int32).TryAs(type, out _));
        }
    }

    [Fact]
    public void A_value_may_be_given_its_type_in_place()
    {
        var value = MetricValue.Null(DataType.String);
        Assert.False(value.TryAs(DataType.Int32, out value));

        value = MetricValue.Untyped(WireKind.Int, 0xFF, null);
        Assert.True(value.TryAs(DataType.Int8, out value));
        Assert.Equal(MetricValue.Int8(-1), value);
        Assert.False(value.TryAs(DataType.Int16, out value));
    }

    [Fact]
    public void The_default_is_the_null_of_no_type()
    {
        Assert.True(default(MetricValue).IsNull);
        Assert.False(default(MetricValue).IsUntyped);
        Assert.Equal(DataType.Unknown, default(MetricValue).Type);
        Assert.Equal(default, MetricValue.Null(DataType.Unknown));
        Assert.NotEqual(default, MetricValue.Null(DataType.Int32));
        Assert.NotEqual(MetricValue.Null(DataType.Int32), MetricValue.Int32(0));
    }

    [Fact]
    public void A_nan_equals_itself_and_zero_differs_from_minus_zero()
    {
        Assert.Equal(MetricValue.Double(double.NaN), MetricValue.Double(double.NaN));
        Assert.Equal(MetricValue.Float(float.NaN), MetricValue.Float(float.NaN));
        Assert.Equal(MetricValue.Double(double.NaN).GetHashCode(), MetricValue.Double(double.NaN).GetHashCode());
        Assert.NotEqual(MetricValue.Double(0.0), MetricValue.Double(-0.0));
        Assert.Equal(Doubles(double.NaN, 1), Doubles(double.NaN, 1));
        Assert.NotEqual(Doubles(0.0), Doubles(-0.0));

        static MetricValue Doubles(params double[] elements) => MetricValue.Array(DataType.DoubleArray, elements);
    }

    [Fact]
    public void Values_that_are_made_twice_from_equal_content_are_equal_and_hash_alike()
    {
        Func<MetricValue>[] make =
        [
            () => MetricValue.String(new string('s', 3)),
            () => MetricValue.Bytes([1, 2]),
            () => MetricValue.Array(DataType.StringArray, new[] { "a", "b" }),
            () => MetricValue.Array(DataType.UInt16Array, new ushort[] { 1, 2 }),
            () => MetricValue.PropertySet(PropertySet.Empty.With("a", MetricValue.Bytes([1]))),
            () => MetricValue.PropertySetList([PropertySet.Empty.With("a", MetricValue.Int8(1)), PropertySet.Empty]),
            () => MetricValue.DataSet(new DataSet([new DataSetColumn("c", DataType.String)], [[MetricValue.String("x")], [MetricValue.Null(DataType.String)]])),
            () => MetricValue.Template(new Template
            {
                Version = "1",
                TemplateRef = "t",
                Parameters = [new TemplateParameter("p", MetricValue.Int32(1))],
                Metrics = [new Metric { Name = "m", Value = MetricValue.Array(DataType.Int32Array, new[] { 1 }) }],
            }),
        ];
        foreach (var one in make)
        {
            Assert.Equal(one(), one());
            Assert.Equal(one().GetHashCode(), one().GetHashCode());
        }
    }

    [Fact]
    public void Arrays_differ_by_any_element_and_by_length()
    {
        Assert.NotEqual(Ints(1, 2), Ints(1, 3));
        Assert.NotEqual(Ints(1, 2), Ints(1));
        Assert.NotEqual(MetricValue.Array(DataType.StringArray, new[] { "a" }), MetricValue.Array(DataType.StringArray, new[] { "b" }));
        Assert.NotEqual(MetricValue.Array(DataType.UInt64Array, new[] { 1ul }), MetricValue.Array(DataType.DateTimeArray, new[] { 1ul }));
        Assert.NotEqual(MetricValue.Bytes([1]), MetricValue.File([1]));

        static MetricValue Ints(params int[] elements) => MetricValue.Array(DataType.Int32Array, elements);
    }

    [Fact]
    public void Accessors_give_the_value_of_their_types_and_throw_for_all_others()
    {
        (Action<MetricValue> Access, Func<DataType, bool> Works)[] accessors =
        [
            (value => value.AsInt64(), type => type is >= DataType.Int8 and <= DataType.Int64),
            (value => value.AsUInt64(), type => type is (>= DataType.UInt8 and <= DataType.UInt64) or DataType.DateTime),
            (value => value.AsSingle(), type => type == DataType.Float),
            (value => value.AsDouble(), type => type is >= DataType.Int8 and <= DataType.Double),
            (value => value.AsBoolean(), type => type == DataType.Boolean),
            (value => value.AsString(), type => type is DataType.String or DataType.Text or DataType.UUID),
            (value => value.AsTimestamp(), type => type == DataType.DateTime),
            (value => value.AsBytes(), type => type is DataType.Bytes or DataType.File),
            (value => value.AsArray(), type => type.IsArray()),
            (value => value.AsDataSet(), type => type == DataType.DataSet),
            (value => value.AsTemplate(), type => type == DataType.Template),
            (value => value.AsPropertySet(), type => type == DataType.PropertySet),
            (value => value.AsPropertySetList(), type => type == DataType.PropertySetList),
        ];
        foreach (var (access, works) in accessors)
        {
            foreach (var value in OneOfEachType)
            {
                var thrown = Record.Exception(() => access(value));
                if (works(value.Type)) Assert.Null(thrown);
                else Assert.IsType<InvalidOperationException>(thrown);
                Assert.Throws<InvalidOperationException>(() => access(MetricValue.Null(value.Type)));
            }
            Assert.Throws<InvalidOperationException>(() => access(default));
            Assert.Throws<InvalidOperationException>(() => access(MetricValue.Untyped(WireKind.Int, 1, null)));
        }
    }

    [Fact]
    public void Numbers_come_out_as_they_went_in()
    {
        Assert.Equal(sbyte.MinValue, MetricValue.Int8(sbyte.MinValue).AsInt64());
        Assert.Equal(long.MinValue, MetricValue.Int64(long.MinValue).AsInt64());
        Assert.Equal(ulong.MaxValue, MetricValue.UInt64(ulong.MaxValue).AsUInt64());
        Assert.Equal(-12.0, MetricValue.Int32(-12).AsDouble());
        Assert.Equal((double)ulong.MaxValue, MetricValue.UInt64(ulong.MaxValue).AsDouble());
        Assert.Equal(float.Epsilon, MetricValue.Float(float.Epsilon).AsSingle());
        Assert.Equal(double.NegativeInfinity, MetricValue.Double(double.NegativeInfinity).AsDouble());
        Assert.False(MetricValue.Boolean(false).AsBoolean());
        Assert.False(MetricValue.String("5").TryGetNumber(out var number));
        Assert.Equal(double.NaN, number);
        Assert.False(MetricValue.Null(DataType.Double).TryGetNumber(out _));
    }

    [Fact]
    public void A_reference_cannot_be_null()
    {
        Assert.Throws<ArgumentNullException>(() => MetricValue.String(null!));
        Assert.Throws<ArgumentNullException>(() => MetricValue.Bytes(null!));
        Assert.Throws<ArgumentNullException>(() => MetricValue.Template(null!));
    }

    [Fact]
    public void Texts_for_people_are_one_short_line()
    {
        Assert.Equal("Int32 -5", MetricValue.Int32(-5).ToString());
        Assert.Equal("Double null", MetricValue.Null(DataType.Double).ToString());
        Assert.Equal("DateTime 1970-01-01T00:00:01.000Z", MetricValue.DateTime(new Timestamp(1000)).ToString());
        Assert.Equal("Int8Array 2 elements", MetricValue.Array(DataType.Int8Array, new sbyte[2]).ToString());
        Assert.Equal("Bytes 3 bytes", MetricValue.Bytes(new byte[3]).ToString());
        Assert.Equal(@"String a\u000D\u000Ab\u001B[31m\u202E🚀", MetricValue.String("a\r\nb\u001b[31m\u202e🚀").ToString());
        Assert.Equal("String " + new string('x', 64) + "…", MetricValue.String(new string('x', 65)).ToString());
        Assert.Equal("String " + new string('x', 63) + "…", MetricValue.String(new string('x', 63) + "🚀").ToString());
        Assert.Equal("String " + new string('x', 64), MetricValue.String(new string('x', 64)).ToString());
    }
}
