using Sparkplug.Configuration;
using Sparkplug.Topics;

namespace HostApp.Configuration;

/// <summary>Turns configuration keys into <see cref="HostConfig"/>, or into every fault at once.</summary>
internal static class HostConfigReader
{
    private const string DefaultUrl = "http://127.0.0.1:8080";

    /// <exception cref="ConfigurationFaultException">Something is wrong; the exception lists all of it.</exception>
    public static (HostConfig Config, IConfiguration Source) Read(string[] args)
    {
        var settings = Settings.Read("Host", args, "urls");
        var hostId = HostId(settings);
        var config = new HostConfig
        {
            Urls = Urls(settings.Source["urls"], out var urlFaults),
            Servers = settings.Servers(),
            HostId = hostId,
            DataDirectory = settings.Folder("DataDirectory", Settings.DefaultDataDirectory("host")),
            AllowAnonymous = settings.Flag("AllowAnonymous"),
            AllowedHosts = [.. settings.List("AllowedHosts").Select(entry => entry.Text)],
            Link = settings.Link($"host-{hostId}"),
            Filters = Filters(settings),
            ReorderTimeout = settings.Duration("ReorderTimeout", TimeSpan.FromSeconds(2), TimeSpan.Zero, TimeSpan.FromHours(1)),
            CommandTimeout = settings.Duration("CommandTimeout", TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)),
        };
        CheckTogether(config, settings);
        ThrowOnFaults(settings, urlFaults);
        return (config, settings.Source);
    }

    private static void CheckTogether(HostConfig config, Settings settings)
    {
        if (config.AllowAnonymous && config.Urls.FirstOrDefault(url => !url.IsLoopback) is { } open)
            settings.Fault("AllowAnonymous", $"is for loopback only, and urls says {open.Text}, which is open to others");
    }

    // urls stands outside the section that the settings keep faults for.
    private static void ThrowOnFaults(Settings settings, List<ConfigurationFault> urlFaults)
    {
        try
        {
            settings.ThrowOnFaults();
        }
        catch (ConfigurationFaultException others)
        {
            throw new ConfigurationFaultException([.. urlFaults, .. others.Faults]);
        }
        if (urlFaults.Count > 0) throw new ConfigurationFaultException(urlFaults);
    }

    private static List<ListenUrl> Urls(string? text, out List<ConfigurationFault> faults)
    {
        var urls = new List<ListenUrl>();
        faults = [];
        foreach (var one in (text ?? DefaultUrl).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (ListenUrl.TryParse(one, out var url)) urls.Add(url);
            else faults.Add(new ConfigurationFault("urls", $"is a list of http://host:port, separated by semicolons (it says '{one}')"));
        }
        if (urls.Count == 0 && faults.Count == 0) faults.Add(new ConfigurationFault("urls", $"is empty; for instance {DefaultUrl}"));
        return urls;
    }

    private static string HostId(Settings settings)
    {
        var id = settings.Required("HostId", "scada1");
        if (id.Length > 0 && !SparkplugId.IsValid(id, out var reason)) settings.Fault("HostId", $"{reason.Describe()} (it says '{id}')");
        return id;
    }

    private static List<string> Filters(Settings settings)
    {
        var filters = new List<string>();
        foreach (var (key, filter) in settings.List("Filters"))
        {
            if (IsFilterOfNamespace(filter)) filters.Add(filter);
            else settings.Fault(key, $"must be a topic filter such as {SparkplugTopic.Namespace}/Plant1/# (it says '{filter}')");
        }
        if (filters.Count == 0) filters.Add(TopicFilters.All);
        return filters;
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
