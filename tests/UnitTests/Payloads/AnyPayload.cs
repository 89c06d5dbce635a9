using CsCheck;
using Sparkplug.Metrics;
using Sparkplug.Payloads;

namespace UnitTests.Payloads;

/// <summary>Generators of payloads that can be encoded: every type, nested sets and Templates, nulls, flags, absent fields, values without type.</summary>
internal static class AnyPayload
{
    private static readonly Gen<string> Text =
        Gen.OneOf("", "a", "B", "/", "ü", "世", "🚀", "\n", "\0", " ", "Node Control", "\ufeff").Array[0, 4].Select(string.Concat);

    private static readonly Gen<string> Name = Text.Select(text => text + "m");

    private static readonly Gen<Timestamp> Time = Gen.ULong.Select(milliseconds => new Timestamp(milliseconds));

    private static readonly Gen<MetricValue> Scalar = Gen.OneOf(
        Gen.SByte.Select(MetricValue.Int8), Gen.Short.Select(MetricValue.Int16), Gen.Int.Select(MetricValue.Int32), Gen.Long.Select(MetricValue.Int64),
        Gen.Byte.Select(MetricValue.UInt8), Gen.UShort.Select(MetricValue.UInt16), Gen.UInt.Select(MetricValue.UInt32), Gen.ULong.Select(MetricValue.UInt64),
        Gen.Float.Select(MetricValue.Float), Gen.Double.Select(MetricValue.Double), Gen.Bool.Select(MetricValue.Boolean),
        Text.Select(MetricValue.String), Text.Select(MetricValue.Text), Text.Select(MetricValue.Uuid), Time.Select(MetricValue.DateTime));

    private static readonly Gen<DataType> BasicType = Gen.Int[1, 15].Select(number => (DataType)number);

    private static readonly Gen<MetricValue> ScalarOrNull = Gen.Frequency((9, Scalar), (1, BasicType.Select(MetricValue.Null)));

    private static readonly Gen<MetricValue> PackedArray = Gen.OneOf(
        Of(DataType.Int8Array, Gen.SByte), Of(DataType.Int16Array, Gen.Short), Of(DataType.Int32Array, Gen.Int), Of(DataType.Int64Array, Gen.Long),
        Of(DataType.UInt8Array, Gen.Byte), Of(DataType.UInt16Array, Gen.UShort), Of(DataType.UInt32Array, Gen.UInt), Of(DataType.UInt64Array, Gen.ULong),
        Of(DataType.FloatArray, Gen.Float), Of(DataType.DoubleArray, Gen.Double), Of(DataType.BooleanArray, Gen.Bool),
        Of(DataType.StringArray, Text.Select(text => text.Replace("\0", "", StringComparison.Ordinal))), Of(DataType.DateTimeArray, Gen.ULong));

    private static readonly Gen<MetricValue> Bytes = Gen.Byte.Array[0, 9].SelectMany(bytes => Gen.OneOf(MetricValue.Bytes(bytes), MetricValue.File(bytes)));

    private static readonly Gen<MetricValue> DataSet = Gen.Select(Text, BasicType, (name, type) => new DataSetColumn(name, type)).Array[0, 4]
        .SelectMany(columns => Row(columns).Array[0, 3], (columns, rows) => MetricValue.DataSet(new DataSet(columns, rows)));

    private static readonly Gen<MetaData> MetaData = Gen.Select(Gen.Bool.Nullable(), Gen.ULong.Nullable(), Gen.ULong.Nullable(), Text.Null(), Text.Null(), Text.Null())
        .Select((isMultiPart, size, seq, fileName, md5, description) => new MetaData
        {
            IsMultiPart = isMultiPart,
            Size = size,
            Seq = seq,
            FileName = fileName,
            Md5 = md5,
            Description = description,
            ContentType = fileName,
            FileType = description,
        });

    public static readonly Gen<Payload> Payload =
        Gen.Select(Time.Nullable(), Metric(depth: 2).Array[0, 5], Gen.Byte.Select(value => new Seq(value)).Nullable(), Text.Null(), Gen.Byte.Array[0, 5].Null())
        .Select((timestamp, metrics, seq, uuid, body) => new Payload
        {
            Timestamp = timestamp,
            Metrics = metrics,
            Seq = seq,
            Uuid = uuid,
            Body = body is null ? default(ReadOnlyMemory<byte>?) : body,
        });

