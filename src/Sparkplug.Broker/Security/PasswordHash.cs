using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;

namespace Sparkplug.Broker.Security;

/// <summary>
/// A password hashed with Argon2id (RFC 9106), written as the PHC string
/// <c>$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH</c> with unpadded base64.
/// </summary>
internal sealed class PasswordHash
{
    private const int SaltSize = 16, HashSize = 32;

    /// <summary>More than this would let one line of the users file take the broker's memory or time.</summary>
    private const int MaximumMemory = 1 << 18, MaximumPasses = 16;

    // 19 MiB and 2 passes: some 20-40 ms on a gateway's core, and no more memory than a small box can spare.
    private static readonly Argon2Parameters Cost = new() { DegreeOfParallelism = 1, MemorySize = 19456, NumberOfPasses = 2 };

    private readonly Argon2Parameters _cost;
    private readonly byte[] _salt, _hash;

    private PasswordHash(Argon2Parameters cost, byte[] salt, byte[] hash)
    {
        _cost = cost;
        _salt = salt;
        _hash = hash;
    }

    /// <summary>The hash itself; another password, or the same one set again, has another one.</summary>
    public ReadOnlySpan<byte> Digest => _hash;

    /// <summary>Hashes a password with a fresh salt.</summary>
    public static PasswordHash Of(ReadOnlySpan<byte> password) => Of(password, Cost);

    /// <summary>With another cost than ours, in KiB of memory and in passes.</summary>
    internal static PasswordHash Of(ReadOnlySpan<byte> password, int memory, int passes) =>
        Of(password, new Argon2Parameters { DegreeOfParallelism = 1, MemorySize = memory, NumberOfPasses = passes });

    /// <inheritdoc cref="Of(ReadOnlySpan{byte})"/>
    public static PasswordHash Of(string password) => Of(Encoding.UTF8.GetBytes(password));

    /// <summary>Reads a PHC string.</summary>
    public static bool TryParse(string text, out PasswordHash? hash)
    {
        hash = null;
        if (text.Split('$') is not ["", "argon2id", "v=19", var cost, var salt, var digest])
            return false;
        if (!TryParseCost(cost, out var parameters) || !TryDecode(salt, out var saltBytes) || !TryDecode(digest, out var digestBytes))
            return false;
        if (saltBytes.Length != SaltSize || digestBytes.Length is < 16 or > 64)
            return false;
        hash = new PasswordHash(parameters, saltBytes, digestBytes);
        return true;
    }

    /// <summary>Takes tens of milliseconds of one core: never call it on a connection's own loop.</summary>
    public bool Verify(ReadOnlySpan<byte> password) =>
        CryptographicOperations.FixedTimeEquals(Derive(_cost, password, _salt, _hash.Length), _hash);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"$argon2id$v=19$m={_cost.MemorySize},t={_cost.NumberOfPasses},p=1${Encode(_salt)}${Encode(_hash)}");

    private static PasswordHash Of(ReadOnlySpan<byte> password, in Argon2Parameters cost)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        return new PasswordHash(cost, salt, Derive(cost, password, salt, HashSize));
    }

    private static byte[] Derive(in Argon2Parameters cost, ReadOnlySpan<byte> password, byte[] salt, int count) =>
        new Argon2id(cost).DeriveBytes(password, salt, count);

    private static bool TryParseCost(string text, out Argon2Parameters cost)
    {
        cost = default;
        if (text.Split(',') is not [['m', '=', .. var memory], ['t', '=', .. var passes], "p=1"])
            return false;
        if (!int.TryParse(memory, NumberStyles.None, CultureInfo.InvariantCulture, out var kibibytes) || kibibytes is < 8 or > MaximumMemory)
            return false;
        if (!int.TryParse(passes, NumberStyles.None, CultureInfo.InvariantCulture, out var times) || times is < 1 or > MaximumPasses)
            return false;
        cost = new Argon2Parameters { DegreeOfParallelism = 1, MemorySize = kibibytes, NumberOfPasses = times };
        return true;
    }

    private static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private static bool TryDecode(string text, out byte[] bytes)
    {
        bytes = new byte[text.Length];
        var padded = text.PadRight((text.Length + 3) / 4 * 4, '=');
        if (!Convert.TryFromBase64String(padded, bytes, out var written))
            return false;
        bytes = bytes[..written];
        return true;
    }
}
