using System.Globalization;
using System.Text;
using System.Text.Json;
using Sparkplug.Metrics;
using Sparkplug.Payloads;

namespace UnitTests.Payloads;

/// <summary>Compares a payload with a neutral decoding of the same bytes; it interprets numbers and arrays by itself, not with the code under test.</summary>
internal static class NeutralPayload
{
    public static void AssertSame(JsonElement neutral, Payload payload)
    {
        Assert.Equal(Number(neutral, "timestamp"), payload.Timestamp?.Milliseconds);
        Assert.Equal(Number(neutral, "seq"), payload.Seq?.Value);
        Assert.Equal(Text(neutral, "uuid"), payload.Uuid);
        AssertMetrics(neutral, payload.Metrics);
    }

    private static void AssertMetrics(JsonElement owner, IReadOnlyList<Metric> metrics)
    {
        var expected = List(owner, "metrics");
        Assert.Equal(expected.Length, metrics.Count);
        for (var i = 0; i < expected.Length; i++) AssertMetric(expected[i], metrics[i]);
    }

    private static void AssertMetric(JsonElement neutral, Metric metric)
    {
        Assert.Equal(Text(neutral, "name"), metric.Name);
        Assert.Equal(Number(neutral, "alias"), metric.Alias);
        Assert.Equal(Number(neutral, "timestamp"), metric.Timestamp?.Milliseconds);
        Assert.Equal(Number(neutral, "datatype"), (ulong?)metric.DataType);
        Assert.Equal(Flag(neutral, "is_historical") ?? false, metric.IsHistorical);
        Assert.Equal(Flag(neutral, "is_transient") ?? false, metric.IsTransient);
        AssertMetaData(neutral, metric.MetaData);
        Assert.Equal(neutral.TryGetProperty("properties", out var properties), metric.Properties is not null);
        if (metric.Properties is not null) AssertProperties(properties, metric.Properties);
        AssertValue(neutral, metric.DataType ?? DataType.Unknown, metric.Value);
    }

    private static void AssertMetaData(JsonElement neutral, MetaData? metaData)
    {
        Assert.Equal(neutral.TryGetProperty("metadata", out var expected), metaData is not null);
        if (metaData is null) return;
        Assert.Equal(Text(expected, "content_type"), metaData.ContentType);
        Assert.Equal(Number(expected, "size"), metaData.Size);
        Assert.Equal(Text(expected, "file_name"), metaData.FileName);
        Assert.Equal(Text(expected, "file_type"), metaData.FileType);
        Assert.Equal(Text(expected, "md5"), metaData.Md5);
        Assert.Equal(Text(expected, "description"), metaData.Description);
        Assert.Equal(Flag(expected, "is_multi_part"), metaData.IsMultiPart);
        Assert.Equal(Number(expected, "seq"), metaData.Seq);
    }

    private static void AssertProperties(JsonElement neutral, PropertySet properties)
    {
        var keys = List(neutral, "keys");
        var values = List(neutral, "values");
        Assert.Equal(keys.Select(key => key.GetString()), properties.Select(property => property.Key));
        for (var i = 0; i < keys.Length; i++) AssertValue(values[i], (DataType)(Number(values[i], "type") ?? 0), properties[i].Value);
    }

    private static void AssertTemplate(JsonElement neutral, Template template)
    {
        Assert.Equal(Text(neutral, "version"), template.Version);
        Assert.Equal(Text(neutral, "template_ref"), template.TemplateRef);
        Assert.Equal(Flag(neutral, "is_definition"), template.IsDefinition);
        AssertMetrics(neutral, template.Metrics);
        var parameters = List(neutral, "parameters");
        Assert.Equal(parameters.Select(parameter => Text(parameter, "name")), template.Parameters.Select(parameter => parameter.Name));
        for (var i = 0; i < parameters.Length; i++)
            AssertValue(parameters[i], (DataType)(Number(parameters[i], "type") ?? 0), template.Parameters[i].Value);
    }

    private static void AssertDataSet(JsonElement neutral, DataSet set)
    {
        Assert.Equal(Number(neutral, "num_of_columns"), (ulong)set.Columns.Count);
        Assert.Equal(List(neutral, "columns").Select(name => name.GetString()), set.Columns.Select(column => column.Name));
        Assert.Equal(List(neutral, "types").Select(type => (DataType)type.GetUInt32()), set.Columns.Select(column => column.Type));
        var rows = List(neutral, "rows");
        Assert.Equal(rows.Length, set.Rows.Count);
        for (var i = 0; i < rows.Length; i++)
        {
            var cells = List(rows[i], "elements");
            for (var j = 0; j < cells.Length; j++) AssertValue(cells[j], set.Columns[j].Type, set.Rows[i][j]);
        }
    }

