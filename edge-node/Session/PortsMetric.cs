using EdgeNode.Serial;
using Sparkplug.Edge;
using Sparkplug.Metrics;

namespace EdgeNode.Session;

/// <summary>
/// The node metric <c>Ports</c>: one row a port, so that a new port never changes the node's set of metrics.
/// <code>DataSet: path, device (the board's id, or null), state (String), frames, crcErrors, resets, lost, dropped, floods (Int64)</code>
/// <c>dropped</c> counts lines that are no frame, too long, or of a wrong form or an unknown kind: a board that speaks another language;
/// <c>floods</c> the seconds in which more came than is read.
/// </summary>
internal static class PortsMetric
{
    public const string Name = "Ports";

    private static readonly DataSetColumn[] Columns =
    [
        new("path", DataType.String), new("device", DataType.String), new("state", DataType.String),
        new("frames", DataType.Int64), new("crcErrors", DataType.Int64), new("resets", DataType.Int64),
        new("lost", DataType.Int64), new("dropped", DataType.Int64), new("floods", DataType.Int64),
    ];

    /// <summary>The metric before any port was seen.</summary>
    public static EdgeMetric Metric { get; } = new()
    {
        Name = Name,
        DataType = DataType.DataSet,
        Properties = new PropertySet([new("readOnly", MetricValue.Boolean(true))]),
        Value = Value([]),
    };

    /// <summary>The table of all ports, in the order given.</summary>
    public static MetricValue Value(IEnumerable<PortSnapshot> ports) => MetricValue.DataSet(new DataSet(Columns, [.. ports.Select(Row)]));

    private static IReadOnlyList<MetricValue> Row(PortSnapshot port) =>
    [
        MetricValue.String(port.Path),
        port.Board is { } board ? MetricValue.String(board.Value) : MetricValue.Null(DataType.String),
        MetricValue.String(port.State.ToString()),
        MetricValue.Int64(port.Counters.Frames),
        MetricValue.Int64(port.Counters.Crc),
        MetricValue.Int64(port.Counters.Resets),
        MetricValue.Int64(port.Counters.Lost),
        MetricValue.Int64(port.Counters.Dropped),
        MetricValue.Int64(port.Counters.Flood),
    ];
}
