namespace Sparkplug.Configuration;

/// <summary>One thing that is wrong in a configuration.</summary>
/// <param name="Key">The full key, for instance <c>Broker:Listeners:Tls</c>, or the word of the command line.</param>
/// <param name="Reason">What is wrong with it and what would be right.</param>
public sealed record ConfigurationFault(string Key, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Key}: {Reason}";
}

/// <summary>
/// A service cannot start as configured. The message holds every fault at once, one a line: print it (<see cref="Describe"/>) and exit
/// with a code that is not zero; a stack trace would tell the reader nothing.
/// </summary>
public sealed class ConfigurationFaultException(IReadOnlyList<ConfigurationFault> faults, Exception? cause = null)
    : Exception(string.Join(Environment.NewLine, faults), cause)
{
    /// <summary>A single fault.</summary>
    public ConfigurationFaultException(string key, string reason, Exception? cause = null)
        : this([new ConfigurationFault(key, reason)], cause)
    {
    }

    /// <summary>Every fault that was found.</summary>
    public IReadOnlyList<ConfigurationFault> Faults { get; } = faults;

    /// <summary>What a person reads: which service cannot start, then every fault on a line of its own.</summary>
    /// <param name="service">The service, for instance <c>edge node</c>.</param>
    public string Describe(string service) =>
        string.Join(Environment.NewLine, [$"The {service} cannot start:", .. Faults.Select(fault => $"  {fault}")]);
}
