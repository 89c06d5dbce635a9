using System.Buffers;
using System.Text.Json;
using Sparkplug.Metrics;

namespace Sparkplug.Payloads;

/// <summary>
/// The JSON payload of a STATE message: <c>{"online":true,"timestamp":1668114759262}</c>
/// (tck-id-host-topic-phid-birth-payload, tck-id-host-topic-phid-death-payload).
/// </summary>
/// <param name="Online">True in a birth, false in a death.</param>
/// <param name="Timestamp">UTC milliseconds; ties a birth to the Will of its connection.</param>
public readonly record struct StatePayload(bool Online, Timestamp Timestamp)
{
    private const int LongestAccepted = 4096;

    /// <summary>The payload as UTF-8 JSON.</summary>
    public byte[] Encode()
    {
        var buffer = new ArrayBufferWriter<byte>(64);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteBoolean("online"u8, Online);
            writer.WriteNumber("timestamp"u8, Timestamp.Milliseconds);
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a STATE payload from outside; unknown keys are passed over, never throws.</summary>
    /// <returns>False when it is not a JSON object with one Boolean <c>online</c> and one unsigned integer <c>timestamp</c>;
    /// of a key that stands there twice, two readers could take different values.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> utf8, out StatePayload state)
    {
        state = default;
        if (utf8.Length > LongestAccepted) return false;
        try
        {
            return TryRead(new Utf8JsonReader(utf8), out state);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is the reader's answer to half of a surrogate pair in an escaped key.
            return false;
        }
    }

    private static bool TryRead(Utf8JsonReader reader, out StatePayload state)
    {
        bool? online = null;
        ulong? timestamp = null;
        state = default;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isOnline = reader.ValueTextEquals("online"u8);
            var isTimestamp = reader.ValueTextEquals("timestamp"u8);
            reader.Read();
            if (isOnline)
            {
                if (online is not null || reader.TokenType is not (JsonTokenType.True or JsonTokenType.False)) return false;
                online = reader.GetBoolean();
            }
            else if (isTimestamp)
            {
                if (timestamp is not null || reader.TokenType != JsonTokenType.Number || !reader.TryGetUInt64(out var milliseconds)) return false;
                timestamp = milliseconds;
            }
            else
            {
                reader.Skip();
            }
        }
        if (online is null || timestamp is null || reader.Read()) return false;
        state = new StatePayload(online.Value, new Timestamp(timestamp.Value));
        return true;
    }
}
