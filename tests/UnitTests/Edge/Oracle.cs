using Sparkplug.Edge;
using Sparkplug.Metrics;
using Sparkplug.Payloads;
using Sparkplug.Topics;

namespace UnitTests.Edge;

/// <summary>
/// Server, host and standard in one: looks at each output as it comes, knows nothing of how the session is made, and throws at the first one
/// that breaks a rule. It keeps what a host would know, so that a test can compare that with the truth.
/// </summary>
internal sealed class Oracle(BdSeq? lastBdSeq, bool aliases) : IEdgeOutputs
{
    private enum Link { Down, Connecting, Up, Leaving }

    private readonly Dictionary<string, Dictionary<string, Metric>> _born = [];
    private readonly Queue<string> _toBeBorn = new();
    private BdSeq? _bdSeq = lastBdSeq;
    private EdgeConnect? _connect;
    private Link _link;
    private Seq? _seq;
    private bool _isDead;
    private bool _isStopped;

    /// <summary>The Devices that exist, kept by the test; their births must follow each NBIRTH.</summary>
    public List<string> Devices { get; } = [];

    /// <summary>True when the primary host is known to be online on this connection, kept by the test.</summary>
    public bool IsHostOnline { get; set; }

    /// <summary>The server of the last CONNECT.</summary>
    public int Server => _connect?.ServerIndex ?? 0;

    public int Connects { get; private set; }

    public int Births { get; private set; }

    /// <summary>What a host knows: "" is the node itself.</summary>
    public IReadOnlyDictionary<string, Dictionary<string, Metric>> Born => _born;

    public void Connected() => _link = _link == Link.Connecting ? Link.Up : _link;

    public void ConnectFailed() => _link = _link == Link.Connecting ? Link.Down : _link;

    public void Disconnected()
    {
        _link = Link.Down;
        _born.Clear();
    }

    /// <summary>After each input: what was begun must be complete.</summary>
    public void Settled() => Require(_toBeBorn.Count == 0, "a DBIRTH is missing");

    public void Connect(EdgeConnect connect)
    {
        Require(!_isStopped && _link == Link.Down, "a second connection");
        Require(connect.BdSeq == (_bdSeq?.Next() ?? default), "bdSeq is not one more");
        var will = Recorder.Decode(connect.WillPayload);
        Require(will.Seq is null && will.Metrics is [{ Name: "bdSeq", Alias: null, DataType: DataType.Int64 }], "the Will is not an NDEATH");
        Require(will.Metrics[0].Value == connect.BdSeq.ToMetricValue(), "the Will has another bdSeq");
        (_link, _bdSeq, _connect, _seq, _isDead) = (Link.Connecting, connect.BdSeq, connect, null, false);
        Connects++;
    }

    public void Subscribe(IReadOnlyList<string> filters) => Require(_link == Link.Up, "a SUBSCRIBE without a connection");

    public void Disconnect()
    {
        Require(_link is Link.Connecting || (_link is Link.Up && _isDead), "a DISCONNECT without an NDEATH");
        _link = Link.Leaving;
        _born.Clear();
    }

    public void PhaseChanged(EdgePhase phase, string why)
    {
        Require(!_isStopped, "a change of phase after the end");
        _isStopped = phase == EdgePhase.Stopped;
    }

    public void Ignored(EdgeFault fault, string detail) => Require(!_isStopped && detail.Length is > 0 and < 1000, "a fault without a word, or after the end");

    public void Refused(EdgeRefusal refusal) =>
        Require(refusal.CommandId.Length > 0 && _born.ContainsKey(refusal.DeviceId ?? ""), "an answer for what was not born");

    public void Command(EdgeCommand command)
    {
        Require(_born.TryGetValue(command.DeviceId ?? "", out var metrics) && metrics.ContainsKey(command.Metric), "a command for what was not born");
        Require(!command.Value.IsNull && command.Value.Type == _born[command.DeviceId ?? ""][command.Metric].DataType, "a command of another datatype");
    }

