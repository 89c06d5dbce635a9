using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Sparkplug.Metrics;

namespace HostApp.Api;

/// <summary>Reads a value to be written from JSON, as the metric's datatype asks; the mirror of <see cref="MetricJson"/>.</summary>
internal static class MetricJsonReader
{
    /// <summary>Reads one value; never throws.</summary>
    /// <param name="json">The <c>value</c> of a request.</param>
    /// <param name="type">The metric's datatype.</param>
    /// <param name="value">The value of that type, when the result is true.</param>
    /// <param name="fault">What is wrong, for people, when the result is false.</param>
    public static bool TryRead(JsonElement json, DataType type, out MetricValue value, [NotNullWhen(false)] out string? fault)
    {
        fault = null;
        value = MetricValue.Null(type);
        try
        {
            value = type.IsArray() ? ReadArray(json, type) : ReadOne(json, type);
            return true;
        }
        catch (UnfitException unfit)
        {
            fault = unfit.Message;
            return false;
        }
    }

    private static MetricValue ReadOne(JsonElement json, DataType type) => type switch
    {
        DataType.Int8 => MetricValue.Int8((sbyte)Signed(json, type, sbyte.MinValue, sbyte.MaxValue)),
        DataType.Int16 => MetricValue.Int16((short)Signed(json, type, short.MinValue, short.MaxValue)),
        DataType.Int32 => MetricValue.Int32((int)Signed(json, type, int.MinValue, int.MaxValue)),
        DataType.Int64 => MetricValue.Int64(Signed(json, type, long.MinValue, long.MaxValue)),
        DataType.UInt8 => MetricValue.UInt8((byte)Unsigned(json, type, byte.MaxValue)),
        DataType.UInt16 => MetricValue.UInt16((ushort)Unsigned(json, type, ushort.MaxValue)),
        DataType.UInt32 => MetricValue.UInt32((uint)Unsigned(json, type, uint.MaxValue)),
        DataType.UInt64 => MetricValue.UInt64(Unsigned(json, type, ulong.MaxValue)),
        DataType.Float => MetricValue.Float(Single(json)),
        DataType.Double => MetricValue.Double(Real(json, type)),
        DataType.Boolean => MetricValue.Boolean(Boolean(json)),
        DataType.String => MetricValue.String(Text(json, type)),
        DataType.Text => MetricValue.Text(Text(json, type)),
        DataType.UUID => MetricValue.Uuid(Uuid(json)),
        DataType.DateTime => MetricValue.DateTime(Time(json)),
        DataType.Bytes => MetricValue.Bytes(Base64(json, type)),
        DataType.File => MetricValue.File(Base64(json, type)),
        DataType.DataSet => MetricValue.DataSet(Table(json)),
        _ => throw new UnfitException($"a {type} cannot be written through this API"),
    };

    private static MetricValue ReadArray(JsonElement json, DataType type)
    {
        if (json.ValueKind != JsonValueKind.Array) throw Unfit(json, type, "an array");
        Array elements = type switch
        {
            DataType.Int8Array => All(json, e => (sbyte)Signed(e, DataType.Int8, sbyte.MinValue, sbyte.MaxValue)),
            DataType.Int16Array => All(json, e => (short)Signed(e, DataType.Int16, short.MinValue, short.MaxValue)),
            DataType.Int32Array => All(json, e => (int)Signed(e, DataType.Int32, int.MinValue, int.MaxValue)),
            DataType.Int64Array => All(json, e => Signed(e, DataType.Int64, long.MinValue, long.MaxValue)),
            DataType.UInt8Array => All(json, e => (byte)Unsigned(e, DataType.UInt8, byte.MaxValue)),
            DataType.UInt16Array => All(json, e => (ushort)Unsigned(e, DataType.UInt16, ushort.MaxValue)),
            DataType.UInt32Array => All(json, e => (uint)Unsigned(e, DataType.UInt32, uint.MaxValue)),
            DataType.UInt64Array => All(json, e => Unsigned(e, DataType.UInt64, ulong.MaxValue)),
            DataType.FloatArray => All(json, Single),
            DataType.DoubleArray => All(json, e => Real(e, DataType.Double)),
            DataType.BooleanArray => All(json, Boolean),
            DataType.StringArray => All(json, TextWithoutNull),
            DataType.DateTimeArray => All(json, e => Time(e).Milliseconds),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return MetricValue.Array(type, elements);
    }

    private static T[] All<T>(JsonElement json, Func<JsonElement, T> read) => [.. json.EnumerateArray().Select(read)];

    private static long Signed(JsonElement json, DataType type, long least, long most)
    {
        long number = 0;
        var fits = json.ValueKind switch
        {
            JsonValueKind.Number => json.TryGetInt64(out number),
            JsonValueKind.String when type == DataType.Int64 =>
                long.TryParse(json.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number),
            _ => throw Unfit(json, type, "a whole number"),
        };
        return fits && number >= least && number <= most ? number : throw Unfit(json, type, $"a whole number from {least} to {most}");
    }

    private static ulong Unsigned(JsonElement json, DataType type, ulong most)
    {
        ulong number = 0;
        var fits = json.ValueKind switch
        {
            JsonValueKind.Number => json.TryGetUInt64(out number),
            JsonValueKind.String when type == DataType.UInt64 =>
                ulong.TryParse(json.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out number),
            _ => throw Unfit(json, type, "a whole number"),
        };
        return fits && number <= most ? number : throw Unfit(json, type, $"a whole number from 0 to {most}");
    }

    private static double Real(JsonElement json, DataType type)
    {
        if (json.ValueKind == JsonValueKind.Number)
            return json.TryGetDouble(out var number) && double.IsFinite(number) ? number : throw Unfit(json, type, "within the range of a Double");
        return json.ValueKind != JsonValueKind.String ? throw Unfit(json, type, "a number") : json.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            _ => throw Unfit(json, type, "a number"),
        };
    }