    private static Gen<MetricValue> Of<T>(DataType type, Gen<T> element) => element.Array[0, 10].Select(elements => MetricValue.Array(type, elements));

    private static Gen<MetricValue[]> Row(DataSetColumn[] columns) => Gen.Int[0, int.MaxValue].Select(seed =>
        columns.Select((column, i) => Cell(column.Type, unchecked((ulong)seed * 0x9E3779B97F4A7C15UL >> i))).ToArray());

    /// <summary>A cell of a type from arbitrary bits; one in eight is null.</summary>
    private static MetricValue Cell(DataType type, ulong bits) => (bits & 7, type) switch
    {
        (0, _) => MetricValue.Null(type),
        (_, DataType.Int8) => MetricValue.Int8(unchecked((sbyte)bits)),
        (_, DataType.Int16) => MetricValue.Int16(unchecked((short)bits)),
        (_, DataType.Int32) => MetricValue.Int32(unchecked((int)bits)),
        (_, DataType.Int64) => MetricValue.Int64(unchecked((long)bits)),
        (_, DataType.UInt8) => MetricValue.UInt8(unchecked((byte)bits)),
        (_, DataType.UInt16) => MetricValue.UInt16(unchecked((ushort)bits)),
        (_, DataType.UInt32) => MetricValue.UInt32(unchecked((uint)bits)),
        (_, DataType.UInt64) => MetricValue.UInt64(bits),
        (_, DataType.Float) => MetricValue.Float(BitConverter.UInt32BitsToSingle(unchecked((uint)bits))),
        (_, DataType.Double) => MetricValue.Double(BitConverter.UInt64BitsToDouble(bits)),
        (_, DataType.Boolean) => MetricValue.Boolean((bits & 1) != 0),
        (_, DataType.DateTime) => MetricValue.DateTime(new Timestamp(bits)),
        (_, DataType.Text) => MetricValue.Text($"t{bits}"),
        (_, DataType.UUID) => MetricValue.Uuid($"u{bits}"),
        _ => MetricValue.String(""),
    };

    private static Gen<PropertySet> PropertySet(int depth) =>
        Gen.Select(Text, PropertyValue(depth), KeyValuePair.Create).Array[0, 3].Select(items => new PropertySet(items));

    private static Gen<MetricValue> PropertyValue(int depth) => depth == 0
        ? ScalarOrNull
        : Gen.Frequency(
            (6, ScalarOrNull),
            (1, PropertySet(depth - 1).Select(MetricValue.PropertySet)),
            (1, PropertySet(depth - 1).Array[0, 2].Select(MetricValue.PropertySetList)),
            (1, Gen.OneOf(MetricValue.Null(DataType.PropertySet), MetricValue.Null(DataType.PropertySetList), default, MetricValue.Untyped(WireKind.Int, 192, null))));

    private static Gen<MetricValue> Template(int depth) =>
        Gen.Select(Text.Null(), Text, Gen.Bool, Gen.Select(Text, ScalarOrNull, (name, value) => new TemplateParameter(name, value)).Array[0, 2], Metric(depth - 1).Array[0, 3])
        .Select((version, templateRef, isDefinition, parameters, metrics) => MetricValue.Template(new Template
        {
            Version = version,
            TemplateRef = isDefinition ? null : templateRef,
            IsDefinition = isDefinition,
            Parameters = parameters,
            Metrics = metrics,
        }));

    private static Gen<MetricValue> Value(int depth)
    {
        var flat = Gen.Frequency((6, Scalar), (3, PackedArray), (1, Bytes), (1, DataSet),
            (1, Gen.OneOf([.. Enum.GetValues<DataType>().Where(type => type.IsForMetric())]).Select(MetricValue.Null)));
        return depth == 0 ? flat : Gen.Frequency((8, flat), (1, Template(depth)));
    }

    private static Gen<Metric> Metric(int depth) =>
        Gen.Select(Name, Gen.ULong.Nullable(), Time.Nullable(), Gen.Int[0, 15], MetaData.Null(), PropertySet(depth).Null(), Value(depth))
        .Select((name, alias, timestamp, flags, metaData, properties, value) => new Metric
        {
            Name = alias is not null && (flags & 1) != 0 ? null : name,
            Alias = alias,
            Timestamp = timestamp,
            DataType = value.Type,
            IsHistorical = (flags & 4) != 0,
            IsTransient = (flags & 8) != 0,
            MetaData = metaData,
            Properties = properties,
            Value = value,
        });
}
