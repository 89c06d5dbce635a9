using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Benchmarks.Brokers;

/// <summary>One self-signed P-256 certificate for all brokers of a run.</summary>
internal sealed record ServerCertificate(string CertificateFile, string KeyFile)
{
    public static ServerCertificate Create(string directory)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
        var made = new ServerCertificate(Path.Combine(directory, "server.crt"), Path.Combine(directory, "server.key"));
        File.WriteAllText(made.CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(made.KeyFile, key.ExportPkcs8PrivateKeyPem());
        File.SetUnixFileMode(made.KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return made;
    }
}
