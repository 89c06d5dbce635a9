using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Sparkplug.Mqtt;

/// <summary>Opens the stream to a server: TCP, and TLS for <c>mqtts</c>.</summary>
internal static class MqttTransport
{
    private const string Plain = "mqtt";
    private const string Secure = "mqtts";

    /// <summary>The port of the address, or the standard one of its scheme.</summary>
    public static int PortOf(Uri server) => server.Port > 0 ? server.Port : server.Scheme == Secure ? 8883 : 1883;

    /// <summary>What is wrong with a server's address; null when nothing is.</summary>
    public static string? FaultOf(Uri server)
    {
        if (!server.IsAbsoluteUri || server.Scheme is not (Plain or Secure) || server.Host.Length == 0) return "is not mqtt://HOST[:PORT] or mqtts://HOST[:PORT]";
        if (server.UserInfo.Length > 0) return "holds a user name; give it as UserName and Password";
        return server.PathAndQuery is "" or "/" ? null : "has a path";
    }

    /// <summary>The address for messages, without anything that could be a secret.</summary>
    public static string Describe(Uri server) => $"{server.Scheme}://{server.Host}:{PortOf(server)}";

    /// <summary>Connects.</summary>
    public static async Task<Stream> OpenAsync(Uri server, MqttTlsOptions tls, CancellationToken cancel)
    {
        // Certificates are read first: a fault in a file should not look like one of the network.
        using var files = server.Scheme == Secure ? TlsFiles.Load(tls) : null;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server.DnsSafeHost, PortOf(server), cancel);
            var stream = new NetworkStream(socket, ownsSocket: true);
            return files is null ? stream : await SecureAsync(stream, server.DnsSafeHost, files, cancel);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<Stream> SecureAsync(Stream stream, string host, TlsFiles files, CancellationToken cancel)
    {
        string? fault = null;
        var secure = new SslStream(stream, leaveInnerStreamOpen: false);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            CertificateChainPolicy = files.ChainPolicy,
            ClientCertificateContext = files.ClientCertificate,
            // Looks at the verdict only to be able to say what is wrong; it is never overruled.
            RemoteCertificateValidationCallback = (_, _, chain, errors) => (fault = CertificateFault.Describe(host, chain, errors)) is null,
        };
        try
        {
            await secure.AuthenticateAsClientAsync(options, cancel);
            return secure;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            await secure.DisposeAsync();
            throw new MqttFailure(fault is null ? $"TLS failed: {Words.Bounded(Innermost(exception).Message)}" : $"certificate not trusted: {fault}");
        }
    }

    private static Exception Innermost(Exception exception) => exception.InnerException is null ? exception : Innermost(exception.InnerException);
}
