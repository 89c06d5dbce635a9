using System.Net;
using Microsoft.Extensions.Configuration;
using Sparkplug.Broker.Connections;
using Sparkplug.Broker.Security;
using Sparkplug.Broker.Sessions;
using Sparkplug.Configuration;

namespace Sparkplug.Broker;

/// <summary>Reads and checks the keys below <c>Broker:</c>.</summary>
internal sealed class BrokerConfigReader
{
    private const string DefaultTls = "0.0.0.0:8883";
    private const string DefaultAdmin = "127.0.0.1:9883";

    private readonly Settings _settings;

    private BrokerConfigReader(Settings settings) => _settings = settings;

    /// <summary>Reads everything; the source also holds the <c>Logging</c> section.</summary>
    /// <exception cref="ConfigurationFaultException">Something is wrong: it names every fault.</exception>
    public static (BrokerConfig Config, IConfiguration Source) Read(string[] args)
    {
        var reader = new BrokerConfigReader(Settings.Read("Broker", args));
        var config = reader.Read();
        reader._settings.ThrowOnFaults();
        return (config, reader._settings.Source);
    }

    private BrokerConfig Read()
    {
        var dataDirectory = _settings.Folder("DataDirectory", Settings.DefaultDataDirectory("broker"));
        var config = new BrokerConfig
        {
            Tcp = Listener("Listeners:Tcp", _settings.Text("Listeners:Tcp")),
            Tls = Listener("Listeners:Tls", _settings.IsSet("Listeners:Tls") ? _settings.Text("Listeners:Tls") : DefaultTls),
            WebSocket = Listener("Listeners:WebSocket", _settings.Text("Listeners:WebSocket")),
            Admin = Admin(),
            IsAdminByDefault = !_settings.IsSet("Admin:Listen"),
            SysInterval = SysInterval(),
            AllowAnonymous = _settings.Flag("AllowAnonymous"),
            DataDirectory = dataDirectory,
            UsersFile = Path.GetFullPath(_settings.Text("UsersFile") ?? Path.Combine(dataDirectory, "users")),
            // One that the operator names must be there: without a file everyone may do everything.
            AccessFile = _settings.ExistingFile("AccessFile") ?? Path.Combine(dataDirectory, "access"),
            Limits = LimitsReader.Limits(_settings),
            Overload = LimitsReader.Overload(_settings),
            Backup = LimitsReader.Backup(_settings),
            SharedSubscriptions = LimitsReader.SharedSubscriptions(_settings),
            CertificateFile = _settings.ExistingFile("Tls:CertificateFile"),
            KeyFile = _settings.ExistingFile("Tls:KeyFile"),
            ClientCaFile = _settings.ExistingFile("Tls:ClientCaFile"),
            ClientCrlFile = _settings.ExistingFile("Tls:ClientCrlFile"),
            ClientCertificates = _settings.Parsed("Tls:ClientCertificates", OneOf<ClientCertificateMode>),
            ClientUserFrom = _settings.Parsed("Tls:ClientUserFrom", OneOf<CertificateUser>),
        };
        CheckListeners(config);
        CheckUsers(config.UsersFile);
        foreach (var fault in AccessRules.FaultsOf(config.AccessFile))
            _settings.Fault("AccessFile", $"{config.AccessFile}: {fault}");
        CheckCertificate(config.CertificateFile, config.KeyFile);
        CheckClientCertificates(config);
        return config;
    }

    private IPEndPoint? Listener(string key, string? text)
    {
        if (text is null)
            return null;
        if (ListenAddress.TryParse(text, out var endPoint, out var reason))
            return endPoint;
        _settings.Fault(key, $"{reason} (it says '{text}')");
        return null;
    }

    private IPEndPoint? Admin()
    {
        var endPoint = Listener("Admin:Listen", _settings.IsSet("Admin:Listen") ? _settings.Text("Admin:Listen") : DefaultAdmin);
        if (endPoint is null || IPAddress.IsLoopback(endPoint.Address))
            return endPoint;
        _settings.Fault("Admin:Listen", $"must be an address of this machine alone, such as {DefaultAdmin} (it says '{endPoint}')");
        return null;
    }

    private TimeSpan SysInterval()
    {
        var interval = _settings.Duration("SysInterval", TimeSpan.FromSeconds(10), TimeSpan.Zero, TimeSpan.FromDays(1));
        if (interval > TimeSpan.Zero && interval < TimeSpan.FromSeconds(1))
            _settings.Fault("SysInterval", "must be 00:00:00 for never, or at least 00:00:01");
        return interval;
    }

    private void CheckListeners(BrokerConfig config)
    {
        var isTlsOff = _settings.IsSet("Listeners:Tls") && _settings.Text("Listeners:Tls") is null;
        if (isTlsOff && _settings.Text("Listeners:Tcp") is null && _settings.Text("Listeners:WebSocket") is null)
            _settings.Fault("Listeners", "every listener is turned off; set Tcp, Tls or WebSocket");
        if (config.Tcp is { Port: > 0 } tcp && tcp.Equals(config.Tls))
            _settings.Fault("Listeners:Tcp", $"is the same as Broker:Listeners:Tls ({tcp})");
        if (config.WebSocket is { Port: > 0 } webSocket && (webSocket.Equals(config.Tcp) || webSocket.Equals(config.Tls)))
            _settings.Fault("Listeners:WebSocket", $"is the same as another listener ({webSocket})");
    }

    private void CheckUsers(string path)
    {
        try
        {
            foreach (var fault in BrokerUsers.Open(path).Faults)
                _settings.Fault("UsersFile", $"{path}: {fault}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _settings.Fault("UsersFile", fault.Message);
        }
    }

    private void CheckCertificate(string? certificateFile, string? keyFile)
    {
        if (certificateFile is null && keyFile is not null)
            _settings.Fault("Tls:KeyFile", "is set without Broker:Tls:CertificateFile");
        if (!File.Exists(certificateFile) || !File.Exists(keyFile ?? certificateFile))
            return; // said already where it is set
        try
        {
            ServerCertificates.ReadOwn(certificateFile, keyFile ?? certificateFile).Server.Dispose();
        }
        catch (ConfigurationFaultException fault)
        {
            _settings.Fault("Tls:CertificateFile", fault.Faults[0].Reason);
        }
    }

    private void CheckClientCertificates(BrokerConfig config)
    {
        if (config.ClientCertificates == ClientCertificateMode.None)
        {
            // Whoever names a CA believes that certificates are asked for.
            if (config.ClientCaFile is not null || config.ClientCrlFile is not null)
                _settings.Fault("Tls:ClientCertificates", "must be Optional or Required where Broker:Tls:ClientCaFile or ClientCrlFile is set");
            return;
        }

        if (config.ClientCaFile is null)
            _settings.Fault("Tls:ClientCaFile", $"is missing: Broker:Tls:ClientCertificates is {config.ClientCertificates}");
        if (!File.Exists(config.ClientCaFile) || config.ClientCrlFile is not null && !File.Exists(config.ClientCrlFile))
            return; // said already where it is set
        try
        {
            ClientTrust.Read(config.ClientCaFile, config.ClientCrlFile);
        }
        catch (ConfigurationFaultException fault)
        {
            _settings.Fault(fault.Faults[0].Key["Broker:".Length..], fault.Faults[0].Reason);
        }
    }

    private static T OneOf<T>(string text)
        where T : struct, Enum =>
        Enum.GetNames<T>().FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } name
            ? Enum.Parse<T>(name)
            : throw new FormatException($"must be one of {string.Join(", ", Enum.GetNames<T>())}");
}
