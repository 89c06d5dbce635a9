namespace Sparkplug.Broker;

/// <summary>One thing that is wrong in the configuration, named by its full key (or the command-line word it came from).</summary>
/// <param name="Key">The full key, for instance <c>Broker:Listeners:Tls</c>.</param>
/// <param name="Reason">What is wrong with it and what would be right.</param>
public sealed record ConfigurationFault(string Key, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Key}: {Reason}";
}

/// <summary>
/// The broker cannot start as configured. It carries every fault at once; print <see cref="Exception.Message"/> (one fault a line)
/// and exit with a code that is not zero. A stack trace would tell the reader nothing.
/// </summary>
public sealed class BrokerConfigurationException(IReadOnlyList<ConfigurationFault> faults, Exception? cause = null)
    : Exception(string.Join(Environment.NewLine, faults), cause)
{
    /// <summary>A single fault.</summary>
    public BrokerConfigurationException(string key, string reason, Exception? cause = null)
        : this([new ConfigurationFault(key, reason)], cause)
    {
    }

    /// <summary>Every fault that was found, in the order of the keys.</summary>
    public IReadOnlyList<ConfigurationFault> Faults { get; } = faults;
}
