namespace HostApp.Configuration;

/// <summary>The configuration has faults: all of them at once, each named by its full key. A user's mistake, so no stack trace is wanted.</summary>
public sealed class HostConfigurationException(IReadOnlyList<string> faults)
    : Exception("The host application cannot start:\n" + string.Join('\n', faults.Select(fault => "  " + fault)))
{
    /// <summary>One sentence for each fault, such as <c>Host:HostId: is missing</c>.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}
