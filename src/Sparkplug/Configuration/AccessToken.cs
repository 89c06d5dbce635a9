using System.Security.Cryptography;
using System.Text;

namespace Sparkplug.Configuration;

/// <summary>The token that an API wants: made on the first start, kept in a file that only its owner can read, never logged.</summary>
public sealed class AccessToken
{
    private const int LongestFile = 4096;
    private const int ShortestToken = 16;

    private readonly byte[] _hash;

    private AccessToken(string token, string path)
    {
        _hash = Hash(token);
        Path = path;
    }

    /// <summary>The file that holds the token.</summary>
    public string Path { get; }

    /// <summary>Reads the token of a file, or makes one and the folder for it.</summary>
    /// <exception cref="InvalidDataException">The file holds no token.</exception>
    public static AccessToken ReadOrCreate(string file)
    {
        var path = System.IO.Path.GetFullPath(file);
        if (!File.Exists(path)) Create(path);
        if (new FileInfo(path).Length > LongestFile) throw new InvalidDataException($"{path} is too long to hold a token");
        var token = File.ReadAllText(path).Trim();
        if (token.Length < ShortestToken) throw new InvalidDataException($"{path} holds no token of at least {ShortestToken} characters; delete it to have a new one made");
        return new AccessToken(token, path);
    }

    /// <summary>True for <c>Bearer TOKEN</c>; takes the same time whatever is wrong.</summary>
    public bool IsIn(string? authorization)
    {
        const string Scheme = "Bearer ";
        return authorization is not null && authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(_hash, Hash(authorization[Scheme.Length..].Trim()));
    }

    private static void Create(string path)
    {
        DataFolder.Create(System.IO.Path.GetDirectoryName(path)!);
        PrivateFile.Write(path, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)) + "\n");
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
