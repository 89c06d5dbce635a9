using Sparkplug.Host;
using Sparkplug.Metrics;
using Sparkplug.Payloads;
using Sparkplug.Topics;

namespace Sparkplug.Mqtt;

/// <summary>
/// Writes NCMD and DCMD payloads: a payload timestamp, no seq (tck-id-payloads-ncmd-timestamp, tck-id-payloads-ncmd-seq,
/// tck-id-payloads-dcmd-timestamp, tck-id-payloads-dcmd-seq).
/// </summary>
internal static class HostCommands
{
    // The specification would leave the datatype out of a command; the TCK wants it in this one, and it does no harm.
    private static readonly Metric Rebirth = new() { Name = "Node Control/Rebirth", DataType = DataType.Boolean, Value = MetricValue.Boolean(true) };

    /// <summary>The topic of a command to an Edge Node, or to one of its Devices.</summary>
    public static string Topic(EdgeNodeDescriptor edgeNode, string? deviceId) => deviceId is null
        ? new SparkplugTopic.Node(MessageType.NCMD, edgeNode).ToString()
        : new SparkplugTopic.Device(MessageType.DCMD, edgeNode, deviceId).ToString();

    /// <summary>A request for births (tck-id-operational-behavior-data-commands-ncmd-rebirth-verb, -name, -value).</summary>
    public static byte[] RequestRebirth(Timestamp now) => PayloadCodec.Encode(new Payload { Timestamp = now, Metrics = [Rebirth] });

    /// <summary>
    /// A write of one metric: by alias alone where the birth gave one (tck-id-payloads-alias-data-cmd-requirement), else by name.
    /// </summary>
    public static byte[] Write(MetricState metric, MetricValue value, string commandId, bool withDataType, Timestamp now) => PayloadCodec.Encode(new Payload
    {
        Timestamp = now,
        Uuid = commandId,
        Metrics =
        [
            new Metric
            {
                Name = metric.Alias is null ? metric.Name : null,
                Alias = metric.Alias,
                DataType = withDataType ? metric.DataType : null,
                Value = value,
            },
        ],
    });

    /// <summary>Finds what a command is for and checks it.</summary>
    public static CommandRefusal Check(
        Fleet fleet, EdgeNodeDescriptor edgeNode, string? deviceId, string metric, MetricValue value,
        out NodeState? node, out MetricState? state, out MetricValue typed)
    {
        state = null;
        typed = value;
        if (!fleet.Nodes.TryGetValue(edgeNode, out node)) return CommandRefusal.UnknownEdgeNode;
        if (!node.IsOnline) return CommandRefusal.Offline;
        DeviceState? device = null;
        if (deviceId is not null && !node.Devices.TryGetValue(deviceId, out device)) return CommandRefusal.UnknownDevice;
        if (device is { IsOnline: false }) return CommandRefusal.Offline;
        if (!(device?.Metrics ?? node.Metrics).TryGetValue(metric, out state)) return CommandRefusal.UnknownMetric;
        return value.TryAs(state.DataType, out typed) ? CommandRefusal.None : CommandRefusal.WrongType;
    }
}
