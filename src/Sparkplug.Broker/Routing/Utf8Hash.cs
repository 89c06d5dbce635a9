using System.Runtime.InteropServices;

namespace Sparkplug.Broker.Routing;

/// <summary>
/// A hash of bytes that a stranger cannot foresee: names come from the wire, and names chosen to collide would make a table a list. It is
/// that of strings, keyed anew in each process.
/// </summary>
internal static class Utf8Hash
{
    private const int LastByteFactor = 0x01000193;

    public static int Of(ReadOnlySpan<byte> utf8)
    {
        var hash = string.GetHashCode(MemoryMarshal.Cast<byte, char>(utf8)); // leaves an odd last byte out
        return (utf8.Length & 1) == 0 ? hash : hash ^ ((utf8[^1] + 1) * LastByteFactor);
    }
}
