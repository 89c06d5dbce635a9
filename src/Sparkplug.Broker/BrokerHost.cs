using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sparkplug.Broker.Connections;
using Sparkplug.Configuration;

namespace Sparkplug.Broker;

/// <summary>The broker as a host: it says where it listens, and turns a listener that cannot open into a configuration fault.</summary>
internal sealed class BrokerHost(IHost inner) : IHost, IAsyncDisposable
{
    /// <inheritdoc/>
    public IServiceProvider Services => inner.Services;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await inner.StartAsync(cancellationToken);
        }
        catch (Exception fault)
        {
            await inner.StopAsync(CancellationToken.None); // nothing stays half started
            if (ListenerFaults() is { Count: > 0 } faults)
                throw new ConfigurationFaultException(faults, fault);
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

    /// <summary>Kestrel tells of the first address that it cannot open, and not whose it is; the user wants all of them by key.</summary>
    private List<ConfigurationFault> ListenerFaults()
    {
        var config = Services.GetRequiredService<BrokerConfig>();
        List<ConfigurationFault> faults = [];
        foreach (var (key, endPoint) in (ReadOnlySpan<(string, IPEndPoint?)>)[("Broker:Listeners:Tcp", config.Tcp), ("Broker:Listeners:Tls", config.Tls)])
        {
            try
            {
                using var probe = endPoint is null ? null : new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                probe?.Bind(endPoint!);
            }
            catch (SocketException fault)
            {
                faults.Add(new ConfigurationFault(key, $"cannot listen on {endPoint}: {fault.Message}"));
            }
        }

        return faults;
    }

    private void Announce()
    {
        var logger = Services.GetRequiredService<ILogger<BrokerHost>>();
        var config = Services.GetRequiredService<BrokerConfig>();
        var endpoints = Services.GetRequiredService<BrokerEndpoints>();
        if (endpoints.Tls is { } tls)
            logger.ListeningTls(tls, endpoints.CaFile ?? config.CertificateFile!);
        if (endpoints.Tcp is { } tcp)
            logger.ListeningTcp(tcp);
        if (endpoints.Tcp is { } plain && !IPAddress.IsLoopback(plain.Address))
            logger.PlainBeyondLoopback(plain);
        if (config.AllowAnonymous)
            logger.AnonymousAllowed();
        logger.UsersFile(config.UsersFile);
    }
}