    private static float Single(JsonElement json)
    {
        var number = Real(json, DataType.Float);
        var single = (float)number;
        return float.IsFinite(single) || !double.IsFinite(number) ? single : throw Unfit(json, DataType.Float, "within the range of a Float");
    }

    private static bool Boolean(JsonElement json) =>
        json.ValueKind is JsonValueKind.True or JsonValueKind.False ? json.GetBoolean() : throw Unfit(json, DataType.Boolean, "true or false");

    private static string Text(JsonElement json, DataType type)
    {
        if (json.ValueKind != JsonValueKind.String) throw Unfit(json, type, "a text");
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new UnfitException($"the text for a {type} holds half of a surrogate pair");
        }
    }

    private static string TextWithoutNull(JsonElement json)
    {
        var text = Text(json, DataType.String);
        return text.Contains('\0', StringComparison.Ordinal) ? throw new UnfitException("a StringArray cannot hold U+0000") : text;
    }

    private static string Uuid(JsonElement json)
    {
        var text = Text(json, DataType.UUID);
        return Guid.TryParseExact(text, "D", out _) ? text : throw Unfit(json, DataType.UUID, "a UUID of the form 8-4-4-4-12");
    }

    private static Timestamp Time(JsonElement json)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        var text = Text(json, DataType.DateTime);
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out var time) || !text.Contains('T', StringComparison.Ordinal))
            throw Unfit(json, DataType.DateTime, "a time of the form 2026-11-24T22:13:22.123Z");
        return time < DateTimeOffset.UnixEpoch ? throw Unfit(json, DataType.DateTime, "a time since 1970") : Timestamp.From(time);
    }

    private static byte[] Base64(JsonElement json, DataType type) =>
        json.ValueKind == JsonValueKind.String && json.TryGetBytesFromBase64(out var bytes) ? bytes : throw Unfit(json, type, "a base64 text");

    private static DataSet Table(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("columns", out var columns) || !json.TryGetProperty("rows", out var rows)
            || columns.ValueKind != JsonValueKind.Array || rows.ValueKind != JsonValueKind.Array)
            throw Unfit(json, DataType.DataSet, "an object with the arrays columns and rows");
        var header = All(columns, Column);
        return new DataSet(header, All(rows, row => Row(row, header)));
    }

    private static DataSetColumn Column(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("name", out var name) || !json.TryGetProperty("type", out var type))
            throw Unfit(json, DataType.DataSet, "a column of the form { name, type }");
        if (!Enum.TryParse<DataType>(Text(type, DataType.String), out var dataType) || !dataType.IsBasic())
            throw new UnfitException($"a DataSet column cannot have the type {Shorten(type)}");
        return new DataSetColumn(Text(name, DataType.String), dataType);
    }

    private static IReadOnlyList<MetricValue> Row(JsonElement json, DataSetColumn[] columns)
    {
        if (json.ValueKind != JsonValueKind.Array || json.GetArrayLength() != columns.Length)
            throw new UnfitException($"each row of a DataSet is an array of {columns.Length} cells here");
        return [.. json.EnumerateArray().Zip(columns, (cell, column) =>
            cell.ValueKind == JsonValueKind.Null ? MetricValue.Null(column.Type) : ReadOne(cell, column.Type))];
    }

    private static UnfitException Unfit(JsonElement json, DataType type, string expected) => new($"{Shorten(json)} does not fit a {type}: it must be {expected}");

    private static string Shorten(JsonElement json)
    {
        var text = json.GetRawText();
        return text.Length <= 40 ? text : string.Concat(text.AsSpan(0, 40), "…");
    }

    // Leaves the recursion from any depth; never leaves this class.
    private sealed class UnfitException(string message) : Exception(message);
}
