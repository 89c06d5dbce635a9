using System.Buffers.Binary;
using System.Numerics;

namespace Sparkplug.Broker.Storage;

/// <summary>CRC-32C of what clients sent. SQLite finds a damaged structure, but not a changed byte in the middle of a payload.</summary>
internal static class Checksum
{
    public static uint Of(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> properties) =>
        ~Add(Add(Add(uint.MaxValue, topic), payload), properties);

    private static uint Add(uint sum, ReadOnlySpan<byte> bytes)
    {
        sum = BitOperations.Crc32C(sum, (uint)bytes.Length); // so that no byte moves from one field to the next
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var single in bytes)
            sum = BitOperations.Crc32C(sum, single);
        return sum;
    }
}
