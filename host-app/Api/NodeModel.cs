using System.Text.Json.Serialization;
using Sparkplug.Host;
using Sparkplug.Metrics;

namespace HostApp.Api;

/// <summary>One edge node as it stood at one moment.</summary>
/// <param name="GroupId">The group_id.</param>
/// <param name="EdgeNodeId">The edge_node_id.</param>
/// <param name="Online">True from NBIRTH to NDEATH or the loss of the server.</param>
/// <param name="OfflineReason">Why it is offline; null while it is online.</param>
/// <param name="BdSeq">The bdSeq of the last NBIRTH.</param>
/// <param name="Server">The MQTT server on which it was born last.</param>
/// <param name="Since">When it came online or went offline.</param>
/// <param name="LastSeen">When its last message came in.</param>
/// <param name="Births">How many NBIRTHs this host has seen.</param>
/// <param name="Rebirths">Why this host wanted new births, and how often.</param>
/// <param name="Faults">What was wrong with its messages, by kind.</param>
/// <param name="Devices">Its devices.</param>
/// <param name="Metrics">Its own metrics; left out of the list of all nodes.</param>
internal sealed record NodeModel(
    string GroupId, string EdgeNodeId, bool Online, OfflineReason? OfflineReason, byte? BdSeq, string? Server, Timestamp? Since, Timestamp? LastSeen,
    long Births, IReadOnlyDictionary<RebirthReason, long> Rebirths, IReadOnlyDictionary<NodeFault, long> Faults,
    IReadOnlyList<DeviceSummary> Devices,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<MetricModel>? Metrics)
{
    /// <summary>Copies what is known of a node; on the loop that owns it.</summary>
    public static NodeModel Of(NodeState node, IReadOnlyList<Uri> servers, bool withMetrics) => new(
        node.EdgeNode.GroupId, node.EdgeNode.EdgeNodeId, node.IsOnline, node.OfflineReason, node.BdSeq?.Value,
        node.Server is { } server ? ServerModel.Text(servers[server]) : null,
        node.OfflineReason == Sparkplug.Host.OfflineReason.NotBorn ? null : node.Since, node.LastSeen,
        node.Counts.Births, Counted<RebirthReason>(node.Counts.Of), Counted<NodeFault>(node.Counts.Of),
        [.. node.Devices.Values.Select(device => new DeviceSummary(device.DeviceId, device.IsOnline, device.LastSeen))],
        withMetrics ? [.. node.Metrics.Values.Select(MetricModel.Of)] : null);

    private static Dictionary<T, long> Counted<T>(Func<T, long> count) where T : struct, Enum =>
        Enum.GetValues<T>().Select(kind => KeyValuePair.Create(kind, count(kind))).Where(pair => pair.Value > 0).ToDictionary();
}

/// <summary>A device as the list of nodes names it.</summary>
internal sealed record DeviceSummary(string DeviceId, bool Online, Timestamp? LastSeen);

/// <summary>One device as it stood at one moment.</summary>
internal sealed record DeviceModel(
    string GroupId, string EdgeNodeId, string DeviceId, bool Online, OfflineReason? OfflineReason, Timestamp? Since, Timestamp? LastSeen,
    IReadOnlyList<MetricModel> Metrics)
{
    /// <summary>Copies what is known of a device; on the loop that owns it.</summary>
    public static DeviceModel Of(NodeState node, DeviceState device) => new(
        node.EdgeNode.GroupId, node.EdgeNode.EdgeNodeId, device.DeviceId, device.IsOnline, device.OfflineReason,
        device.OfflineReason == Sparkplug.Host.OfflineReason.NotBorn ? null : device.Since, device.LastSeen,
        [.. device.Metrics.Values.Select(MetricModel.Of)]);
}

/// <summary>One metric as it stood at one moment.</summary>
internal sealed record MetricModel(
    string Name, DataType DataType, MetricValue Value, Timestamp Timestamp, Quality Quality, bool IsNull,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Timestamp? StaleSince,
    PropertySet Properties)
{
    /// <summary>Copies what is known of a metric; on the loop that owns it.</summary>
    public static MetricModel Of(MetricState metric) => new(
        metric.Name, metric.DataType, metric.Value, metric.Timestamp, Known(metric.Quality), metric.Value.IsNull, metric.StaleSince, metric.Properties);

    // Peers send other codes (OPC's, for one); a value that nobody calls good or stale is not to be trusted.
    private static Quality Known(Quality quality) => quality is Quality.Good or Quality.Stale ? quality : Quality.Bad;
}

/// <summary>A new value of one metric, in the stream.</summary>
internal sealed record MetricEvent(string GroupId, string EdgeNodeId, string? DeviceId, MetricModel Metric);
