using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sparkplug.Configuration;

namespace Sparkplug.Broker.Security;

/// <summary>Whose client certificates are trusted: one state of the CA file and the CRL file. It never changes.</summary>
internal sealed class ClientTrust
{
    private const string CaKey = "Broker:Tls:ClientCaFile", CrlKey = "Broker:Tls:ClientCrlFile", ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const int MaximumFileSize = 64 << 20;

    private ClientTrust(X509Certificate2Collection authorities, RevocationLists? lists)
    {
        Lists = lists;
        ChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck, // the lists of the CRL file take its place
            DisableCertificateDownloads = true, // a handshake never waits for somebody's web server
            VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid, // compared with our own clock
        };
        ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        foreach (var authority in authorities)
            (IsRoot(authority) ? ChainPolicy.CustomTrustStore : ChainPolicy.ExtraStore).Add(authority);
        Authorities = authorities;
    }

    /// <summary>The certificates of the CA file.</summary>
    public X509Certificate2Collection Authorities { get; }

    /// <summary>What a chain is built with. Nobody may change it.</summary>
    public X509ChainPolicy ChainPolicy { get; }

    /// <summary>What the authorities have revoked; null where there is no CRL file.</summary>
    public RevocationLists? Lists { get; }

    /// <summary>Reads the files.</summary>
    /// <exception cref="ConfigurationFaultException">One of them cannot be used.</exception>
    public static ClientTrust Read(string caFile, string? crlFile)
    {
        var authorities = Read(CaKey, caFile, AuthoritiesIn);
        return new ClientTrust(authorities, crlFile is null ? null : Read(CrlKey, crlFile, content => RevocationLists.Read(content, authorities)));
    }

    private static T Read<T>(string key, string path, Func<byte[], T> parse)
    {
        try
        {
            if (new FileInfo(path).Length > MaximumFileSize)
                throw new CryptographicException($"it is larger than {MaximumFileSize >> 20} MiB");
            return parse(File.ReadAllBytes(path));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ConfigurationFaultException(key, $"{path} cannot be used: {fault.Message}", fault);
        }
    }

    private static X509Certificate2Collection AuthoritiesIn(byte[] content)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(System.Text.Encoding.ASCII.GetString(content));
        if (authorities.FirstOrDefault(one => !IsAuthority(one)) is { } other)
            throw new CryptographicException($"the certificate of {other.Subject} in it is not one of an authority");
        if (!authorities.Any(IsRoot))
            throw new CryptographicException("it holds no root certificate (PEM), which a chain must end in; intermediate ones may stand beside it");
        return authorities;
    }

    private static bool IsAuthority(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(constraints => constraints.CertificateAuthority);

    private static bool IsRoot(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
}
