using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace UnitTests.Broker.Security;

/// <summary>A certificate authority as a plant may have one.</summary>
internal sealed class TestAuthority
{
    public const string ClientAuthentication = "1.3.6.1.5.5.7.3.2", ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly DateTimeOffset _now;
    private int _serial = 100;

    public TestAuthority(string name, DateTimeOffset now, TestAuthority? parent = null, X509KeyUsageFlags usage = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign)
    {
        _now = now;
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        if (parent is null)
        {
            Certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(10));
            return;
        }

        using var issued = parent.Sign(request, now.AddDays(-1), now.AddYears(5), []);
        Certificate = issued.CopyWithPrivateKey(_key);
    }

    public X509Certificate2 Certificate { get; }

    public string Pem => Certificate.ExportCertificatePem() + "\n";

    /// <summary>A client's certificate with its key.</summary>
    public X509Certificate2 Issue(
        string subject, string? usage = ClientAuthentication, TimeSpan? from = null, TimeSpan? until = null, Action<SubjectAlternativeNameBuilder>? names = null, byte[]? serial = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        if (usage is not null)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        var alternatives = new SubjectAlternativeNameBuilder();
        names?.Invoke(alternatives);
        if (names is not null)
            request.CertificateExtensions.Add(alternatives.Build());
        using var issued = Sign(request, _now + (from ?? TimeSpan.FromDays(-1)), _now + (until ?? TimeSpan.FromDays(30)), serial);
        return issued.CopyWithPrivateKey(key);
    }

    /// <summary>A revocation list in DER.</summary>
    public byte[] Revoke(DateTimeOffset from, DateTimeOffset until, params X509Certificate2[] revoked)
    {
        var builder = new CertificateRevocationListBuilder();
        foreach (var certificate in revoked)
            builder.AddEntry(certificate, from, X509RevocationReason.KeyCompromise);
        return builder.Build(Certificate, 1, until, HashAlgorithmName.SHA256, thisUpdate: from);
    }

    public string RevokePem(DateTimeOffset from, DateTimeOffset until, params X509Certificate2[] revoked) =>
        PemEncoding.WriteString("X509 CRL", Revoke(from, until, revoked)) + "\n";

    private X509Certificate2 Sign(CertificateRequest request, DateTimeOffset from, DateTimeOffset until, byte[]? serial) =>
        request.Create(Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), from, until, serial is { Length: > 0 } ? serial : [1, (byte)_serial++]);
}
