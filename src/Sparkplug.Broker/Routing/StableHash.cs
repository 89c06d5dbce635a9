using System.Numerics;

namespace Sparkplug.Broker.Routing;

/// <summary>
/// A hash that is the same in each process on each machine (FNV-1a with a final mix), for choices that must survive a restart. Anyone can
/// foresee it: not for tables of names from the wire.
/// </summary>
internal static class StableHash
{
    private const ulong Basis = 0xCBF29CE484222325;
    private const ulong Prime = 0x100000001B3;
    private const ulong CombineFactor = 0x9E3779B97F4A7C15;

    public static ulong Of(ReadOnlySpan<byte> utf8)
    {
        var hash = Basis;
        foreach (var one in utf8)
            hash = (hash ^ one) * Prime;
        return Mix(hash);
    }

    public static ulong Of(ReadOnlySpan<char> text)
    {
        var hash = Basis;
        foreach (var one in text)
            hash = (hash ^ one) * Prime;
        return Mix(hash);
    }

    /// <summary>Of two hashes, in one multiplication: both halves of its 128 bits are used.</summary>
    public static ulong Combine(ulong first, ulong second)
    {
        var high = Math.BigMul(first ^ BitOperations.RotateLeft(second, 32), CombineFactor, out var low);
        return high ^ low;
    }

    /// <summary>Lets each bit of the input change half of the bits of the output (the finalizer of MurmurHash3).</summary>
    private static ulong Mix(ulong hash)
    {
        hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCD;
        hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53;
        return hash ^ (hash >> 33);
    }
}
