using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Options;
using Sparkplug.Broker.Connections;
using Sparkplug.Broker.Security;

namespace Sparkplug.Broker.Engine;

/// <summary>Opens the listeners on Kestrel: plain TCP and TLS, each handing its connections to the same handler.</summary>
internal sealed class KestrelListeners(BrokerConfig config, BrokerEndpoints endpoints, ServerCertificates certificates, MqttEngine engine)
    : IConfigureOptions<KestrelServerOptions>
{
    /// <summary>A gateway's file handles and memory end somewhere; the next connection waits in the kernel.</summary>
    private const int MaximumConnections = 20_000;

    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    public void Configure(KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        options.Limits.MaxConcurrentConnections = MaximumConnections;
        if (config.Tcp is { } tcp)
            options.Listen(tcp, listener => Serve(endpoints.TcpListener = listener));
        if (config.Tls is { } tls)
            options.Listen(tls, listener => Serve(Protect(endpoints.TlsListener = listener)));
    }

    private void Serve(ListenOptions listener)
    {
        listener.Protocols = HttpProtocols.None;
        listener.Use(_ => connection => engine.RunAsync(connection));
    }

    private ListenOptions Protect(ListenOptions listener)
    {
        listener.Protocols = HttpProtocols.None; // no HTTP in the handshake's protocol list
        return listener.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = HandshakeTimeout,
            OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = certificates.Current,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            }),
        });
    }
}
