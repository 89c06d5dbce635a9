using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Sparkplug.Broker.Security;

/// <summary>
/// Keys that stand for what a client says about itself. They are keyed with a secret of this process, so that nothing in memory tells a
/// password, and nobody can make two of them alike.
/// </summary>
internal sealed class Credentials
{
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);

    /// <summary>User, password, and the hash that is stored for the user: with another hash it is another key.</summary>
    public UInt128 KeyOf(string userName, ReadOnlySpan<byte> password, PasswordHash? stored)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _secret);
        Append(hash, Encoding.UTF8.GetBytes(userName));
        Append(hash, stored is null ? [] : stored.Digest);
        Append(hash, password);
        return Take(hash);
    }

    /// <summary>User and source.</summary>
    public UInt128 KeyOf(string userName, Source source)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _secret);
        Span<byte> bits = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bits, source.Bits);
        hash.AppendData(bits);
        hash.AppendData(Encoding.UTF8.GetBytes(userName));
        return Take(hash);
    }

    // Each part with its length in front: joined alone, "ann" + "secret" would be "anns" + "ecret".
    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
    }

    private static UInt128 Take(IncrementalHash hash)
    {
        Span<byte> digest = stackalloc byte[32];
        hash.GetHashAndReset(digest);
        return BinaryPrimitives.ReadUInt128BigEndian(digest);
    }
}
