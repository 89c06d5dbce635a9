using Microsoft.Extensions.Hosting;
using Sparkplug.Configuration;

namespace Sparkplug.Broker.Storage;

/// <summary>Holds the data folder from start to stop. Two would write one store.</summary>
internal sealed class DataDirectory(BrokerConfig config) : IHostedService, IDisposable
{
    private DataFolder? _folder;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _folder = DataFolder.Take(config.DataDirectory, "Broker:DataDirectory", "broker");
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => _folder?.Dispose();
}
