using System.Buffers.Binary;

namespace Benchmarks.Generator;

/// <summary>
/// Sparkplug B payloads of a given size, written by hand so that the benchmarks measure none of our own library:
/// <code>timestamp, metric "bdSeq" or "Stamp", metric "Fill" (a string up to the size), seq</code>
/// </summary>
internal static class SparkplugPayload
{
    /// <summary>Where the eight bytes of "Stamp" (little endian) are in a payload of <see cref="Data"/>.</summary>
    public const int StampOffset = 19;

    private const byte Int64Type = 4, DoubleType = 10, StringType = 12;

    /// <summary>An NDATA, DDATA or NBIRTH of so many bytes (more than 150) with eight bytes that a run may set.</summary>
    public static byte[] Data(int size)
    {
        var payload = Begin();
        AddMetric(payload, "Stamp", DoubleType, [0x69, .. new byte[8]]);
        if (payload[StampOffset - 1] != 0x69)
            throw new InvalidOperationException("The stamp is not where it is said to be.");
        const int Rest = 2; // seq
        const int Around = 3 + 2 + 4 + 2 + 3; // Fill's own tags and lengths, two bytes for each length over 127
        AddMetric(payload, "Fill", StringType, [0x7A, .. Varint(size - payload.Count - Rest - Around), .. Enumerable.Repeat((byte)'x', size - payload.Count - Rest - Around)]);
        payload.AddRange([0x18, 1]);
        return payload.Count == size ? [.. payload] : throw new InvalidOperationException($"The payload has {payload.Count} bytes, not {size}.");
    }

    /// <summary>An NDEATH.</summary>
    public static byte[] Death()
    {
        var payload = Begin();
        AddMetric(payload, "bdSeq", Int64Type, [0x58, 0]);
        return [.. payload];
    }

    private static List<byte> Begin() => [0x08, .. Varint(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds())];

    private static void AddMetric(List<byte> payload, string name, byte type, byte[] value)
    {
        byte[] metric = [0x0A, (byte)name.Length, .. System.Text.Encoding.UTF8.GetBytes(name), 0x20, type, .. value];
        payload.AddRange([0x12, .. Varint(metric.Length), .. metric]);
    }

    private static byte[] Varint(long number)
    {
        var bytes = new List<byte>();
        for (; number > 0x7F; number >>= 7)
            bytes.Add((byte)(number | 0x80));
        bytes.Add((byte)number);
        return [.. bytes];
    }

    /// <summary>Sets the eight bytes of "Stamp" in a payload.</summary>
    public static void Stamp(Span<byte> payload, long value) => BinaryPrimitives.WriteInt64LittleEndian(payload[StampOffset..], value);

    /// <summary>The eight bytes of "Stamp" in a payload.</summary>
    public static long StampOf(ReadOnlySpan<byte> payload) => BinaryPrimitives.ReadInt64LittleEndian(payload[StampOffset..]);
}
