using System.Net;
using Sparkplug.Broker.Security;
using Sparkplug.Broker.Routing;
using Sparkplug.Broker.Sessions;

namespace Sparkplug.Broker;

/// <summary>What the operator asked for, checked. <see cref="BrokerConfigReader"/> makes it.</summary>
internal sealed record BrokerConfig
{
    /// <summary>Plain MQTT (<c>Broker:Listeners:Tcp</c>); off unless asked for.</summary>
    public IPEndPoint? Tcp { get; init; }

    /// <summary>MQTT over TLS (<c>Broker:Listeners:Tls</c>).</summary>
    public IPEndPoint? Tls { get; init; }

    /// <summary>MQTT over WebSocket (<c>Broker:Listeners:WebSocket</c>); off unless asked for.</summary>
    public IPEndPoint? WebSocket { get; init; }

    /// <summary>The administration over HTTP, on this machine alone (<c>Broker:Admin:Listen</c>); null turns it off.</summary>
    public IPEndPoint? Admin { get; init; }

    /// <summary>Nobody chose <see cref="Admin"/>: where its port is taken, the broker starts without it.</summary>
    public bool IsAdminByDefault { get; init; }

    /// <summary>How often the topics below <c>$SYS/</c> are brought up to date (<c>Broker:SysInterval</c>); zero for never.</summary>
    public TimeSpan SysInterval { get; init; }

    /// <summary>Clients from this machine need no user (<c>Broker:AllowAnonymous</c>). From elsewhere everyone needs one.</summary>
    public bool AllowAnonymous { get; init; }

    /// <summary>Where retained messages, users and the development CA live (<c>Broker:DataDirectory</c>).</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The users and their hashed passwords (<c>Broker:UsersFile</c>).</summary>
    public required string UsersFile { get; init; }

    /// <summary>Who may publish and read what (<c>Broker:AccessFile</c>); without it every user may do everything.</summary>
    public string AccessFile { get; init; } = "";

    /// <summary>The server's own certificate chain in PEM (<c>Broker:Tls:CertificateFile</c>); null means the development CA.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>The private key of <see cref="CertificateFile"/> in PEM (<c>Broker:Tls:KeyFile</c>); null means it is in the same file.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The authorities that sign client certificates, in PEM (<c>Broker:Tls:ClientCaFile</c>).</summary>
    public string? ClientCaFile { get; init; }

    /// <summary>Their revocation lists, in PEM or DER (<c>Broker:Tls:ClientCrlFile</c>); null means that nothing is revoked.</summary>
    public string? ClientCrlFile { get; init; }

    /// <summary>Whether clients show certificates (<c>Broker:Tls:ClientCertificates</c>).</summary>
    public ClientCertificateMode ClientCertificates { get; init; }

    /// <summary>Where a client certificate has the name of its user (<c>Broker:Tls:ClientUserFrom</c>).</summary>
    public CertificateUser ClientUserFrom { get; init; }

    /// <summary>The folder of the development CA and the certificate it issued.</summary>
    public string TlsDirectory => Path.Combine(DataDirectory, "tls");

    /// <summary>Retained messages, birth certificates, sessions and Wills.</summary>
    public string StoreFile => Path.Combine(DataDirectory, "broker.db");

    /// <summary>The token of <see cref="Admin"/>.</summary>
    public string AdminTokenFile => Path.Combine(DataDirectory, "admin.token");

    /// <summary>Copies of <see cref="StoreFile"/> that were asked for.</summary>
    public string BackupDirectory => Path.Combine(DataDirectory, "backups");

    /// <summary>What clients may use (<c>Broker:Limits</c>).</summary>
    public BrokerLimits Limits { get; init; } = new();

    /// <summary>From what load on new clients are sent elsewhere (<c>Broker:Overload</c>).</summary>
    public OverloadLimits Overload { get; init; } = new();

    /// <summary>The Server Reference for clients that are sent elsewhere (<c>Broker:Backup</c>), or null.</summary>
    public string? Backup { get; init; }

    /// <summary>Which member of a shared subscription gets a message (<c>Broker:SharedSubscriptions</c>).</summary>
    public SharedSubscriptionPolicy SharedSubscriptions { get; init; }
}
