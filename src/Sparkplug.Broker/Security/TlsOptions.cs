using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Sparkplug.Broker.Security;

/// <summary>What the TLS listener says and asks in a handshake. It is made once for each state of the files and shared by all handshakes.</summary>
/// <remarks>May be used on any thread.</remarks>
internal sealed class TlsOptions(ServerCertificates server, ClientCertificates clients)
{
    private volatile Made? _made;

    /// <summary>For the next handshake. Nobody may change it.</summary>
    public SslServerAuthenticationOptions OptionsForHandshake()
    {
        var (context, trust) = (server.Current, clients.Current);
        if (_made is { } made && ReferenceEquals(made.Context, context) && ReferenceEquals(made.Trust, trust))
            return made.Options;
        var options = Make(context, trust);
        _made = new Made(context, trust, options);
        return options;
    }

    /// <summary>The user that a client's certificate names, which the handshake has verified.</summary>
    public string? UserOf(X509Certificate2 certificate) => clients.UserOf(certificate);

    private SslServerAuthenticationOptions Make(SslStreamCertificateContext context, ClientTrust? trust)
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = context, // with its chain, so that no handshake builds one
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            AllowRenegotiation = false,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (trust is null)
            return options;
        options.ClientCertificateRequired = true; // asks; what no answer means is decided below
        options.CertificateChainPolicy = trust.ChainPolicy;
        options.AllowTlsResume = false; // a certificate is verified each time: it may have been revoked since
        options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => clients.Verify(trust, certificate, chain, errors);
        return options;
    }

    private sealed record Made(SslStreamCertificateContext Context, ClientTrust? Trust, SslServerAuthenticationOptions Options);
}
