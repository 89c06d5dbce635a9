using System.Diagnostics.CodeAnalysis;
using Sparkplug.Metrics;
using Sparkplug.Topics;

namespace Sparkplug.Edge;

/// <summary>All metrics of the Edge Node itself or of one of its Devices, found by name and by alias.</summary>
internal sealed class MetricTable
{
    private readonly Dictionary<string, LiveMetric> _byName;
    private readonly Dictionary<ulong, LiveMetric> _byAlias;

    private MetricTable(EdgeNodeDescriptor edgeNode, string? deviceId, IReadOnlyList<LiveMetric> metrics)
    {
        DeviceId = deviceId;
        Metrics = metrics;
        _byName = metrics.ToDictionary(metric => metric.Definition.Name);
        _byAlias = metrics.Where(metric => metric.Alias is not null).ToDictionary(metric => metric.Alias!.Value);
        BirthTopic = Topic(deviceId is null ? MessageType.NBIRTH : MessageType.DBIRTH);
        DataTopic = Topic(deviceId is null ? MessageType.NDATA : MessageType.DDATA);
        DeathTopic = Topic(deviceId is null ? MessageType.NDEATH : MessageType.DDEATH);

        string Topic(MessageType type) => deviceId is null
            ? new SparkplugTopic.Node(type, edgeNode).ToString()
            : new SparkplugTopic.Device(type, edgeNode, deviceId).ToString();
    }

    /// <summary>The Device; null for the node itself.</summary>
    public string? DeviceId { get; }

    /// <summary>What it is the table of, for people.</summary>
    public string Place => DeviceId is null ? "the node" : $"device '{MetricText.Show(DeviceId)}'";

    /// <summary>The metrics in the order in which they were given.</summary>
    public IReadOnlyList<LiveMetric> Metrics { get; }

    public string BirthTopic { get; }

    public string DataTopic { get; }

    public string DeathTopic { get; }

    /// <summary>Makes the table of the node: bdSeq and the node controls, then the given metrics.</summary>
    /// <exception cref="ArgumentException">A metric cannot be published.</exception>
    public static MetricTable ForNode(EdgeSessionOptions options, TemplateCatalog templates, AliasTable aliases)
    {
        var reserved = NodeControl.Metrics;
        if (MetricRules.FaultOf([.. reserved, .. options.Metrics], templates, mayDefine: true) is { } fault)
            throw new ArgumentException(fault, nameof(options));
        LiveMetric Make(EdgeMetric metric, bool isReserved) => new(metric,
            options.UseAliases && !NodeControl.IsWithoutAlias(metric.Name) ? aliases.For(null, metric.Name) : null, isReserved);
        return new MetricTable(options.EdgeNode, null,
            [.. reserved.Select(metric => Make(metric, true)), .. options.Metrics.Select(metric => Make(metric, false))]);
    }

    /// <summary>Makes the table of a Device, or says why it cannot be published.</summary>
    public static bool TryForDevice(EdgeDevice device, EdgeSessionOptions options, TemplateCatalog templates, AliasTable aliases,
        [NotNullWhen(true)] out MetricTable? table, [NotNullWhen(false)] out string? fault)
    {
        table = null;
        // tck-id-topic-structure-namespace-valid-device-id
        fault = SparkplugId.IsValid(device.DeviceId, out var reason)
            ? MetricRules.FaultOf(device.Metrics, templates, mayDefine: false)
            : $"the id {reason.Describe()}";
        if (fault is not null) return false;
        table = new MetricTable(options.EdgeNode, device.DeviceId, [.. device.Metrics.Select(metric =>
            new LiveMetric(metric, options.UseAliases ? aliases.For(device.DeviceId, metric.Name) : null, isReserved: false))]);
        return true;
    }

    /// <summary>Finds a metric by name, or by alias where there is no name: a name says more than a number that may be of an older birth.</summary>
    public LiveMetric? Find(string? name, ulong? alias) =>
        name is not null ? _byName.GetValueOrDefault(name) : alias is { } number ? _byAlias.GetValueOrDefault(number) : null;

    /// <summary>True when births would say the same of every metric, values aside.</summary>
    public bool IsDescribedBy(IReadOnlyList<EdgeMetric> metrics) =>
        Metrics.Count == metrics.Count && Metrics.Zip(metrics).All(pair => pair.First.Definition.IsDescribedAs(pair.Second));
}
