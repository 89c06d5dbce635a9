using System.Text.Json;
using System.Text.Json.Serialization;
using Sparkplug.Metrics;

namespace HostApp.Api;

/// <summary>
/// Values as JSON: integers beyond ±(2^53-1) and NaN/Infinity/-Infinity as strings, DateTime as ISO 8601, bytes as base64,
/// DataSet <c>{ columns, rows }</c>, Template <c>{ ref, version, isDefinition, parameters, metrics }</c>, property sets as objects.
/// </summary>
internal static class MetricJson
{
    /// <summary>The largest integer that a JSON reader with doubles keeps exactly.</summary>
    public const long LargestSafe = (1L << 53) - 1;

    public static void Write(Utf8JsonWriter writer, MetricValue value)
    {
        if (value.IsNull) writer.WriteNullValue();
        else if (value.IsUntyped) WriteUntyped(writer, value);
        else if (value.Type.IsArray()) WriteArray(writer, value);
        else WriteTyped(writer, value);
    }

    public static void Write(Utf8JsonWriter writer, PropertySet properties) => WriteObject(writer, [.. properties]);

    private static void WriteTyped(Utf8JsonWriter writer, MetricValue value)
    {
        switch (value.Type)
        {
            case >= DataType.Int8 and <= DataType.Int64: WriteInteger(writer, value.AsInt64()); break;
            case >= DataType.UInt8 and <= DataType.UInt64: WriteInteger(writer, value.AsUInt64()); break;
            case DataType.Float: WriteFloat(writer, value.AsSingle()); break;
            case DataType.Double: WriteDouble(writer, value.AsDouble()); break;
            case DataType.Boolean: writer.WriteBooleanValue(value.AsBoolean()); break;
            case DataType.String or DataType.Text or DataType.UUID: writer.WriteStringValue(value.AsString()); break;
            case DataType.DateTime: writer.WriteStringValue(value.AsTimestamp().ToString()); break;
            case DataType.Bytes or DataType.File: writer.WriteBase64StringValue(value.AsBytes().Span); break;
            case DataType.DataSet: Write(writer, value.AsDataSet()); break;
            case DataType.Template: Write(writer, value.AsTemplate()); break;
            case DataType.PropertySet: Write(writer, value.AsPropertySet()); break;
            case DataType.PropertySetList: WriteList(writer, value.AsPropertySetList()); break;
            default: throw new System.Diagnostics.UnreachableException();
        }
    }

    // A Template's member in DATA may come without a datatype; the field that it came in says enough to show it.
    private static void WriteUntyped(Utf8JsonWriter writer, MetricValue value)
    {
        if (value.TryAs(TypeOf(value.Wire), out var typed) && !typed.IsUntyped) Write(writer, typed);
        else writer.WriteNullValue();
    }

    private static DataType TypeOf(WireKind wire) => wire switch
    {
        WireKind.Int => DataType.UInt32,
        WireKind.Long => DataType.UInt64,
        WireKind.Float => DataType.Float,
        WireKind.Double => DataType.Double,
        WireKind.Boolean => DataType.Boolean,
        WireKind.String => DataType.String,
        WireKind.Bytes => DataType.Bytes,
        WireKind.DataSet => DataType.DataSet,
        WireKind.Template => DataType.Template,
        WireKind.PropertySet => DataType.PropertySet,
        WireKind.PropertySetList => DataType.PropertySetList,
        _ => DataType.Unknown,
    };

    private static void WriteArray(Utf8JsonWriter writer, MetricValue value)
    {
        writer.WriteStartArray();
        var items = value.AsArray();
        // By the datatype, not by the array's: the runtime takes a byte[] for an sbyte[], and a ulong[] for a long[].
        switch (value.Type)
        {
            case DataType.Int8Array: foreach (var item in (sbyte[])items) writer.WriteNumberValue(item); break;
            case DataType.Int16Array: foreach (var item in (short[])items) writer.WriteNumberValue(item); break;
            case DataType.Int32Array: foreach (var item in (int[])items) writer.WriteNumberValue(item); break;
            case DataType.Int64Array: foreach (var item in (long[])items) WriteInteger(writer, item); break;
            case DataType.UInt8Array: foreach (var item in (byte[])items) writer.WriteNumberValue(item); break;
            case DataType.UInt16Array: foreach (var item in (ushort[])items) writer.WriteNumberValue(item); break;
            case DataType.UInt32Array: foreach (var item in (uint[])items) writer.WriteNumberValue(item); break;
            case DataType.UInt64Array: foreach (var item in (ulong[])items) WriteInteger(writer, item); break;
            case DataType.FloatArray: foreach (var item in (float[])items) WriteFloat(writer, item); break;
            case DataType.DoubleArray: foreach (var item in (double[])items) WriteDouble(writer, item); break;
            case DataType.BooleanArray: foreach (var item in (bool[])items) writer.WriteBooleanValue(item); break;
            case DataType.StringArray: foreach (var item in (string[])items) writer.WriteStringValue(item); break;
            case DataType.DateTimeArray: foreach (var item in (ulong[])items) writer.WriteStringValue(new Timestamp(item).ToString()); break;
            default: throw new System.Diagnostics.UnreachableException();
        }
        writer.WriteEndArray();
    }

