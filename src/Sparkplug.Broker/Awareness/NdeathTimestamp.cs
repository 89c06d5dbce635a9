namespace Sparkplug.Broker.Awareness;

/// <summary>What <see cref="NdeathTimestamp"/> made of a payload.</summary>
internal enum Stamping
{
    /// <summary>The time was replaced.</summary>
    Replaced,

    /// <summary>The payload has no timestamp, and the specification lets a server replace one, not add one.</summary>
    Absent,

    /// <summary>The bytes are no protobuf message.</summary>
    Unreadable,
}

/// <summary>
/// Replaces the timestamp of an NDEATH payload, its protobuf field 1, and keeps every other byte: metrics, unknown fields and extensions
/// pass through as they came.
/// <code>
/// payload = field*      field = key value      key = varint(number &lt;&lt; 3 | wire type)
/// value   = varint (0) | 8 bytes (1) | varint length, bytes (2) | 4 bytes (5)
/// </code>
/// </summary>
internal static class NdeathTimestamp
{
    private const int TimestampKey = 1 << 3 | 0;

    /// <summary>Rewrites into a new array; <paramref name="stamped"/> is empty unless the answer is <see cref="Stamping.Replaced"/>.</summary>
    public static Stamping Replace(ReadOnlySpan<byte> payload, ulong milliseconds, out byte[] stamped)
    {
        stamped = [];
        var output = new byte[payload.Length + MaximumVarint];
        var (read, written, found) = (0, 0, false);
        while (read < payload.Length)
        {
            var start = read;
            if (!TrySkipField(payload, ref read, out var isTimestamp))
                return Stamping.Unreadable;
            if (!isTimestamp)
                Copy(payload[start..read], output, ref written);
            else if (!found) // a second one would win over the first in a reader, so all but ours go
                WriteTimestamp(milliseconds, output, ref written);
            found |= isTimestamp;
        }

        if (!found)
            return Stamping.Absent;
        stamped = output[..written];
        return Stamping.Replaced;
    }

    private const int MaximumVarint = 10;

    private static bool TrySkipField(ReadOnlySpan<byte> payload, ref int at, out bool isTimestamp)
    {
        isTimestamp = false;
        if (!TryReadVarint(payload, ref at, out var key) || key >> 3 is 0 or > 0x1FFF_FFFF)
            return false;
        isTimestamp = key == TimestampKey;
        return (key & 7) switch
        {
            0 => TryReadVarint(payload, ref at, out _),
            1 => TrySkip(payload, ref at, 8),
            2 => TryReadVarint(payload, ref at, out var length) && TrySkip(payload, ref at, length),
            5 => TrySkip(payload, ref at, 4),
            _ => false, // groups (3, 4) are not part of the Sparkplug schema
        };
    }

    private static bool TrySkip(ReadOnlySpan<byte> payload, ref int at, ulong count)
    {
        if (count > (ulong)(payload.Length - at))
            return false;
        at += (int)count;
        return true;
    }

    private static bool TryReadVarint(ReadOnlySpan<byte> payload, ref int at, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 7 * MaximumVarint; shift += 7)
        {
            if (at >= payload.Length)
                return false;
            var next = payload[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return true;
        }

        return false;
    }

    private static void WriteTimestamp(ulong milliseconds, Span<byte> output, ref int written)
    {
        output[written++] = TimestampKey;
        while (milliseconds >= 0x80)
        {
            output[written++] = (byte)(milliseconds | 0x80);
            milliseconds >>= 7;
        }

        output[written++] = (byte)milliseconds;
    }

    private static void Copy(ReadOnlySpan<byte> field, Span<byte> output, ref int written)
    {
        field.CopyTo(output[written..]);
        written += field.Length;
    }
}
