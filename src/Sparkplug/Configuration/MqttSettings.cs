using Sparkplug.Mqtt;

namespace Sparkplug.Configuration;

/// <summary>The settings that every MQTT client of ours takes, below its own section.</summary>
public static class MqttSettings
{
    /// <summary>The servers <c>Servers:0</c>, <c>Servers:1</c>, …; at least one.</summary>
    public static IReadOnlyList<Uri> Servers(this Settings settings)
    {
        List<Uri> servers = [];
        var items = settings.List("Servers");
        foreach (var (key, text) in items)
        {
            if (TryServer(text, out var server, out var reason)) servers.Add(server);
            else settings.Fault(key, reason);
        }
        if (settings.Text("Servers") is not null) settings.Fault("Servers", "takes entries: Servers:0, Servers:1, ...");
        else if (items.Count == 0) settings.Fault("Servers:0", "is missing; for instance mqtts://localhost:8883");
        if (servers.Count != servers.Distinct().Count()) settings.Fault("Servers", "lists one server twice");
        return servers;
    }

    /// <summary>Version, user and TLS: <c>MqttVersion</c>, <c>KeepAlive</c>, <c>ClientId</c>, <c>UserName</c>, <c>Password</c>, <c>PasswordFile</c>, <c>Tls:…</c>.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="clientId">The client id where none is given.</param>
    public static MqttLinkOptions Link(this Settings settings, string clientId)
    {
        var options = new MqttLinkOptions
        {
            ClientId = settings.Text("ClientId") ?? clientId,
            Version = settings.Parsed("MqttVersion", Version, MqttVersion.V5),
            KeepAlive = settings.Duration("KeepAlive", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), TimeSpan.FromHours(18)),
            UserName = settings.Text("UserName"),
            Password = settings.Password(),
            Tls = new MqttTlsOptions
            {
                CaFile = settings.ExistingFile("Tls:CaFile"),
                CertificateFile = settings.ExistingFile("Tls:CertificateFile"),
                KeyFile = settings.ExistingFile("Tls:KeyFile"),
            },
        };
        if (options is { Password: not null, UserName: null }) settings.Fault("UserName", "is missing: there is a password");
        if (options.Tls is { KeyFile: not null, CertificateFile: null }) settings.Fault("Tls:CertificateFile", "is missing: there is a key");
        return options;
    }

    private static MqttVersion Version(string text) => text switch
    {
        "5" or "5.0" => MqttVersion.V5,
        "3.1.1" => MqttVersion.V311,
        _ => throw new FormatException("is either 5 or 3.1.1"),
    };

    /// <summary>The password from <c>Password</c> or the first line of <c>PasswordFile</c>, which keeps it out of process lists.</summary>
    private static string? Password(this Settings settings)
    {
        var password = settings.Text("Password");
        if (settings.ExistingFile("PasswordFile") is not { } file || !File.Exists(file)) return password;
        if (password is not null) settings.Fault("PasswordFile", "is set beside Password; set one of them");
        try
        {
            return File.ReadLines(file).FirstOrDefault() ?? "";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            settings.Fault("PasswordFile", $"cannot be read: {fault.Message}");
            return null;
        }
    }

    private static bool TryServer(string text, out Uri server, out string reason)
    {
        (server, reason) = (null!, "");
        // A secret must not come back in a message, so this is looked for before anything is quoted.
        if (text.Contains('@'))
            reason = "must not hold a user; set UserName and Password";
        else if (!Uri.TryCreate(text, UriKind.Absolute, out server!) || server.Host.Length == 0)
            reason = $"is not an address such as mqtts://localhost:8883 (it says '{text}')";
        else if (server.Scheme is not ("mqtt" or "mqtts"))
            reason = $"must begin with mqtt:// or mqtts:// (it says '{server.Scheme}://')";
        else if (server.AbsolutePath.Length > 1 || server.Query.Length > 0)
            reason = "must end after the port";
        return reason.Length == 0;
    }
}
