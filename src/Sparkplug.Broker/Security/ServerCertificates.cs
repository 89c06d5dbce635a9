using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Sparkplug.Configuration;

namespace Sparkplug.Broker.Security;

/// <summary>
/// The certificate the TLS listener shows: the operator's own, or one of the development CA that is made on the first start, kept over
/// restarts, and issued again when it nears its end or when this machine has a name or address that it lacks.
/// </summary>
internal sealed class ServerCertificates(BrokerConfig config, TimeProvider time, ILogger<ServerCertificates> logger)
{
    private readonly ChangedFiles _own = new(config.CertificateFile, config.KeyFile);
    private volatile SslStreamCertificateContext? _current;

    /// <summary>The names to certify; tests give others.</summary>
    public Func<ServerNames> Names { get; init; } = ServerNames.OfThisMachine;

    /// <summary>What clients must trust, or null when the operator's own certificate is in use.</summary>
    public string? CaFile => config.CertificateFile is null ? InFolder("ca.crt") : null;

    /// <summary>What the next handshake shows.</summary>
    public SslStreamCertificateContext Current => _current ?? throw new InvalidOperationException("The certificates are not prepared yet.");

    /// <summary>Loads or makes what is needed; called before the listener opens and then now and again.</summary>
    /// <exception cref="ConfigurationFaultException">A file is missing, damaged or does not fit its key.</exception>
    public void Refresh()
    {
        if (config.CertificateFile is null)
            RefreshIssued();
        else
            LoadOwn(config.CertificateFile, config.KeyFile ?? config.CertificateFile);
    }

    /// <summary>Looks whether the operator's own files have changed; to be called now and again. Where they cannot be used, the certificate before stays.</summary>
    public void RefreshIfChanged()
    {
        if (!_own.HaveSettled())
            return;
        try
        {
            LoadOwn(config.CertificateFile!, config.KeyFile ?? config.CertificateFile!, isChanged: true);
        }
        catch (ConfigurationFaultException fault)
        {
            logger.RenewalFailed(fault);
        }
    }

    private void LoadOwn(string certificateFile, string keyFile, bool isChanged = false)
    {
        var (server, chain) = ReadOwn(certificateFile, keyFile);
        if (!isChanged && server.Equals(_current?.TargetCertificate))
            server.Dispose();
        else
            Show(server, chain);
    }

    /// <summary>Reads the operator's own certificate, its key, and the chain above it.</summary>
    /// <exception cref="ConfigurationFaultException">They cannot be used.</exception>
    public static (X509Certificate2 Server, X509Certificate2Collection Chain) ReadOwn(string certificateFile, string keyFile)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(certificateFile);
            return (X509Certificate2.CreateFromPemFile(certificateFile, keyFile), chain);
        }
        catch (Exception fault) when (IsFileFault(fault))
        {
            throw new ConfigurationFaultException("Broker:Tls:CertificateFile", $"{certificateFile} with the key in {keyFile} cannot be used: {fault.Message}", fault);
        }
    }

    private void RefreshIssued()
    {
        try
        {
            DataFolder.Create(config.TlsDirectory);
            using var ca = OpenOrMakeCa();
            var names = Names();
            var server = TryLoadIssued(ca, names, out var kept) ? kept : Issue(ca, names);
            if (server.Equals(_current?.TargetCertificate))
                server.Dispose();
            else
                Show(server, []);
        }
        catch (Exception fault) when (IsFileFault(fault))
        {
            throw new ConfigurationFaultException("Broker:DataDirectory", $"cannot keep certificates in {config.TlsDirectory}: {fault.Message}", fault);
        }
    }

    private DevelopmentCa OpenOrMakeCa()
    {
        var (certificateFile, keyFile) = (InFolder("ca.crt"), InFolder("ca.key"));
        if (File.Exists(certificateFile))
        {
            var ca = OpenCa(certificateFile, keyFile);
            if (ca.IsUsable(time.GetUtcNow()))
                return ca;
            logger.CaExpired(certificateFile, ca.Certificate.NotAfter.ToUniversalTime());
            ca.Dispose();
        }

        var made = DevelopmentCa.Make(time.GetUtcNow());
        PrivateFile.Write(keyFile, KeyPem(made.Certificate)); // the key first: a certificate without its key would be useless
        PrivateFile.WritePublic(certificateFile, made.Certificate.ExportCertificatePem());
        logger.CaMade(certificateFile);
        return made;
    }

    private static DevelopmentCa OpenCa(string certificateFile, string keyFile)
    {
        try
        {
            return DevelopmentCa.FromPem(File.ReadAllText(certificateFile), File.ReadAllText(keyFile));
        }
        catch (Exception fault) when (fault is FileNotFoundException or CryptographicException)
        {
            throw new ConfigurationFaultException("Broker:DataDirectory",
                $"{certificateFile} and {keyFile} are not a usable pair: {fault.Message}. Restore them, or remove both to make a new CA that every client must then trust", fault);
        }
    }

    /// <summary>False when there is no certificate to go on with.</summary>
    private bool TryLoadIssued(DevelopmentCa ca, ServerNames names, [NotNullWhen(true)] out X509Certificate2? server)
    {
        server = null;
        var (certificateFile, keyFile) = (InFolder("server.crt"), InFolder("server.key"));
        if (!File.Exists(certificateFile) || !File.Exists(keyFile))
            return false;
        string? reason;
        try
        {
            server = X509Certificate2.CreateFromPem(File.ReadAllText(certificateFile), File.ReadAllText(keyFile));
            reason = ca.ReasonToReissue(server, names, time.GetUtcNow());
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            reason = fault.Message; // such as the key of the next certificate beside this one, after a crash between the two writes
        }

        if (server is not null && reason is null)
            return true;
        logger.CertificateReissued(certificateFile, reason ?? "it cannot be read");
        server?.Dispose();
        server = null;
        return false;
    }

    private X509Certificate2 Issue(DevelopmentCa ca, ServerNames names)
    {
        var issued = ca.Issue(names, time.GetUtcNow());
        PrivateFile.Write(InFolder("server.key"), KeyPem(issued));
        PrivateFile.WritePublic(InFolder("server.crt"), issued.ExportCertificatePem());
        return issued;
    }

    private void Show(X509Certificate2 server, X509Certificate2Collection chain)
    {
        // Offline: a start or a handshake never waits for somebody's web server.
        _current = SslStreamCertificateContext.Create(server, chain, offline: true);
        logger.CertificateShown(server.Subject, server.NotAfter.ToUniversalTime());
    }

    private string InFolder(string file) => Path.Combine(config.TlsDirectory, file);

    private static string KeyPem(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey() ?? throw new CryptographicException("the certificate has no ECDSA key");
        return key.ExportPkcs8PrivateKeyPem();
    }

    private static bool IsFileFault(Exception fault) =>
        fault is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException;
}
