namespace Sparkplug.Mqtt;

/// <summary>
/// TLS of a link to an <c>mqtts://</c> server. The server's certificate is always verified, its name included: there is no switch for
/// it. The files are read for each connection, so that a renewed certificate needs no restart.
/// </summary>
public sealed record MqttTlsOptions
{
    /// <summary>PEM file of the certificate authorities to trust, and no others; null for those of the system.</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM file of this client's certificate, followed by its intermediates; null to connect without one.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file of the private key; null when it stands in <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; init; }
}
