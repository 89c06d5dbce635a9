using EdgeNode.Devices;
using Sparkplug.Edge;
using Sparkplug.Metrics;
using Sparkplug.Mqtt;

namespace EdgeNode.Session;

/// <summary>What the edge node is on the network: its session, its connection, its own metrics.</summary>
internal static class NodeMetrics
{
    /// <summary>The client's options; bdSeq, Node Control/Rebirth and Node Control/Next Server are the session's own.</summary>
    public static EdgeNodeClientOptions ClientOptions(EdgeNodeConfig config) => new()
    {
        Session = new EdgeSessionOptions
        {
            EdgeNode = config.EdgeNode,
            PrimaryHostId = config.PrimaryHostId,
            UseAliases = config.UseAliases,
            Metrics = [Text("Properties/Software", "Sparkplug edge node"), Text("Properties/Software Version", Version), PortsMetric.Metric, CommandResult.Metric],
        },
        Servers = config.Servers,
        Link = config.Link,
        BdSeqFile = Path.Combine(config.DataDirectory, "bdseq"),
    };

    private static string Version { get; } = typeof(NodeMetrics).Assembly.GetName().Version?.ToString(3) ?? "unknown";

    private static EdgeMetric Text(string name, string value) => new()
    {
        Name = name,
        DataType = DataType.String,
        Properties = new PropertySet([new("readOnly", MetricValue.Boolean(true))]),
        Value = MetricValue.String(value),
    };
}
