using Sparkplug.Metrics;

namespace Sparkplug.Edge;

/// <summary>The metrics that every Edge Node of ours has and that its session looks after.</summary>
public static class NodeControl
{
    /// <summary>A command of true asks for births (tck-id-operational-behavior-data-commands-rebirth-name).</summary>
    public const string Rebirth = "Node Control/Rebirth";

    /// <summary>A command of true asks to move to the next MQTT Server (Sparkplug 3.0, 6.4.6).</summary>
    public const string NextServer = "Node Control/Next Server";

    /// <summary>bdSeq and the controls as births show them (tck-id-topics-nbirth-bdseq-included, tck-id-topics-nbirth-rebirth-metric).</summary>
    internal static IReadOnlyList<EdgeMetric> Metrics { get; } =
    [
        new() { Name = BdSeq.MetricName, DataType = DataType.Int64, Value = default(BdSeq).ToMetricValue() },
        new() { Name = Rebirth, DataType = DataType.Boolean, Value = MetricValue.Boolean(false), IsWritable = true },
        new() { Name = NextServer, DataType = DataType.Boolean, Value = MetricValue.Boolean(false), IsWritable = true },
    ];

    /// <summary>
    /// True for Rebirth, which must be understood by a node whose births were missed
    /// (tck-id-operational-behavior-data-commands-rebirth-name-aliases), and for bdSeq, which the NDEATH gives by its name.
    /// </summary>
    internal static bool IsWithoutAlias(string name) => name is Rebirth or BdSeq.MetricName;
}
