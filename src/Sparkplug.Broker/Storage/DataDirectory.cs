using Microsoft.Extensions.Hosting;
using Sparkplug.Broker.Security;
using Sparkplug.Configuration;

namespace Sparkplug.Broker.Storage;

/// <summary>The data folder belongs to one running broker: a lock, which ends with its process, keeps a second one out.</summary>
internal sealed class DataDirectory(BrokerConfig config) : IHostedService, IDisposable
{
    private FileStream? _lock;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            PrivateFile.CreateFolder(config.DataDirectory);
            _lock = new FileStream(Path.Combine(config.DataDirectory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationFaultException("Broker:DataDirectory", $"cannot use {config.DataDirectory}, is another broker running on it? {fault.Message}", fault);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => _lock?.Dispose();
}
