using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sparkplug.Broker.Security;

/// <summary>
/// A certificate authority of one broker, for development and for plants without a public key infrastructure: ECDSA P-256,
/// it signs server certificates and nothing below them. Clients trust its <c>ca.crt</c>.
/// </summary>
internal sealed class DevelopmentCa : IDisposable
{
    // Gateways without a clock of their own may start hours off.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromDays(1);
    private static readonly TimeSpan CaLife = TimeSpan.FromDays(20 * 365);
    private static readonly TimeSpan ServerLife = TimeSpan.FromDays(397);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    private DevelopmentCa(X509Certificate2 certificate) => Certificate = certificate;

    /// <summary>The authority's own certificate with its private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Makes a new authority.</summary>
    public static DevelopmentCa Make(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // Two authorities never share a name: trust stores look them up by it.
        var name = new X500DistinguishedName($"CN=Sparkplug broker CA {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}");
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority(pathLengthConstraint: 0));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        var keyId = new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false);
        request.CertificateExtensions.Add(keyId);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(keyId));
        return new DevelopmentCa(request.CreateSelfSigned(now - ClockSkew, now + CaLife));
    }

    /// <summary>Takes an authority from its PEM texts.</summary>
    /// <exception cref="CryptographicException">They are not the certificate and key of an authority.</exception>
    public static DevelopmentCa FromPem(string certificatePem, string keyPem)
    {
        X509Certificate2 certificate;
        try
        {
            certificate = X509Certificate2.CreateFromPem(certificatePem, keyPem);
        }
        catch (ArgumentException fault)
        {
            throw new CryptographicException("the key does not belong to the certificate", fault);
        }

        if (certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(constraints => constraints.CertificateAuthority))
            return new DevelopmentCa(certificate);
        certificate.Dispose();
        throw new CryptographicException("the certificate is not one of an authority");
    }

    /// <summary>Whether the authority itself is valid for as long as a new server certificate would be.</summary>
    public bool IsUsable(DateTimeOffset now) => now >= Certificate.NotBefore && now + RenewBefore < Certificate.NotAfter;

    /// <summary>Issues a certificate for a server, with its private key.</summary>
    public X509Certificate2 Issue(ServerNames names, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName("CN=Sparkplug broker"), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForEndEntity(critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1", "serverAuth")], critical: false));
        request.CertificateExtensions.Add(names.ToExtension());
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));

        // A certificate never outlives, nor is older than, the one that signed it.
        var from = Later(now - ClockSkew, Certificate.NotBefore);
        var until = Earlier(now + ServerLife, Certificate.NotAfter);
        using var issued = request.Create(Certificate, from, until, SerialNumber());
        return issued.CopyWithPrivateKey(key);
    }

    /// <summary>Why a server certificate must be issued again, or null if it is still good.</summary>
    public string? ReasonToReissue(X509Certificate2 server, ServerNames names, DateTimeOffset now)
    {
        if (!IsIssuerOf(server))
            return "it was issued by another CA";
        if (now < server.NotBefore || now + RenewBefore >= server.NotAfter)
            return $"it is valid from {server.NotBefore.ToUniversalTime():u} to {server.NotAfter.ToUniversalTime():u}";
        return names.AreIn(server) ? null : "names or addresses of this machine are missing from it";
    }

    /// <inheritdoc/>
    public void Dispose() => Certificate.Dispose();

    private bool IsIssuerOf(X509Certificate2 server)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(Certificate);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        return chain.Build(server);
    }

    private static byte[] SerialNumber()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)(serial[0] & 0x7F | 0x40); // positive, and no leading zero byte
        return serial;
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
