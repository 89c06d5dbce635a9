using Microsoft.Extensions.Configuration;
using Sparkplug.Configuration;
using Sparkplug.Mqtt;
using Sparkplug.Topics;

namespace EdgeNode;

/// <summary>What the user wrote under <c>EdgeNode:</c>, checked.</summary>
internal sealed record EdgeNodeConfig
{
    /// <summary><c>Servers</c>: the MQTT Servers, walked through one at a time.</summary>
    public required IReadOnlyList<Uri> Servers { get; init; }

    /// <summary><c>GroupId</c> and <c>EdgeNodeId</c>.</summary>
    public required EdgeNodeDescriptor EdgeNode { get; init; }

    /// <summary><c>PrimaryHostId</c>: the host to wait for; null for none.</summary>
    public string? PrimaryHostId { get; init; }

    /// <summary><c>Ports</c>: paths and patterns; <c>auto</c> stands for the usual USB serial ports.</summary>
    public IReadOnlyList<string> Ports { get; init; } = [];

    /// <summary><c>ExcludePorts</c>: paths and patterns that are never opened.</summary>
    public IReadOnlyList<string> ExcludePorts { get; init; } = [];

    /// <summary><c>DataDirectory</c>: where the bdSeq lives.</summary>
    public required string DataDirectory { get; init; }

    /// <summary><c>UseAliases</c>.</summary>
    public bool UseAliases { get; init; } = true;

    /// <summary>The MQTT connection.</summary>
    public required MqttLinkOptions Link { get; init; }

    /// <summary>Reads all sources.</summary>
    /// <exception cref="ConfigurationFaultException">Something is wrong; it lists all of it.</exception>
    public static (EdgeNodeConfig Config, IConfiguration Source) Read(string[] args)
    {
        var settings = Settings.Read("EdgeNode", args);
        var (group, node) = (Id(settings, "GroupId", "Plant1"), Id(settings, "EdgeNodeId", "Line1"));
        if (group == SparkplugTopic.StateLevel) settings.Fault("GroupId", TopicFaultReason.ReservedGroup.Describe());
        var config = new
        {
            Servers = settings.Servers(),
            PrimaryHostId = settings.Text("PrimaryHostId"),
            Ports = settings.List("Ports").Select(item => item.Text).ToArray(),
            ExcludePorts = settings.List("ExcludePorts").Select(item => item.Text).ToArray(),
            DataDirectory = settings.Folder("DataDirectory", Path.Combine(Settings.DefaultDataDirectory("edge"), group, node)),
            UseAliases = settings.Flag("UseAliases", missing: true),
            Link = settings.Link($"{group}-{node}"),
        };
        if (config.PrimaryHostId is { } host && !SparkplugId.IsValid(host, out var reason)) settings.Fault("PrimaryHostId", $"{reason.Describe()} (it says '{host}')");
        settings.ThrowOnFaults();
        return (new EdgeNodeConfig
        {
            Servers = config.Servers,
            EdgeNode = new EdgeNodeDescriptor(group, node),
            PrimaryHostId = config.PrimaryHostId,
            Ports = config.Ports,
            ExcludePorts = config.ExcludePorts,
            DataDirectory = config.DataDirectory,
            UseAliases = config.UseAliases,
            Link = config.Link,
        }, settings.Source);
    }

    private static string Id(Settings settings, string key, string example)
    {
        var id = settings.Required(key, example);
        if (id.Length > 0 && !SparkplugId.IsValid(id, out var reason)) settings.Fault(key, $"{reason.Describe()} (it says '{id}')");
        return id;
    }
}
