using Sparkplug.Edge;
using Sparkplug.Metrics;
using Sparkplug.Payloads;
using Sparkplug.Topics;

namespace UnitTests.Edge;

/// <summary>A session under test with its outputs; time moves one millisecond an input.</summary>
public sealed class AnEdge
{
    public const string Host = "scada1";
    public const string NodeCommands = "spBv1.0/Plant1/NCMD/Line1";

    private readonly EdgeSession _session;

    public AnEdge(EdgeSessionOptions options) => _session = new EdgeSession(options);

    public AnEdge(string? primaryHost = null, int servers = 1, bool aliases = true, params EdgeMetric[] metrics)
        : this(Options with { PrimaryHostId = primaryHost, ServerCount = servers, UseAliases = aliases, Metrics = metrics })
    {
    }

    public static EdgeSessionOptions Options { get; } = new() { EdgeNode = new EdgeNodeDescriptor("Plant1", "Line1") };

    public Recorder Out { get; private set; } = new();

    public Timestamp Now { get; private set; } = new(1_700_000_000_000);

    public EdgePhase Phase => _session.Phase;

    /// <summary>The messages since the last <see cref="Forget"/>.</summary>
    public List<Sent> Messages => Out.Messages;

    public Sent Last => Out.Messages[^1];

    public AnEdge Step(EdgeInput input)
    {
        _session.Step(input, Out);
        Now = new Timestamp(Now.Milliseconds + 1);
        return this;
    }

    /// <summary>Throws the outputs so far away, so that a test sees only what follows.</summary>
    public AnEdge Forget()
    {
        Out = new Recorder();
        return this;
    }

    public AnEdge Subscribing() => Step(new EdgeInput.ConnectDue(Now)).Step(new EdgeInput.Connected(Now));

    /// <summary>Up to births, or to the wait for the primary host.</summary>
    public AnEdge Subscribed() => Subscribing().Step(new EdgeInput.Subscribed(Now));

    public AnEdge Online() => Subscribed().Forget();

    public AnEdge Found(string deviceId, params EdgeMetric[] metrics) => Step(new EdgeInput.DeviceFound(new EdgeDevice(deviceId, metrics), Now));

    public AnEdge Lost(string deviceId) => Step(new EdgeInput.DeviceLost(deviceId, Now));

    public AnEdge Sampled(string? deviceId, params Sample[] samples) => Step(new EdgeInput.Sampled(deviceId, samples, Now));

    public AnEdge Sampled(string? deviceId, string metric, MetricValue value) => Sampled(deviceId, new Sample(metric, value, Now));

    public AnEdge State(bool online, ulong timestamp, string host = Host) =>
        Received($"spBv1.0/STATE/{host}", new StatePayload(online, new Timestamp(timestamp)).Encode());

    public AnEdge Received(string topic, ReadOnlyMemory<byte> payload) => Step(new EdgeInput.Received(topic, payload, Now));

    public AnEdge Commanded(string? deviceId, params Metric[] metrics) => Commanded(deviceId, uuid: null, metrics);

    public AnEdge Commanded(string? deviceId, string? uuid, params Metric[] metrics) => Received(
        deviceId is null ? NodeCommands : $"spBv1.0/Plant1/DCMD/Line1/{deviceId}",
        PayloadCodec.Encode(new Payload { Timestamp = Now, Uuid = uuid, Metrics = metrics }));

    public AnEdge RebirthCommanded() => Commanded(null, Write(NodeControl.Rebirth, MetricValue.Boolean(true)));

    public static Metric Write(string name, MetricValue value) => new() { Name = name, Value = value };

    public static EdgeMetric Number(string name, double value = 0, bool writable = false) =>
        new() { Name = name, DataType = DataType.Double, Value = MetricValue.Double(value), IsWritable = writable };

    public static EdgeMetric Switch(string name, bool writable = true) =>
        new() { Name = name, DataType = DataType.Boolean, Value = MetricValue.Boolean(false), IsWritable = writable };
}
