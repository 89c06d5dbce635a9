using System.Diagnostics;

namespace Benchmarks.Brokers;

/// <summary>What a broker is started with.</summary>
internal sealed record BrokerSetup
{
    public required int Port { get; init; }

    /// <summary>A folder of its own that is removed afterwards.</summary>
    public required string Directory { get; init; }

    /// <summary>The port speaks TLS with this certificate.</summary>
    public ServerCertificate? Tls { get; init; }

    /// <summary>Sessions and messages have to survive, as far as this broker can.</summary>
    public bool IsDurable { get; init; }

    /// <summary>Only these users may connect; null: everyone.</summary>
    public string? UsersFile { get; init; }
}

/// <summary>A program that serves as broker.</summary>
internal abstract class BrokerProgram
{
    public abstract string Name { get; }

    public abstract string Version();

    public abstract ProcessStartInfo StartInfo(BrokerSetup setup);
}