    public void Publish(string topic, ReadOnlyMemory<byte> payload, int qos)
    {
        Require(_link == Link.Up && !_isStopped && !_isDead, "a message without a connection, or after the NDEATH");
        var message = new Sent(SparkplugTopic.Parse(topic), Recorder.Decode(payload), payload, qos);
        if (message.Type == MessageType.NDEATH) NodeDeath(message);
        else Counted(message);
    }

    private void NodeDeath(Sent message)
    {
        Require(message.Qos == 1 && message.Bytes.Span.SequenceEqual(_connect!.WillPayload.Span), "the NDEATH is not the Will");
        _isDead = true;
    }

    private void Counted(Sent message)
    {
        Require(message.Qos == 0 && message.Payload.Timestamp is not null, "QoS or time stamp");
        Require(message.Payload.Seq == (message.Type == MessageType.NBIRTH ? default(Seq) : _seq?.Next()), "seq is not the next one");
        _seq = message.Payload.Seq;
        Require(message.Payload.Metrics.All(metric => metric.Timestamp is not null), "a metric without time");
        var live = message.Payload.Metrics.Where(metric => !metric.IsHistorical).Select(metric => metric.Timestamp!.Value).ToList();
        Require(live.Order().SequenceEqual(live), "not in order of time");
        switch (message.Type)
        {
            case MessageType.NBIRTH: NodeBirth(message); break;
            case MessageType.DBIRTH: DeviceBirth(message); break;
            case MessageType.DDEATH: Require(_born.Remove(message.DeviceId!), "a DDEATH of what was not born"); break;
            default: Data(message); break;
        }
    }

    private void NodeBirth(Sent message)
    {
        Require(IsHostOnline, "births while the primary host is not online");
        Require(message["bdSeq"] is { Alias: null } bdSeq && bdSeq.Value == _connect!.BdSeq.ToMetricValue(), "the NBIRTH has another bdSeq");
        Require(message["Node Control/Rebirth"] is { Alias: null } rebirth && rebirth.Value == MetricValue.Boolean(false), "no rebirth control");
        Require(_toBeBorn.Count == 0, "an NBIRTH among births");
        _born.Clear();
        foreach (var device in Devices) _toBeBorn.Enqueue(device);
        Bear("", message);
        Births++;
    }

    private void DeviceBirth(Sent message)
    {
        Require(_toBeBorn.Count == 0 || _toBeBorn.Dequeue() == message.DeviceId, "DBIRTHs in another order");
        Require(Devices.Contains(message.DeviceId!), "a birth of a Device that is gone");
        Bear(message.DeviceId!, message);
    }

    private void Bear(string place, Sent message)
    {
        Require(place == "" || _born.ContainsKey(""), "a DBIRTH before the NBIRTH");
        Require(message.Payload.Metrics.All(metric => metric is { Name: not null, DataType: not null } && (aliases || metric.Alias is null)), "a metric is not described");
        _born[place] = message.Payload.Metrics.ToDictionary(metric => metric.Name!);
        var given = _born.Values.SelectMany(metrics => metrics.Values).Where(metric => metric.Alias is not null).Select(metric => metric.Alias).ToList();
        Require(given.Distinct().Count() == given.Count, "an alias is there twice");
    }

    private void Data(Sent message)
    {
        Require(_toBeBorn.Count == 0, "DATA before the last DBIRTH");
        Require(_born.ContainsKey(message.DeviceId ?? ""), "DATA of what was not born");
        Require(message.Payload.Metrics.Count > 0, "DATA without metrics");
        var born = _born[message.DeviceId ?? ""];
        foreach (var metric in message.Payload.Metrics)
        {
            Require(metric.DataType is null && (aliases ? metric is { Name: null, Alias: not null } : metric is { Name: not null, Alias: null }), "name, alias or datatype");
            var known = born.Values.SingleOrDefault(candidate => aliases ? candidate.Alias == metric.Alias : candidate.Name == metric.Name);
            Require(known is not null, "DATA of a metric that was not born");
            Require(metric.Value.TryAs(known!.DataType!.Value, out var value), "DATA of another datatype");
            if (!metric.IsHistorical) born[known.Name!] = known with { Value = value, Properties = metric.Properties };
        }
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds) throw new InvalidOperationException(otherwise);
    }
}
