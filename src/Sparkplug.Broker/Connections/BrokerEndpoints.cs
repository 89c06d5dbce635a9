using System.Net;

namespace Sparkplug.Broker.Connections;

/// <summary>Where the broker listens, once it has started: with port 0 in the configuration, the ports that the system chose.</summary>
public sealed class BrokerEndpoints
{
    /// <summary>Plain MQTT, or null when it is off.</summary>
    public IPEndPoint? Tcp { get; internal set; }

    /// <summary>MQTT over TLS, or null when it is off.</summary>
    public IPEndPoint? Tls { get; internal set; }

    /// <summary>MQTT over WebSocket, or null when it is off.</summary>
    public IPEndPoint? WebSocket { get; internal set; }

    /// <summary>The administration over HTTP, or null when it is off.</summary>
    public IPEndPoint? Admin { get; internal set; }

    /// <summary>The certificate that TLS clients must trust, or null when the operator gave a certificate of his own.</summary>
    public string? CaFile { get; internal set; }

    /// <summary>The users file.</summary>
    public string UsersFile { get; internal set; } = "";
}
