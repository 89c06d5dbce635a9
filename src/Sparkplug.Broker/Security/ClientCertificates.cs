using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Sparkplug.Configuration;

namespace Sparkplug.Broker.Security;

/// <summary>Whether clients show certificates.</summary>
internal enum ClientCertificateMode
{
    /// <summary>They are not asked for one.</summary>
    None,

    /// <summary>Who shows one must show a good one; who shows none needs a password.</summary>
    Optional,

    /// <summary>Without one there is no connection.</summary>
    Required,
}

/// <summary>
/// Verifies the certificates of clients: chain to the CA file, validity, purpose, the revocation lists of the CRL file, and a name for the
/// user. The files are read again when they change; open connections stay.
/// </summary>
/// <remarks>May be used on any thread.</remarks>
internal sealed class ClientCertificates(BrokerConfig config, TimeProvider time, BrokerMetrics metrics, ILogger<ClientCertificates> logger)
{
    private readonly ChangedFiles _files = new(config.ClientCaFile, config.ClientCrlFile);
    private volatile ClientTrust? _current;

    /// <summary>Whether clients are asked at all.</summary>
    public ClientCertificateMode Mode => config.ClientCertificates;

    /// <summary>Whose certificates the next handshake trusts; null before <see cref="Refresh"/>, and where clients are not asked for one.</summary>
    public ClientTrust? Current => _current;

    /// <summary>Reads the files; called before the listener opens.</summary>
    /// <exception cref="ConfigurationFaultException">One of them cannot be used.</exception>
    public void Refresh()
    {
        if (Mode == ClientCertificateMode.None)
            return;
        var trust = ClientTrust.Read(config.ClientCaFile!, config.ClientCrlFile);
        _current = trust;
        logger.ClientCaRead(config.ClientCaFile!, trust.Authorities.Count);
        if (trust.Lists is not { NextUpdate: var nextUpdate })
            return;
        if (nextUpdate > time.GetUtcNow())
            logger.CrlRead(config.ClientCrlFile!, nextUpdate);
        else
            logger.CrlOutOfDate(config.ClientCrlFile!, nextUpdate);
    }

    /// <summary>Looks whether the files have changed; to be called now and again. Where they cannot be used, what was read before stays.</summary>
    public void RefreshIfChanged()
    {
        if (!_files.HaveSettled())
            return;
        try
        {
            Refresh();
        }
        catch (ConfigurationFaultException fault)
        {
            logger.ClientTrustUnusable(fault.Message);
        }
    }

    /// <summary>The user that a verified certificate names.</summary>
    public string? UserOf(X509Certificate2 certificate) => CertificateUsers.NameIn(certificate, config.ClientUserFrom);

    /// <summary>
    /// Decides about a client's certificate in its handshake (<see cref="RemoteCertificateValidationCallback"/>). The chain must have been
    /// built with the policy of <paramref name="trust"/>.
    /// </summary>
    public bool Verify(ClientTrust trust, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null && Mode == ClientCertificateMode.Optional)
            return true;
        var own = certificate as X509Certificate2;
        if (FaultOf(trust, own, chain, errors) is not { } fault)
            return true;
        metrics.CertificateRefused();
        logger.CertificateRefused(Shown(own?.Subject ?? "none"), Shown(own?.SerialNumber ?? "none"), Shown(fault));
        return false;
    }

    private string? FaultOf(ClientTrust trust, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
            return "the client shows none";
        if (errors != SslPolicyErrors.None || chain is null)
            return "it does not lead to an authority of the CA file: " + string.Join("; ", (chain?.ChainStatus ?? []).Select(status => status.StatusInformation.Trim()).Distinct());
        return FaultOfTimes(chain) ?? FaultOfLists(trust, chain)
            ?? (UserOf(certificate) is null ? $"it has not exactly one name of a user as {config.ClientUserFrom}" : null);
    }

    private string? FaultOfTimes(X509Chain chain)
    {
        var now = time.GetUtcNow();
        foreach (var certificate in chain.ChainElements.Select(element => element.Certificate))
            if (now < certificate.NotBefore || now > certificate.NotAfter)
                return $"{certificate.Subject} is valid from {certificate.NotBefore.ToUniversalTime():u} to {certificate.NotAfter.ToUniversalTime():u}";
        return null;
    }

    private string? FaultOfLists(ClientTrust trust, X509Chain chain)
    {
        for (var i = 0; trust.Lists is not null && i < chain.ChainElements.Count - 1; i++) // the root is trusted by the file that it stands in
            if (trust.Lists.FaultOf(chain.ChainElements[i].Certificate, chain.ChainElements[i + 1].Certificate, time.GetUtcNow()) is { } fault)
                return fault;
        return null;
    }

    // A client made it up, as long as nobody has verified it.
    private static string Shown(string text) => string.Concat(text.Take(300).Select(c => char.IsControl(c) ? '?' : c));
}
