using System.Globalization;
using Sparkplug.Host;
using Sparkplug.Metrics;
using Sparkplug.Payloads;
using Sparkplug.Topics;

namespace UnitTests.Host;

/// <summary>A node's state with short ways to feed it; keeps what it handed out as lines such as <c>D1/Temp = Double 21.5 @1000</c>.</summary>
internal sealed class NodeUnderTest : INodeOutputs
{
    public NodeUnderTest(NodeStateOptions? options = null) => State = new NodeState(new EdgeNodeDescriptor("G1", "E1"), options ?? new NodeStateOptions());

    public NodeState State { get; }

    public List<string> Log { get; } = [];

    public List<MetricUpdate> Updates { get; } = [];

    public Timestamp Now { get; set; } = new(1_000_000);

    public DeviceState D1 => State.Devices["D1"];

    public IEnumerable<string> Requests => Log.Where(line => line.StartsWith("rebirth", StringComparison.Ordinal));

    public IEnumerable<string> Faults => Log.Where(line => line.StartsWith("fault", StringComparison.Ordinal));

    public static Metric BdSeq(byte number = 0) => new() { Name = "bdSeq", DataType = DataType.Int64, Value = MetricValue.Int64(number) };

    public static Metric Born(string name, MetricValue value, ulong? alias = null, ulong time = 100) =>
        new() { Name = name, Alias = alias, DataType = value.Type, Value = value, Timestamp = new Timestamp(time) };

    public static Metric Named(string name, MetricValue value, ulong time = 200) => new() { Name = name, Value = value, Timestamp = new Timestamp(time) };

    public static Metric Aliased(ulong alias, MetricValue value, ulong time = 200) => new() { Alias = alias, Value = value, Timestamp = new Timestamp(time) };

    public static Payload Payload(int? seq, params Metric[] metrics) =>
        new() { Seq = seq is { } number ? new Seq((byte)number) : null, Timestamp = new Timestamp(200 + (ulong)(seq ?? 0)), Metrics = metrics };

    /// <summary>Steps and returns the lines that came of it.</summary>
    public string[] Step(NodeInput input)
    {
        var before = Log.Count;
        State.Step(input, this);
        return [.. Log.Skip(before)];
    }

    public string[] Receive(MessageType type, string? device, Payload payload, int server = 0) => Step(new NodeInput.Received(server, type, device, payload, Now));

    public string[] Nbirth(byte bdSeq = 0, params Metric[] metrics) => Receive(MessageType.NBIRTH, null, Payload(0, [BdSeq(bdSeq), .. metrics]));

    public string[] Dbirth(int seq, params Metric[] metrics) => Receive(MessageType.DBIRTH, "D1", Payload(seq, metrics));

    public string[] Ndata(int? seq, params Metric[] metrics) => Receive(MessageType.NDATA, null, Payload(seq, metrics));

    public string[] Ddata(int? seq, params Metric[] metrics) => Receive(MessageType.DDATA, "D1", Payload(seq, metrics));

    public string[] Ndeath(byte bdSeq = 0, int server = 0) => Receive(MessageType.NDEATH, null, new Payload { Metrics = [BdSeq(bdSeq)] }, server);

    public string[] Tick() => Step(new NodeInput.Tick(Now));

    public void Wait(TimeSpan time) => Now = new Timestamp(Now.Milliseconds + (ulong)time.TotalMilliseconds);

    /// <summary>A node with the metric N (alias 1) and the device D1 with the metric Temp (alias 0); seq 2 is due next.</summary>
    public NodeUnderTest WithBirths(byte bdSeq = 0)
    {
        Nbirth(bdSeq, Born("N", MetricValue.Int32(1), 1));
        Dbirth(1, Born("Temp", MetricValue.Double(20), 0));
        Log.Clear();
        Updates.Clear();
        return this;
    }

    void INodeOutputs.RequestRebirth(NodeState node, int server, RebirthReason reason) => Log.Add($"rebirth {reason} on {server}");

    void INodeOutputs.NodeBorn(NodeState node) => Log.Add("born");

    void INodeOutputs.NodeDied(NodeState node, OfflineReason reason) => Log.Add($"died {reason}");

    void INodeOutputs.DeviceBorn(NodeState node, DeviceState device) => Log.Add($"{device.DeviceId} born");

    void INodeOutputs.DeviceDied(NodeState node, DeviceState device, OfflineReason reason) => Log.Add($"{device.DeviceId} died {reason}");

    void INodeOutputs.MetricUpdated(NodeState node, DeviceState? device, MetricState metric, in MetricUpdate update)
    {
        Updates.Add(update);
        var owner = device is null ? "" : device.DeviceId + "/";
        Log.Add(string.Create(CultureInfo.InvariantCulture, $"{owner}{metric.Name} = {update.Value} @{update.Timestamp.Milliseconds}{(update.IsHistorical ? " past" : "")}"));
    }

    void INodeOutputs.Fault(NodeState node, NodeFault fault, string detail) => Log.Add($"fault {fault}");
}
