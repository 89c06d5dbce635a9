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
            else settings.Fault(key, $"{reason} (it says '{text}')");
        }
        if (items.Count == 0) settings.Fault("Servers:0", "is missing; for instance mqtts://localhost:8883");
        return servers;
    }

    /// <summary>The password from <c>Password</c> or the first line of <c>PasswordFile</c>, which keeps it out of process lists.</summary>
    public static string? Password(this Settings settings)
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
        reason = "";
        if (!Uri.TryCreate(text, UriKind.Absolute, out server!) || server.Host.Length == 0)
            reason = "is not an address such as mqtts://localhost:8883";
        else if (server.Scheme is not ("mqtt" or "mqtts"))
            reason = "must begin with mqtt:// or mqtts://";
        else if (server.UserInfo.Length > 0)
            reason = "must not hold a user; set UserName and Password";
        else if (server.AbsolutePath.Length > 1 || server.Query.Length > 0)
            reason = "must end after the port";
        return reason.Length == 0;
    }
}
