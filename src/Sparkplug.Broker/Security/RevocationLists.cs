using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace Sparkplug.Broker.Security;

/// <summary>
/// Certificate revocation lists (RFC 5280, 5) from a file: PEM, one after another, or one as DER. Each is complete, signed by an authority that
/// may sign such lists, and says when the next one is due. .NET's chain takes no such file on Linux.
/// </summary>
internal sealed class RevocationLists
{
    private const string PemLabel = "X509 CRL";
    private const int CrlSign = 6; // its bit in the key usage, RFC 5280, 4.2.1.3

    // The machine that made the list may be a little ahead of this one.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, List> _byKey;

    private RevocationLists(Dictionary<string, List> byKey) => _byKey = byKey;

    /// <summary>When the first of them is out of date.</summary>
    public DateTimeOffset NextUpdate => _byKey.Values.Min(list => list.NextUpdate);

    /// <summary>Reads a file.</summary>
    /// <exception cref="CryptographicException">It holds no list, or one that cannot be relied upon.</exception>
    public static RevocationLists Read(byte[] content, X509Certificate2Collection authorities)
    {
        var byKey = new Dictionary<string, List>();
        foreach (var encoded in Split(content))
        {
            var (key, list) = ReadOne(encoded, authorities);
            if (!byKey.TryGetValue(key, out var other) || other.ThisUpdate < list.ThisUpdate)
                byKey[key] = list;
        }

        return new RevocationLists(byKey);
    }

    /// <summary>Why a certificate must not be accepted, or null. No list, or one that is out of date, is a reason: nobody knows what it would say.</summary>
    public string? FaultOf(X509Certificate2 certificate, X509Certificate2 issuer, DateTimeOffset now)
    {
        if (!_byKey.TryGetValue(KeyOf(issuer), out var list))
            return $"there is no revocation list of {issuer.Subject} in the CRL file";
        if (now >= list.NextUpdate)
            return $"the revocation list of {issuer.Subject} is out of date since {list.NextUpdate:u}";
        if (now < list.ThisUpdate - ClockSkew)
            return $"the revocation list of {issuer.Subject} is valid from {list.ThisUpdate:u} on";
        return list.Revoked.TryGetValue(SerialOf(certificate.SerialNumberBytes.Span), out var since)
            ? $"{issuer.Subject} has revoked {certificate.Subject} (serial number {certificate.SerialNumber}) at {since:u}"
            : null;
    }

    private static List<byte[]> Split(byte[] content)
    {
        if (content is [0x30, ..])
            return [content]; // DER: a sequence
        var text = Encoding.ASCII.GetString(content).AsSpan();
        List<byte[]> found = [];
        while (PemEncoding.TryFind(text, out var fields))
        {
            if (text[fields.Label] is PemLabel)
                found.Add(Convert.FromBase64String(text[fields.Base64Data].ToString()));
            text = text[fields.Location.End..];
        }

        return found.Count > 0 ? found : throw new CryptographicException($"it holds no -----BEGIN {PemLabel}-----");
    }

    private static (string Key, List List) ReadOne(byte[] encoded, X509Certificate2Collection authorities)
    {
        try
        {
            var crl = new X509Crl(encoded);
            var issuer = authorities.FirstOrDefault(authority => HasSigned(authority, crl))
                ?? throw new CryptographicException($"none of the authorities in the CA file has signed the list of {crl.IssuerDN}");
            if (crl.NextUpdate is not { } nextUpdate)
                throw new CryptographicException($"the list of {crl.IssuerDN} does not say when the next one is due");
            IEnumerable<X509CrlEntry>? listed = crl.GetRevokedCertificates();
            var entries = listed ?? []; // null where nothing is revoked
            ThrowIfPartial(crl, entries);
            var revoked = new Dictionary<string, DateTimeOffset>();
            foreach (var entry in entries)
                revoked[SerialOf(entry.SerialNumber.ToByteArray())] = Utc(entry.RevocationDate);
            return (KeyOf(issuer), new List(Utc(crl.ThisUpdate), Utc(nextUpdate), revoked));
        }
        catch (Exception fault) when (fault is not CryptographicException) // the library has many of its own
        {
            throw new CryptographicException($"it holds a list that cannot be read: {fault.Message}", fault);
        }
    }

    private static bool HasSigned(X509Certificate2 authority, X509Crl crl)
    {
        var certificate = new Org.BouncyCastle.X509.X509Certificate(authority.RawData);
        if (!certificate.SubjectDN.Equivalent(crl.IssuerDN) || certificate.GetKeyUsage() is { } usage && !usage[CrlSign])
            return false;
        return crl.IsSignatureValid(PublicKeyFactory.CreateKey(authority.PublicKey.ExportSubjectPublicKeyInfo()));
    }

    /// <summary>A list that tells only of some certificates, of changes, or for other authorities says so in a critical extension.</summary>
    private static void ThrowIfPartial(X509Crl crl, IEnumerable<X509CrlEntry> entries)
    {
        var critical = crl.GetCriticalExtensionOids()?.Cast<object>() ?? [];
        var ofEntries = entries.SelectMany(entry => entry.GetCriticalExtensionOids()?.Cast<object>() ?? []);
        if (critical.Concat(ofEntries).FirstOrDefault() is { } oid)
            throw new CryptographicException($"the list of {crl.IssuerDN} has the critical extension {oid}: only complete lists of the authority itself are understood");
    }

    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));

    private static string KeyOf(X509Certificate2 authority) => Convert.ToBase64String(SHA256.HashData(authority.PublicKey.ExportSubjectPublicKeyInfo()));

    /// <summary>A serial number is an integer: how many zeros stand in front is nobody's business.</summary>
    private static string SerialOf(ReadOnlySpan<byte> bigEndian) => Convert.ToHexString(bigEndian.TrimStart((byte)0));

    private sealed record List(DateTimeOffset ThisUpdate, DateTimeOffset NextUpdate, Dictionary<string, DateTimeOffset> Revoked);
}
