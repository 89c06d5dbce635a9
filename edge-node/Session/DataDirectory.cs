using Microsoft.Extensions.Hosting;
using Sparkplug.Configuration;

namespace EdgeNode.Session;

/// <summary>Holds the data folder from start to stop. Two with the same bdSeq and client id would push each other off the server for ever.</summary>
internal sealed class DataDirectory(EdgeNodeConfig config) : IHostedService, IDisposable
{
    private DataFolder? _folder;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _folder = DataFolder.Take(config.DataDirectory, "EdgeNode:DataDirectory", "edge node");
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