    private static void WriteInteger(Utf8JsonWriter writer, long value)
    {
        if (value is >= -LargestSafe and <= LargestSafe) writer.WriteNumberValue(value);
        else writer.WriteStringValue(value.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private static void WriteInteger(Utf8JsonWriter writer, ulong value)
    {
        if (value <= LargestSafe) writer.WriteNumberValue(value);
        else writer.WriteStringValue(value.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private static void WriteFloat(Utf8JsonWriter writer, float value)
    {
        if (float.IsFinite(value)) writer.WriteNumberValue(value);
        else WriteDouble(writer, value);
    }

    private static void WriteDouble(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value)) writer.WriteNumberValue(value);
        else if (double.IsNaN(value)) writer.WriteStringValue("NaN"u8);
        else writer.WriteStringValue(value > 0 ? "Infinity"u8 : "-Infinity"u8);
    }

    private static void Write(Utf8JsonWriter writer, DataSet set)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("columns"u8);
        foreach (var column in set.Columns)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, column.Name);
            writer.WriteString("type"u8, column.Type.ToString());
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteStartArray("rows"u8);
        foreach (var row in set.Rows)
        {
            writer.WriteStartArray();
            foreach (var cell in row) Write(writer, cell);
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, Template template)
    {
        writer.WriteStartObject();
        writer.WriteString("ref"u8, template.TemplateRef);
        writer.WriteString("version"u8, template.Version);
        writer.WriteBoolean("isDefinition"u8, template.IsDefinition);
        writer.WritePropertyName("parameters"u8);
        WriteObject(writer, [.. template.Parameters.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value))]);
        writer.WriteStartArray("metrics"u8);
        foreach (var member in template.Metrics) WriteMember(writer, member);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteMember(Utf8JsonWriter writer, Metric member)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, member.Name);
        writer.WriteString("dataType"u8, (member.DataType ?? member.Value.Type).ToString());
        writer.WritePropertyName("value"u8);
        Write(writer, member.Value);
        writer.WriteBoolean("isNull"u8, member.Value.IsNull);
        if (member.Timestamp is { } timestamp) writer.WriteString("timestamp"u8, timestamp.ToString());
        if (member.Properties is { Count: > 0 } properties)
        {
            writer.WritePropertyName("properties"u8);
            Write(writer, properties);
        }
        writer.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter writer, IReadOnlyList<PropertySet> sets)
    {
        writer.WriteStartArray();
        foreach (var set in sets) Write(writer, set);
        writer.WriteEndArray();
    }

    // A key may come twice on the wire, but not in JSON that every reader understands: the last one counts.
    private static void WriteObject(Utf8JsonWriter writer, KeyValuePair<string, MetricValue>[] items)
    {
        var last = new Dictionary<string, int>(items.Length);
        for (var i = 0; i < items.Length; i++) last[items[i].Key] = i;
        writer.WriteStartObject();
        for (var i = 0; i < items.Length; i++)
        {
            if (last[items[i].Key] != i) continue;
            writer.WritePropertyName(items[i].Key);
            Write(writer, items[i].Value);
        }
        writer.WriteEndObject();
    }
}

/// <summary>Lets the serializer write values; requests are read by <see cref="MetricJsonReader"/>, which knows the metric's datatype.</summary>
internal sealed class MetricValueConverter : JsonConverter<MetricValue>
{
    public override MetricValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("A value without its datatype cannot be read.");

    public override void Write(Utf8JsonWriter writer, MetricValue value, JsonSerializerOptions options) => MetricJson.Write(writer, value);
}

/// <summary>Lets the serializer write property sets.</summary>
internal sealed class PropertySetConverter : JsonConverter<PropertySet>
{
    public override PropertySet Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Property sets are not read from JSON.");

    public override void Write(Utf8JsonWriter writer, PropertySet value, JsonSerializerOptions options) => MetricJson.Write(writer, value);
}

/// <summary>Lets the serializer write time stamps as ISO 8601 UTC with milliseconds.</summary>
internal sealed class TimestampConverter : JsonConverter<Timestamp>
{
    public override Timestamp Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Time stamps are not read from JSON.");

    public override void Write(Utf8JsonWriter writer, Timestamp value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
