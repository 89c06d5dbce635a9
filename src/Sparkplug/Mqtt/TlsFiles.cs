using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sparkplug.Mqtt;

/// <summary>The certificates that a connection uses, as read from their files.</summary>
internal sealed class TlsFiles : IDisposable
{
    private readonly X509Certificate2Collection _authorities = [];
    private readonly X509Certificate2Collection _own = [];

    /// <summary>Trusts the given authorities alone; null for those of the system.</summary>
    public X509ChainPolicy? ChainPolicy { get; private set; }

    /// <summary>This client's certificate with its intermediates.</summary>
    public SslStreamCertificateContext? ClientCertificate { get; private set; }

    /// <exception cref="MqttFailure">A file is missing or does not hold what it should.</exception>
    public static TlsFiles Load(MqttTlsOptions options)
    {
        var files = new TlsFiles();
        try
        {
            if (options.CaFile is { } ca) Read("CA", ca, () => files.Trust(ca));
            if (options.CertificateFile is { } certificate) Read("certificate", certificate, () => files.Present(certificate, options.KeyFile));
            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var certificate in _authorities) certificate.Dispose();
        foreach (var certificate in _own) certificate.Dispose();
    }

    private static void Read(string what, string path, Action read)
    {
        try
        {
            read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new MqttFailure($"{what} file {path} cannot be used: {Words.Bounded(exception.Message)}");
        }
    }

    private void Trust(string path)
    {
        _authorities.ImportFromPemFile(path);
        if (_authorities.Count == 0) throw new CryptographicException("it holds no certificate");
        // Private authorities seldom publish revocation lists; the system's own policy applies where no CA file is given.
        ChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        ChainPolicy.CustomTrustStore.AddRange(_authorities);
    }

    private void Present(string path, string? keyPath)
    {
        var leaf = X509Certificate2.CreateFromPemFile(path, keyPath);
        _own.Add(leaf);
        if (OperatingSystem.IsWindows())
        {
            // Windows' TLS takes no key that lives in memory alone.
            leaf = X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), null);
            _own.Add(leaf);
        }
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(path);
        _own.AddRange(chain);
        ClientCertificate = SslStreamCertificateContext.Create(leaf, chain, offline: true);
    }
}
