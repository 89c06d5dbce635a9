using Microsoft.Extensions.Logging.Abstractions;
using Sparkplug.Edge;
using Sparkplug.Metrics;
using Sparkplug.Mqtt;
using Sparkplug.Topics;

namespace SystemTests.HostApp;

/// <summary>
/// A real edge node with one device <c>Uno</c>: a temperature, a relay and a set point that can be written, and a read-only counter.
/// It applies commands, refuses set points beyond 100, and stays silent where it is told to.
/// </summary>
internal sealed class TestEdgeNode : IAsyncDisposable
{
    private static readonly DataSetColumn[] ResultColumns =
        [.. new[] { "id", "metric", "outcome", "reason", "value" }.Select(name => new DataSetColumn(name, DataType.String))];

    private readonly CancellationTokenSource _stop = new();
    private readonly EdgeNodeClient _client;
    private readonly bool _answers;
    private readonly Task _running;

    private TestEdgeNode(Uri server, EdgeNodeDescriptor edgeNode, bool answers)
    {
        _answers = answers;
        _client = new EdgeNodeClient(new EdgeNodeClientOptions
        {
            Session = new EdgeSessionOptions { EdgeNode = edgeNode, Metrics = NodeMetrics },
            Servers = [server],
            Link = new MqttLinkOptions { ClientId = $"test-{Guid.NewGuid():N}"[..20] },
        }, TimeProvider.System, NullLogger.Instance);
        _running = Task.WhenAll(_client.RunAsync(_stop.Token), ServeAsync());
    }

    /// <summary>Commands for this metric are read, and nothing more.</summary>
    public string? Silent { get; set; }

    /// <summary>The values of all commands, in the order in which they came.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<MetricValue> Heard { get; } = [];

    private static EdgeMetric[] NodeMetrics =>
        [new EdgeMetric { Name = "Properties/Version", DataType = DataType.String, Value = MetricValue.String("1.0"), Properties = Described("", readOnly: true) }];

    /// <summary>Starts a node and publishes the births of it and its device.</summary>
    /// <param name="server">The MQTT server.</param>
    /// <param name="group">Its group.</param>
    /// <param name="node">Its id.</param>
    /// <param name="answers">True to answer commands by id, as our edge nodes do; false to report changed values alone, as foreign ones do.</param>
    /// <param name="device">The id of its device.</param>
    public static async Task<TestEdgeNode> StartAsync(Uri server, string group = "Plant1", string node = "Line1", bool answers = true, string device = "Uno")
    {
        var edge = new TestEdgeNode(server, new EdgeNodeDescriptor(group, node), answers);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await edge._client.WaitForAsync(EdgePhase.Online, deadline.Token);
        await edge._client.DeviceFoundAsync(new EdgeDevice(device, edge.DeviceMetrics()), deadline.Token);
        return edge;
    }

    public ValueTask PublishAsync(string metric, MetricValue value, string device = "Uno") =>
        _client.PublishAsync(device, [new Sample(metric, value, Timestamp.Now(TimeProvider.System))], CancellationToken.None);

    public ValueTask LoseDeviceAsync(string device = "Uno") => _client.DeviceLostAsync(device, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private EdgeMetric[] DeviceMetrics()
    {
        EdgeMetric[] metrics =
        [
            new() { Name = "temperature", DataType = DataType.Float, Value = MetricValue.Float(21.5f), Properties = Described("°C", readOnly: true, -50, 150) },
            new() { Name = "relay", DataType = DataType.Boolean, Value = MetricValue.Boolean(false), IsWritable = true, Properties = Described("", readOnly: false) },
            new() { Name = "setpoint", DataType = DataType.Int16, Value = MetricValue.Int16(20), IsWritable = true, Properties = Described("%", readOnly: false, 0, 100) },
            new() { Name = "total", DataType = DataType.UInt64, Value = MetricValue.UInt64(ulong.MaxValue), Properties = Described("pulses", readOnly: true) },
        ];
        return _answers
            ? [.. metrics, new EdgeMetric { Name = "Command/Result", DataType = DataType.DataSet, Value = MetricValue.DataSet(new DataSet(ResultColumns, [])) }]
            : metrics;
    }

    private static PropertySet Described(string unit, bool readOnly, double? low = null, double? high = null)
    {
        var set = new PropertySet([KeyValuePair.Create("readOnly", MetricValue.Boolean(readOnly))]);
        if (unit.Length > 0) set = set.With("engUnit", MetricValue.String(unit));
        return low is null ? set : set.With("engLow", MetricValue.Double(low.Value)).With("engHigh", MetricValue.Double(high!.Value));
    }

    private async Task ServeAsync()
    {
        await foreach (var command in _client.Commands.ReadAllAsync())
        {
            Heard.Enqueue(command.Value);
            if (command.Metric == Silent || command.DeviceId is not { } device) continue;
            var refusal = command.Metric == "setpoint" && command.Value.AsInt64() > 100 ? "beyond 100 %" : null;
            if (refusal is null) await PublishAsync(command.Metric, command.Value, device);
            if (_answers) await PublishAsync("Command/Result", Result(command, refusal), device);
        }
    }

    private static MetricValue Result(EdgeCommand command, string? refusal)
    {
        var value = command.Value.Type == DataType.Boolean ? (command.Value.AsBoolean() ? "true" : "false") : $"{command.Value.AsInt64()}";
        string[] cells = [command.CommandId ?? "", command.Metric, refusal is null ? "Applied" : "Rejected", refusal ?? "", value];
        return MetricValue.DataSet(new DataSet(ResultColumns, [[.. cells.Select(MetricValue.String)]]));
    }
}
