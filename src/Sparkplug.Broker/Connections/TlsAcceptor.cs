using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Sparkplug.Broker.Connections;

/// <summary>What TLS connections show and ask for.</summary>
/// <param name="Options">
/// For the next handshake: certificates may change while the broker runs. Called on the thread pool. Renegotiation is to be off: a peer
/// could have a signature for a few bytes again and again.
/// </param>
/// <param name="UserOf">The user that a client's certificate, which has been verified, names.</param>
internal sealed record TlsTerms(Func<SslServerAuthenticationOptions> Options, Func<X509Certificate2, string?> UserOf);

/// <summary>Brings new sockets through the handshake, so many at a time and for so long; then offers them to the engine. On the loop.</summary>
internal sealed class TlsAcceptor(BrokerLoop loop, IAcceptor acceptor, ConnectionQuota quota, TlsTerms terms, BrokerMetrics metrics, ILogger logger)
{
    /// <summary>A whole plant comes back at once; a socket that has sent nothing yet costs next to nothing.</summary>
    public const int MostUnfinished = 10_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private int _unfinished;

    /// <summary>For one handshake.</summary>
    public SslServerAuthenticationOptions Options() => terms.Options();

    /// <summary>A socket has been accepted.</summary>
    public void Serve(int descriptor, IPEndPoint remote)
    {
        var connection = new TlsConnection(loop, descriptor, quota, this) { Remote = remote, Listener = ListenerKind.Tls };
        _unfinished++;
        connection.Open();
        if (_unfinished <= MostUnfinished)
            loop.After(Patience, connection.GiveUpHandshake);
        else
            connection.Abort();
    }

    /// <summary>The handshake is done.</summary>
    public void Succeeded(TlsConnection connection, X509Certificate2? certificate)
    {
        _unfinished--;
        if (certificate is not null)
            connection.CertificateUser = terms.UserOf(certificate);
        connection.OfferTo(acceptor);
    }

    /// <summary>There will be no TLS, told once for each; without a reason when the peer left before, as a port scan does.</summary>
    public void Failed(TlsConnection connection, string? reason)
    {
        _unfinished--;
        metrics.ConnectionRefused("TLS handshake");
        if (reason is not null)
            logger.HandshakeFailed(connection.Remote, reason);
    }
}
