using Microsoft.Extensions.Hosting;
using Sparkplug.Configuration;

namespace EdgeNode.Session;

/// <summary>
/// The data folder belongs to one running edge node: a lock, which ends with its process, keeps a second one out. Two with the same bdSeq
/// and client id would push each other off the server for ever.
/// </summary>
internal sealed class DataDirectory(EdgeNodeConfig config) : IHostedService, IDisposable
{
    private FileStream? _lock;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(config.DataDirectory);
            _lock = new FileStream(Path.Combine(config.DataDirectory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationFaultException("EdgeNode:DataDirectory", $"cannot use {config.DataDirectory}, is another edge node running on it? {fault.Message}", fault);
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
