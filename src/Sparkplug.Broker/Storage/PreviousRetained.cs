using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Data.Sqlite;
using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Routing;

namespace Sparkplug.Broker.Storage;

/// <summary>Reads the file in which the version before this store kept retained messages and birth certificates.</summary>
internal static class PreviousRetained
{
    public const string FileName = "retained.db";

    private const byte PayloadFormatIndicator = 0x01, ContentType = 0x03, ResponseTopic = 0x08, CorrelationData = 0x09, UserProperty = 0x26;

    /// <summary>Every message, with an id behind <paramref name="lastId"/>.</summary>
    /// <exception cref="SqliteException">The file is damaged or cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static List<Message> Read(string file, long lastId)
    {
        var messages = new List<Message>();
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        connection.Open();
        using var rows = new Statement(connection, "SELECT topic, payload, qos, properties FROM retained");
        while (rows.Read())
            messages.Add(new Message
            {
                Id = ++lastId,
                Topic = new Topic(rows.Bytes(0).ToArray()),
                Payload = rows.Bytes(1).ToArray(),
                Qos = (Qos)rows.Integer(2, 0, 2),
                Properties = rows.IsNull(3) ? [] : Encode(rows.Bytes(3)),
                Retain = true,
                ExpiresAt = long.MaxValue,
            });
        return messages;
    }

    private static byte[] Encode(ReadOnlySpan<byte> json)
    {
        PreviousProperties? properties;
        try
        {
            properties = JsonSerializer.Deserialize(json, PreviousJson.Default.PreviousProperties);
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"properties that cannot be read: {fault.Message}", fault);
        }

        return properties is null ? [] : Encode(properties);
    }

    private static byte[] Encode(PreviousProperties properties)
    {
        var output = new OutputBuffer();
        if (properties.IsText)
            output.Write([PayloadFormatIndicator, 1]);
        Write(output, ContentType, properties.ContentType);
        Write(output, ResponseTopic, properties.ResponseTopic);
        if (properties.CorrelationData is { } correlation)
        {
            output.Write([CorrelationData]);
            WriteCounted(output, correlation);
        }

        foreach (var pair in properties.UserProperties.Chunk(2))
        {
            Write(output, UserProperty, pair[0]);
            WriteCounted(output, Encoding.UTF8.GetBytes(pair.Length > 1 ? pair[1] : ""));
        }

        var encoded = output.Written.ToArray();
        output.Clear();
        return encoded;
    }

    private static void Write(OutputBuffer output, byte identifier, string? text)
    {
        if (text is null)
            return;
        output.Write([identifier]);
        WriteCounted(output, Encoding.UTF8.GetBytes(text));
    }

    private static void WriteCounted(OutputBuffer output, byte[] bytes)
    {
        if (bytes.Length > ushort.MaxValue)
            throw new InvalidDataException($"a property of {bytes.Length} bytes");
        Span<byte> length = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)bytes.Length);
        output.Write(length);
        output.Write(bytes);
    }
}

/// <summary>The properties as that version wrote them.</summary>
internal sealed class PreviousProperties
{
    public bool IsText { get; init; }

    public string? ContentType { get; init; }

    public string? ResponseTopic { get; init; }

    public byte[]? CorrelationData { get; init; }

    /// <summary>Name, value, name, value.</summary>
    public string[] UserProperties { get; init; } = [];
}

[JsonSerializable(typeof(PreviousProperties))]
internal sealed partial class PreviousJson : JsonSerializerContext;
