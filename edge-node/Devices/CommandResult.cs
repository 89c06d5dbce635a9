using Sparkplug.Edge;
using Sparkplug.Metrics;

namespace EdgeNode.Devices;

/// <summary>
/// The outcome of a command as the metric <c>Command/Result</c>, on the Device that it was for or on the node:
/// <code>DataSet: id, metric, outcome (Applied | Rejected), reason, value; all String; one row</code>
/// </summary>
internal static class CommandResult
{
    private const string Name = "Command/Result";

    private static readonly DataSetColumn[] Columns = [.. new[] { "id", "metric", "outcome", "reason", "value" }.Select(name => new DataSetColumn(name, DataType.String))];

    /// <summary>The metric before any command: an empty table.</summary>
    public static EdgeMetric Metric { get; } = new()
    {
        Name = Name,
        DataType = DataType.DataSet,
        Properties = new PropertySet([new("readOnly", MetricValue.Boolean(true))]),
        Value = MetricValue.DataSet(new DataSet(Columns, [])),
    };

    /// <summary>The command was carried out and the value is what was read back.</summary>
    public static Sample Applied(string id, string metric, MetricValue value, Timestamp now) =>
        Row(now, id, metric, "Applied", null, ValueText.Of(value));

    /// <summary>The command was not carried out, or nobody knows whether it was: the reason says which.</summary>
    public static Sample Rejected(string id, string metric, string reason, Timestamp now) =>
        Row(now, id, metric, "Rejected", reason, null);

    private static Sample Row(Timestamp now, params string?[] cells)
    {
        MetricValue[] row = [.. cells.Select(cell => cell is null ? MetricValue.Null(DataType.String) : MetricValue.String(cell))];
        // Forced: the same answer to another command is news as well.
        return new Sample(Name, MetricValue.DataSet(new DataSet(Columns, [row])), now) { IsForced = true };
    }
}
