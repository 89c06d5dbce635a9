namespace EdgeNode.Serial;

/// <summary>CRC-16/CCITT-FALSE: polynomial 0x1021, initial value 0xFFFF, not reflected, no final XOR; 0x29B1 over <c>123456789</c>.</summary>
public static class Crc16
{
    /// <summary>The CRC of nothing.</summary>
    public const ushort Start = 0xFFFF;

    private static readonly ushort[] Table = [.. Enumerable.Range(0, 256).Select(Entry)];

    /// <summary>The CRC of <paramref name="bytes"/>, or of what gave <paramref name="crc"/> with <paramref name="bytes"/> behind it.</summary>
    public static ushort Compute(ReadOnlySpan<byte> bytes, ushort crc = Start)
    {
        foreach (var value in bytes) crc = (ushort)((crc << 8) ^ Table[(crc >> 8) ^ value]);
        return crc;
    }

    private static ushort Entry(int index)
    {
        var crc = index << 8;
        for (var bit = 0; bit < 8; bit++) crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
        return (ushort)crc;
    }
}
