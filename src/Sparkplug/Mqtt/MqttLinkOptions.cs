namespace Sparkplug.Mqtt;

/// <summary>What a link needs to know beside where to connect and with which Will.</summary>
public sealed record MqttLinkOptions
{
    /// <summary>The client id; unique on each server.</summary>
    public required string ClientId { get; init; }

    /// <summary>The MQTT version.</summary>
    public MqttVersion Version { get; init; } = MqttVersion.V5;

    /// <summary>
    /// Longest silence before the server may give the connection up. The link itself gives up when nothing came for half of this time
    /// and a PINGREQ was not answered in the other half. 1 to 65,535 seconds.
    /// </summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The user name, if the server wants one.</summary>
    public string? UserName { get; init; }

    /// <summary>The password, if the server wants one; never logged.</summary>
    public string? Password { get; init; }

    /// <summary>For <c>mqtts://</c> servers.</summary>
    public MqttTlsOptions Tls { get; init; } = new();

    /// <summary>The time for name look-up, TCP, TLS and CONNACK together, and again for a SUBACK.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The time for what was published to be acknowledged before a DISCONNECT. When it is over the connection is cut, so that the Will
    /// speaks.
    /// </summary>
    public TimeSpan DisconnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The waits between attempts to connect.</summary>
    public BackoffOptions Backoff { get; init; } = new();

    /// <summary>
    /// Most messages that wait to be sent or acknowledged. One more and the connection is cut: a hole in the sequence would be worse.
    /// </summary>
    public int SendQueueCapacity { get; init; } = 65_536;

    /// <summary>Most bytes of payload that wait to be sent or acknowledged, with the same consequence.</summary>
    public long SendQueueBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Largest packet that is accepted from the server, in bytes.</summary>
    public int LargestPacket { get; init; } = 16 * 1024 * 1024 + 128 * 1024;

    /// <summary>What is wrong with these options, each fault with the name of its property; empty when nothing is.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        Require(!string.IsNullOrEmpty(ClientId), $"{nameof(ClientId)} is empty");
        Require(KeepAlive >= TimeSpan.FromSeconds(1) && KeepAlive <= TimeSpan.FromSeconds(ushort.MaxValue),
            $"{nameof(KeepAlive)} is not 1 to 65,535 seconds");
        Require(Password is null || UserName is not null, $"{nameof(Password)} is given without {nameof(UserName)}");
        Require(ConnectTimeout > TimeSpan.Zero, $"{nameof(ConnectTimeout)} is not positive");
        Require(DisconnectTimeout > TimeSpan.Zero, $"{nameof(DisconnectTimeout)} is not positive");
        Require(Backoff.Shortest > TimeSpan.Zero && Backoff.Longest >= Backoff.Shortest,
            $"{nameof(Backoff)} is not from a positive to a longer time");
        Require(SendQueueCapacity > 0, $"{nameof(SendQueueCapacity)} is not positive");
        Require(SendQueueBytes > 0, $"{nameof(SendQueueBytes)} is not positive");
        Require(LargestPacket >= 1024, $"{nameof(LargestPacket)} is below 1,024 bytes");
        Require(Tls.KeyFile is null || Tls.CertificateFile is not null,
            $"{nameof(Tls)}.{nameof(Tls.KeyFile)} is given without {nameof(Tls.CertificateFile)}");
        return faults;

        void Require(bool holds, string fault)
        {
            if (!holds) faults.Add(fault);
        }
    }

    /// <summary>Without the password.</summary>
    public override string ToString() => $"{ClientId} ({Version})";
}