    /// <summary>The value of the oneof beside its type; a type of Unknown stands for a value that came without one.</summary>
    private static void AssertValue(JsonElement neutral, DataType type, MetricValue value)
    {
        Assert.Equal(type, value.Type);
        if (Flag(neutral, "is_null") == true) Assert.True(value.IsNull);
        else if (neutral.TryGetProperty("int_value", out var integer)) AssertInteger(integer.GetUInt32(), type, value);
        else if (neutral.TryGetProperty("long_value", out _)) AssertInteger(Number(neutral, "long_value")!.Value, type, value);
        else if (neutral.TryGetProperty("float_value", out var single)) Assert.Equal((float)Floating(single), BitConverter.UInt32BitsToSingle((uint)value.Bits));
        else if (neutral.TryGetProperty("double_value", out var number)) Assert.Equal(Floating(number), BitConverter.UInt64BitsToDouble(value.Bits));
        else if (Flag(neutral, "boolean_value") is { } flag) Assert.Equal(flag ? 1UL : 0UL, value.Bits);
        else if (Text(neutral, "string_value") is { } text) Assert.Equal(text, value.AsString());
        else if (neutral.TryGetProperty("bytes_value", out var bytes)) AssertBytes(bytes.GetBytesFromBase64(), type, value);
        else if (neutral.TryGetProperty("dataset_value", out var set)) AssertDataSet(set, value.AsDataSet());
        else if (neutral.TryGetProperty("template_value", out var template)) AssertTemplate(template, value.AsTemplate());
        else if (neutral.TryGetProperty("propertyset_value", out var properties)) AssertProperties(properties, value.AsPropertySet());
        else if (neutral.TryGetProperty("propertysets_value", out var list)) AssertList(list, value);
        else Assert.True(value.IsNull);
    }

    private static void AssertList(JsonElement neutral, MetricValue value)
    {
        var sets = List(neutral, "propertyset");
        Assert.Equal(sets.Length, value.AsPropertySetList().Count);
        for (var i = 0; i < sets.Length; i++) AssertProperties(sets[i], value.AsPropertySetList()[i]);
    }

    private static void AssertInteger(ulong wire, DataType type, MetricValue value)
    {
        switch (type)
        {
            case DataType.Int8: Assert.Equal(unchecked((sbyte)wire), value.AsInt64()); break;
            case DataType.Int16: Assert.Equal(unchecked((short)wire), value.AsInt64()); break;
            case DataType.Int32: Assert.Equal(unchecked((int)wire), value.AsInt64()); break;
            case DataType.Int64: Assert.Equal(unchecked((long)wire), value.AsInt64()); break;
            case DataType.Unknown: Assert.Equal(wire, value.Bits); break;
            default: Assert.Equal(wire, value.AsUInt64()); break;
        }
    }

    private static void AssertBytes(byte[] wire, DataType type, MetricValue value)
    {
        switch (type)
        {
            case DataType.Unknown: Assert.Equal(wire, (byte[])value.Reference!); break;
            case DataType.Bytes or DataType.File: Assert.Equal(wire, value.AsBytes().ToArray()); break;
            case DataType.StringArray: Assert.Equal(Encoding.UTF8.GetString(wire), string.Concat(((string[])value.AsArray()).Select(text => text + '\0'))); break;
            case DataType.BooleanArray:
                var flags = (bool[])value.AsArray();
                Assert.Equal(BitConverter.ToInt32(wire), flags.Length);
                for (var i = 0; i < flags.Length; i++) Assert.Equal((wire[4 + i / 8] >> (7 - i % 8) & 1) == 1, flags[i]);
                break;
            default:
                var numbers = value.AsArray();
                var bytes = new byte[Buffer.ByteLength(numbers)];
                Buffer.BlockCopy(numbers, 0, bytes, 0, bytes.Length);
                Assert.Equal(wire, bytes);
                break;
        }
    }

    private static double Floating(JsonElement number) => number.ValueKind == JsonValueKind.Number
        ? number.GetDouble()
        : double.Parse(number.GetString()!, CultureInfo.InvariantCulture);

    private static JsonElement[] List(JsonElement owner, string name) => owner.TryGetProperty(name, out var list) ? [.. list.EnumerateArray()] : [];

    private static string? Text(JsonElement owner, string name) => owner.TryGetProperty(name, out var text) ? text.GetString() : null;

    private static bool? Flag(JsonElement owner, string name) => owner.TryGetProperty(name, out var flag) ? flag.GetBoolean() : null;

    private static ulong? Number(JsonElement owner, string name) => !owner.TryGetProperty(name, out var number) ? null
        : number.ValueKind == JsonValueKind.Number ? number.GetUInt64()
        : ulong.Parse(number.GetString()!, CultureInfo.InvariantCulture);
}
