using Sparkplug.Mqtt;
using Sparkplug.Topics;

namespace HostApp.Configuration;

/// <summary>Turns configuration keys into <see cref="HostOptions"/>, or into every fault at once.</summary>
internal static class HostOptionsReader
{
    private const string DefaultUrl = "http://127.0.0.1:8080";

    /// <exception cref="HostConfigurationException">Something is wrong; the exception lists all of it.</exception>
    public static HostOptions Read(IConfiguration configuration, IReadOnlyList<string> faultsBefore)
    {
        var reader = new ConfigurationReader(configuration, "Host");
        reader.Faults.AddRange(faultsBefore);
        var tls = (Ca: reader.ExistingFile("Tls:CaFile"), Certificate: reader.ExistingFile("Tls:CertificateFile"), Key: reader.ExistingFile("Tls:KeyFile"));
        var options = new HostOptions
        {
            Urls = Urls(configuration, reader),
            Servers = Servers(reader),
            HostId = HostId(reader),
            DataDirectory = reader.Text("DataDirectory") ?? Path.Combine("data", "host"),
            AllowAnonymous = reader.Boolean("AllowAnonymous", false),
            AllowedHosts = [.. reader.List("AllowedHosts").Select(entry => entry.Value)],
            CaFile = tls.Ca,
            CertificateFile = tls.Certificate,
            KeyFile = tls.Key,
            UserName = reader.Text("UserName"),
            Password = Password(reader),
            MqttVersion = Version(reader),
            Filters = Filters(reader),
            ReorderTimeout = reader.Duration("ReorderTimeout", TimeSpan.FromSeconds(2), TimeSpan.Zero, TimeSpan.FromHours(1)),
            CommandTimeout = reader.Duration("CommandTimeout", TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)),
        };
        CheckTogether(options, reader);
        reader.FaultUnknownKeys();
        return reader.Faults.Count == 0 ? options : throw new HostConfigurationException(reader.Faults);
    }

    private static void CheckTogether(HostOptions options, ConfigurationReader reader)
    {
        if (options.KeyFile is not null && options.CertificateFile is null) reader.Fault("Tls:CertificateFile", "is missing: there is a key");
        if (options.Password is not null && options.UserName is null) reader.Fault("UserName", "is missing: there is a password");
        if (options.AllowAnonymous && options.Urls.FirstOrDefault(url => !url.IsLoopback) is { } open)
            reader.Fault("AllowAnonymous", $"is for loopback only, and {open.Text} is open to others");
    }

    private static List<ListenUrl> Urls(IConfiguration configuration, ConfigurationReader reader)
    {
        var urls = new List<ListenUrl>();
        foreach (var text in (configuration["urls"] ?? DefaultUrl).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (ListenUrl.TryParse(text, out var url)) urls.Add(url);
            else reader.Faults.Add($"urls: '{text}' is not of the form http://host:port");
        }
        if (urls.Count == 0 && reader.Faults.Count == 0) reader.Faults.Add("urls: is empty");
        return urls;
    }

    private static List<Uri> Servers(ConfigurationReader reader)
    {
        var servers = new List<Uri>();
        foreach (var (key, text) in reader.List("Servers"))
        {
            if (!Uri.TryCreate(text, UriKind.Absolute, out var server)) reader.Fault(key, $"'{text}' is not an address; {ServerForm}");
            else if (server.UserInfo.Length > 0) reader.Fault(key, "holds a user name or password; use Host:UserName and Host:PasswordFile");
            else if (server.Scheme is not ("mqtt" or "mqtts") || server.Host.Length == 0 || server.PathAndQuery is not ("" or "/"))
                reader.Fault(key, $"'{text}' is not an MQTT server; {ServerForm}");
            else if (servers.Contains(server)) reader.Fault(key, $"'{text}' is listed twice");
            else servers.Add(server);
        }
        if (servers.Count == 0 && !reader.Faults.Exists(fault => fault.StartsWith("Host:Servers", StringComparison.Ordinal)))
            reader.Fault("Servers:0", "is missing: name at least one MQTT server, as in mqtt://127.0.0.1:1883");
        return servers;
    }

    private const string ServerForm = "use mqtt://host[:1883] or mqtts://host[:8883]";

    private static string HostId(ConfigurationReader reader)
    {
        var id = reader.Text("HostId");
        if (id is null) reader.Fault("HostId", "is missing: name this host application, as in scada1");
        else if (!SparkplugId.IsValid(id, out var reason)) reader.Fault("HostId", $"'{id}' {reason.Describe()}");
        return id ?? "";
    }

    private static string? Password(ConfigurationReader reader)
    {
        var password = reader.Text("Password");
        var file = reader.ExistingFile("PasswordFile");
        if (file is null || !File.Exists(file)) return password;
        if (password is not null) reader.Fault("PasswordFile", "is given beside Host:Password; one of them is enough");
        try
        {
            return File.ReadAllText(file).TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            reader.Fault("PasswordFile", e.Message);
            return password;
        }
    }

    private static MqttVersion Version(ConfigurationReader reader)
    {
        switch (reader.Text("MqttVersion"))
        {
            case null or "5" or "5.0": return MqttVersion.V5;
            case "3.1.1": return MqttVersion.V311;
            case var text:
                reader.Fault("MqttVersion", $"'{text}' is neither 5 nor 3.1.1");
                return MqttVersion.V5;
        }
    }

    private static IReadOnlyList<string> Filters(ConfigurationReader reader)
    {
        var filters = new List<string>();
        foreach (var (key, filter) in reader.List("Filters"))
        {
            if (IsFilterOfNamespace(filter)) filters.Add(filter);
            else reader.Fault(key, $"'{filter}' is not a topic filter within {SparkplugTopic.Namespace}/, such as {SparkplugTopic.Namespace}/Plant1/#");
        }
        return filters.Count == 0 ? [TopicFilters.All] : filters;
    }

    // MQTT-4.7.1-1 to -3: '#' is the last level and alone in it, '+' is alone in its level.
    private static bool IsFilterOfNamespace(string filter)
    {
        var levels = filter.Split('/');
        if (levels.Length < 2 || levels[0] != SparkplugTopic.Namespace || filter.Contains('\0', StringComparison.Ordinal)) return false;
        for (var i = 1; i < levels.Length; i++)
        {
            if (levels[i].Contains('+', StringComparison.Ordinal) && levels[i] != "+") return false;
            if (levels[i].Contains('#', StringComparison.Ordinal) && (levels[i] != "#" || i != levels.Length - 1)) return false;
        }
        return true;
    }
}
