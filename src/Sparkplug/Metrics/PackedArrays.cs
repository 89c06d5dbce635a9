using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;

namespace Sparkplug.Metrics;

/// <summary>
/// The array types 22 to 34 and their packed bytes (Sparkplug 3.0, 6.4.18):
/// <code>
/// numbers, DateTime   each element little endian
/// Boolean             count (int32 little endian), then one bit an element, most significant bit first, last byte padded
/// String              each text as UTF-8, then 00
/// </code>
/// </summary>
internal static class PackedArrays
{
    /// <summary>True when the elements are exactly those of the type, and texts are neither null nor hold the U+0000 that ends them.</summary>
    public static bool Fits(DataType type, Array elements)
    {
        // By exact type: to the runtime an sbyte[] also "is" a byte[].
        if (elements.GetType() != TypeOf(type)) return false;
        return elements is not string[] texts || texts.All(text => text is not null && !text.Contains('\0'));
    }

    /// <summary>The packed bytes of elements that fit the type.</summary>
    public static byte[] Pack(DataType type, Array elements) => type switch
    {
        DataType.Int8Array => PackNumbers((sbyte[])elements),
        DataType.Int16Array => PackNumbers((short[])elements),
        DataType.Int32Array => PackNumbers((int[])elements),
        DataType.Int64Array => PackNumbers((long[])elements),
        DataType.UInt8Array => PackNumbers((byte[])elements),
        DataType.UInt16Array => PackNumbers((ushort[])elements),
        DataType.UInt32Array => PackNumbers((uint[])elements),
        DataType.UInt64Array or DataType.DateTimeArray => PackNumbers((ulong[])elements),
        DataType.FloatArray => PackNumbers((float[])elements),
        DataType.DoubleArray => PackNumbers((double[])elements),
        DataType.BooleanArray => PackBooleans((bool[])elements),
        DataType.StringArray => PackTexts((string[])elements),
        _ => throw new ArgumentException($"{type} is not an array", nameof(type)),
    };

    /// <summary>Reads packed bytes from outside; never throws.</summary>
    /// <returns>False when the bytes are not whole elements of the type, or the type is not an array.</returns>
    public static bool TryUnpack(DataType type, ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Array? elements)
    {
        elements = type switch
        {
            DataType.Int8Array => UnpackNumbers<sbyte>(bytes),
            DataType.Int16Array => UnpackNumbers<short>(bytes),
            DataType.Int32Array => UnpackNumbers<int>(bytes),
            DataType.Int64Array => UnpackNumbers<long>(bytes),
            DataType.UInt8Array => UnpackNumbers<byte>(bytes),
            DataType.UInt16Array => UnpackNumbers<ushort>(bytes),
            DataType.UInt32Array => UnpackNumbers<uint>(bytes),
            DataType.UInt64Array or DataType.DateTimeArray => UnpackNumbers<ulong>(bytes),
            DataType.FloatArray => UnpackNumbers<float>(bytes),
            DataType.DoubleArray => UnpackNumbers<double>(bytes),
            DataType.BooleanArray => UnpackBooleans(bytes),
            DataType.StringArray => UnpackTexts(bytes),
            _ => null,
        };
        return elements is not null;
    }

    /// <summary>True when both hold the same elements; numbers by their bits.</summary>
    public static bool ContentEquals(Array left, Array right)
    {
        if (left.GetType() != right.GetType() || left.Length != right.Length) return false;
        return left is string[] texts ? texts.AsSpan().SequenceEqual((string[])right) : Bits(left).SequenceEqual(Bits(right));
    }

    private static ReadOnlySpan<byte> Bits(Array numbers) =>
        MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetArrayDataReference(numbers), Buffer.ByteLength(numbers));

    private static Type? TypeOf(DataType type) => type switch
    {
        DataType.Int8Array => typeof(sbyte[]),
        DataType.Int16Array => typeof(short[]),
        DataType.Int32Array => typeof(int[]),
        DataType.Int64Array => typeof(long[]),
        DataType.UInt8Array => typeof(byte[]),
        DataType.UInt16Array => typeof(ushort[]),
        DataType.UInt32Array => typeof(uint[]),
        DataType.UInt64Array or DataType.DateTimeArray => typeof(ulong[]),
        DataType.FloatArray => typeof(float[]),
        DataType.DoubleArray => typeof(double[]),
        DataType.BooleanArray => typeof(bool[]),
        DataType.StringArray => typeof(string[]),
        _ => null,
    };

    private static byte[] PackNumbers<T>(T[] elements) where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(elements.AsSpan()).ToArray();
        ToOrFromLittleEndian(bytes, bytes.Length / Math.Max(1, elements.Length));
        return bytes;
    }

    private static T[]? UnpackNumbers<T>(ReadOnlySpan<byte> bytes) where T : unmanaged
    {
        var one = System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
        if (bytes.Length % one != 0) return null;
        var elements = new T[bytes.Length / one];
        var target = MemoryMarshal.AsBytes(elements.AsSpan());
        bytes.CopyTo(target);
        ToOrFromLittleEndian(target, one);
        return elements;
    }

    private static void ToOrFromLittleEndian(Span<byte> bytes, int one)
    {
        if (BitConverter.IsLittleEndian) return;
        for (var at = 0; at < bytes.Length; at += one) bytes.Slice(at, one).Reverse();
    }

    private static byte[] PackBooleans(bool[] elements)
    {
        var bytes = new byte[sizeof(int) + (elements.Length + 7) / 8];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, elements.Length);
        for (var i = 0; i < elements.Length; i++)
            if (elements[i]) bytes[sizeof(int) + i / 8] |= (byte)(0x80 >> (i % 8));
        return bytes;
    }

    private static bool[]? UnpackBooleans(ReadOnlySpan<byte> bytes)
    {
        if (!BinaryPrimitives.TryReadInt32LittleEndian(bytes, out var count) || count < 0) return null;
        var bits = bytes[sizeof(int)..];
        if (bits.Length != (count + 7L) / 8) return null;
        var elements = new bool[count];
        for (var i = 0; i < count; i++) elements[i] = (bits[i / 8] & (0x80 >> (i % 8))) != 0;
        return elements;
    }

    private static byte[] PackTexts(string[] elements)
    {
        var bytes = new byte[elements.Sum(text => Encoding.UTF8.GetByteCount(text) + 1)];
        var at = 0;
        foreach (var text in elements) at += Encoding.UTF8.GetBytes(text, bytes.AsSpan(at)) + 1;
        return bytes;
    }

    private static string[]? UnpackTexts(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 0 && bytes[^1] != 0) return null;
        if (!System.Text.Unicode.Utf8.IsValid(bytes)) return null;
        var elements = new string[bytes.Count((byte)0)];
        for (var i = 0; i < elements.Length; i++)
        {
            var end = bytes.IndexOf((byte)0);
            elements[i] = Encoding.UTF8.GetString(bytes[..end]);
            bytes = bytes[(end + 1)..];
        }
        return elements;
    }
}
