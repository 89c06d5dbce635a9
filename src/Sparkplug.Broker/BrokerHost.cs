using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sparkplug.Broker.Connections;

namespace Sparkplug.Broker;

/// <summary>The broker as a host: it says where it listens, and leaves nothing half started.</summary>
internal sealed class BrokerHost(IHost inner) : IHost, IAsyncDisposable
{
    /// <inheritdoc/>
    public IServiceProvider Services => inner.Services;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        _ = Services.GetServices<IHostedService>().Count(); // opens the store; a fault here leaves nothing to stop
        try
        {
            await inner.StartAsync(cancellationToken);
        }
        catch
        {
            await inner.StopAsync(CancellationToken.None); // nothing stays half started
            throw;
        }

        Announce();
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken = default) => inner.StopAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ((IAsyncDisposable)inner).DisposeAsync();

    private void Announce()
    {
        var logger = Services.GetRequiredService<ILogger<BrokerHost>>();
        var config = Services.GetRequiredService<BrokerConfig>();
        var endpoints = Services.GetRequiredService<BrokerEndpoints>();
        if (endpoints.Tls is { } tls)
            logger.ListeningTls(tls, endpoints.CaFile ?? config.CertificateFile!);
        if (endpoints.Tcp is { } tcp)
            logger.ListeningTcp(tcp);
        if (endpoints.WebSocket is { } webSocket)
            logger.ListeningWebSocket(webSocket);
        foreach (var plain in (IPEndPoint?[])[endpoints.Tcp, endpoints.WebSocket])
            if (plain is not null && !IPAddress.IsLoopback(plain.Address))
                logger.PlainBeyondLoopback(plain);
        if (config.AllowAnonymous)
            logger.AnonymousAllowed();
        logger.UsersFile(config.UsersFile);
    }
}
