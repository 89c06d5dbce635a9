using EdgeNode.Serial;
using Sparkplug.Edge;
using Sparkplug.Metrics;

namespace EdgeNode.Session;

/// <summary>
/// The node metric <c>Ports</c>: one row a port, so that a new port never changes the node's set of metrics.
/// <code>DataSet: path, device, state (String), frames, crcErrors, resets (Int64)</code>
/// </summary>
internal static class PortsMetric
{
    public const string Name = "Ports";

    private static readonly DataSetColumn[] Columns =
    [
        new("path", DataType.String), new("device", DataType.String), new("state", DataType.String),
        new("frames", DataType.Int64), new("crcErrors", DataType.Int64), new("resets", DataType.Int64),
    ];

    /// <summary>The metric before any port was seen.</summary>
    public static EdgeMetric Metric { get; } = new()
    {
        Name = Name,
        DataType = DataType.DataSet,
        Properties = new PropertySet([new("readOnly", MetricValue.Boolean(true))]),
        Value = Value([]),
    };

    /// <summary>The table of all ports, sorted by path.</summary>
    public static MetricValue Value(IEnumerable<PortRow> ports) =>
        MetricValue.DataSet(new DataSet(Columns, [.. ports.OrderBy(port => port.Path, StringComparer.Ordinal).Select(Row)]));

    private static IReadOnlyList<MetricValue> Row(PortRow port) =>
    [
        MetricValue.String(port.Path),
        port.Device is null ? MetricValue.Null(DataType.String) : MetricValue.String(port.Device),
        MetricValue.String(port.State.ToString()),
        MetricValue.Int64(port.Frames),
        MetricValue.Int64(port.CrcErrors),
        MetricValue.Int64(port.Resets),
    ];
}

/// <summary>One port as <c>Ports</c> shows it.</summary>
internal readonly record struct PortRow(string Path, string? Device, PortState State, long Frames, long CrcErrors, long Resets);
