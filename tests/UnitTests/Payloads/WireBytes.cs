using System.Text;

namespace UnitTests.Payloads;

/// <summary>Protobuf by hand, for payloads that our encoder would never write.</summary>
internal static class WireBytes
{
    /// <summary>A field of numbers: tag and varint.</summary>
    public static byte[] Number(int field, ulong value) => [.. Varint((ulong)field << 3), .. Varint(value)];

    /// <summary>A field of texts.</summary>
    public static byte[] Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    /// <summary>A field of bytes or of one message, given as the fields of it.</summary>
    public static byte[] Bytes(int field, params byte[][] parts)
    {
        var content = parts.Length == 1 ? parts[0] : [.. parts.SelectMany(part => part)];
        return [.. Varint((ulong)field << 3 | 2), .. Varint((ulong)content.Length), .. content];
    }

    /// <summary>A metric of a payload with a name, then the fields given.</summary>
    public static byte[] Metric(params byte[][] fields) => Bytes(2, [Text(1, "m"), .. fields]);

    public static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return [.. bytes];
    }
}
