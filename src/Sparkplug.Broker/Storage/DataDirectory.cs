using Sparkplug.Configuration;

namespace Sparkplug.Broker.Storage;

/// <summary>Holds the data folder while the broker lives. Two would write one store.</summary>
internal sealed class DataDirectory(BrokerConfig config) : IDisposable
{
    private DataFolder? _folder;

    /// <summary>Takes the folder, and makes it if it is not there.</summary>
    /// <exception cref="ConfigurationFaultException">Another broker has it, or it cannot be made.</exception>
    public void Take() => _folder ??= DataFolder.Take(config.DataDirectory, "Broker:DataDirectory", "broker");

    /// <inheritdoc/>
    public void Dispose() => _folder?.Dispose();
}
