using System.Diagnostics;
using Sparkplug.Metrics;
using Sparkplug.Topics;

namespace Sparkplug.Host;

/// <summary>What a host knows of one Edge Node and its Devices, and the rules by which it learns it. Pure: no clock, no socket.</summary>
/// <remarks>
/// An NBIRTH always wins: it makes the node online on the server that it came from, whatever was before. An NDEATH counts if its bdSeq
/// is that of the last NBIRTH. All else counts only between the two, on the same server, in the order of seq. When that order cannot be
/// had, a rebirth is asked for, and what arrived is taken as it is: it is good data, only not all of it.
/// </remarks>
public sealed class NodeState
{
    private readonly NodeStateOptions _options;
    private readonly AliasTable _aliases = new();
    private readonly TemplateTable _templates;
    private readonly MessageOrder _order;
    private readonly RebirthLimiter _limiter;
    private readonly BirthReader _births;
    private readonly DataReader _data;
    private readonly Dictionary<string, DeviceState> _devices = [];
    private Dictionary<string, MetricState> _metrics = [];
    private int _metricCount;
    private int? _heardOn;
    private Timestamp? _reconnectDue;

    // The time of the current step; a message that waited has an older one.
    private Timestamp _now;

    /// <summary>Makes the state of a node that was heard of but not born.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option makes no sense.</exception>
    public NodeState(EdgeNodeDescriptor edgeNode, NodeStateOptions options)
    {
        EdgeNode = edgeNode;
        _options = options.Require();
        _templates = new TemplateTable(options.MetricCapacity);
        _order = new MessageOrder(options);
        _limiter = new RebirthLimiter(options.RebirthInterval, options.RebirthLongestInterval);
        _births = new BirthReader(options, _aliases, _templates);
        _data = new DataReader(this, options, _aliases);
    }

    /// <summary>Group and Edge Node id.</summary>
    public EdgeNodeDescriptor EdgeNode { get; }

    /// <summary>True from NBIRTH to NDEATH or the loss of the server.</summary>
    public bool IsOnline => OfflineReason is null;

    /// <summary>Why it is offline; null while it is online.</summary>
    public OfflineReason? OfflineReason { get; private set; } = Host.OfflineReason.NotBorn;

    /// <summary>When it came online or went offline, by the host's clock. A rebirth does not change it.</summary>
    public Timestamp Since { get; private set; }

    /// <summary>The bdSeq of the last NBIRTH; null where it had none that makes sense.</summary>
    public BdSeq? BdSeq { get; private set; }

    /// <summary>The server on which the node was born last, from 0; null before.</summary>
    public int? Server { get; private set; }

    /// <summary>The host's time of the last message of the node or its devices.</summary>
    public Timestamp? LastSeen { get; private set; }

    /// <summary>The metrics of the last NBIRTH, by name.</summary>
    public IReadOnlyDictionary<string, MetricState> Metrics => _metrics;

    /// <summary>All devices ever born under this node, by id.</summary>
    public IReadOnlyDictionary<string, DeviceState> Devices => _devices;

    /// <summary>The Template definitions of the last NBIRTH, by name.</summary>
    public IReadOnlyDictionary<string, Template> TemplateDefinitions => _templates.Definitions;

    /// <summary>What went wrong so far, and what was asked of the node.</summary>
    public NodeCounts Counts { get; } = new();

    /// <summary>The latest time for the next <see cref="NodeInput.Tick"/>; null when nothing waits.</summary>
    public Timestamp? NextTick => Deadlines.Earlier(_order.Deadline, Deadlines.Earlier(_limiter.Due, _reconnectDue));

    /// <summary>Takes one input and hands what follows from it to <paramref name="outputs"/>.</summary>
    public void Step(NodeInput input, INodeOutputs outputs)
    {
        _now = input.Now;
        switch (input)
        {
            case NodeInput.Received message: Receive(message, outputs); break;
            case NodeInput.Malformed malformed: ReceiveMalformed(malformed, outputs); break;
            case NodeInput.ServerLost lost: LoseServer(lost, outputs); break;
            case NodeInput.ServerBack back: RegainServer(back); break;
            case NodeInput.RebirthWanted: AskAnyway(outputs); break;
            case NodeInput.Tick: Tick(outputs); break;
            default: throw new UnreachableException();
        }
    }

    private void Receive(NodeInput.Received message, INodeOutputs outputs)
    {
        if (message.Type.IsCommand() || message.Type == MessageType.STATE || message.Type.IsForDevice() == message.DeviceId is null)
            throw new ArgumentException($"{message.Type} with the device '{message.DeviceId}' is not a message of an Edge Node", nameof(message));
        _heardOn = message.Server;
        var faults = new FaultSink(this, outputs, message.Now);
        if (IsOnline && message.Server != Server && message.Type != MessageType.NBIRTH)
        {
            faults.Add(NodeFault.WrongServer, $"{message.Type} from server {message.Server} ignored: the node was born on server {Server}");
            return;
        }
        LastSeen = message.Now;
        switch (message.Type)
        {
            case MessageType.NBIRTH: BearNode(message, outputs); break;
            case MessageType.NDEATH: EndNode(message, outputs); break;
            default:
                if (IsOnline) Order(message, outputs);
                else RefuseUnborn(message, outputs);
                break;
        }
    }

    private void RefuseUnborn(NodeInput.Received message, INodeOutputs outputs)
    {
        new FaultSink(this, outputs, message.Now).Add(NodeFault.NotBorn, $"{message.Type} ignored: it came before an NBIRTH");
        Ask(RebirthReason.NoBirth, message.Server, outputs);
    }

    // An NDEATH is not worth a rebirth: a node that lives says so by itself.
    private void ReceiveMalformed(NodeInput.Malformed message, INodeOutputs outputs)
    {
        _heardOn = message.Server;
        var faults = new FaultSink(this, outputs, message.Now);
        faults.Add(NodeFault.MalformedPayload, $"{message.Type} ignored: {message.Fault}");
        if (message.Type == MessageType.NDEATH || (IsOnline && message.Server != Server)) return;
        Ask(RebirthReason.MalformedPayload, message.Server, outputs);
    }

    private void BearNode(NodeInput.Received message, INodeOutputs outputs)
    {
        var faults = new FaultSink(this, outputs, message.Now);
        if (_order.Waiting > 0) faults.Add(NodeFault.SeqGap, $"{_order.Waiting} messages that waited for seq {_order.Expected} dropped: an NBIRTH came first");
        if (message.Payload.Seq is null) faults.Add(NodeFault.MissingSeq, "NBIRTH without seq taken as 0");
        _order.Start(message);
        _limiter.Born();
        _reconnectDue = null;
        _aliases.Clear();
        _templates.Clear();
        Counts.Births++;
        var bdSeq = BdSeqMetric.Read(message.Payload);
        if (bdSeq is null) faults.Add(NodeFault.BadBdSeq, "NBIRTH without a bdSeq of 0 to 255");
        if (!IsOnline || bdSeq != BdSeq || message.Server != Server) Since = message.Now;
        (BdSeq, Server, OfflineReason) = (bdSeq, message.Server, null);
        var birth = ReadBirth(message, null, ref _metrics, outputs);
        outputs.NodeBorn(this);
        foreach (var device in _devices.Values)
            if (device.IsOnline) EndDevice(device, Host.OfflineReason.NodeReborn, message.Now, outputs);
        foreach (var entry in birth) outputs.MetricUpdated(this, null, entry.Metric, entry.Update);
    }

    private List<BirthReader.Entry> ReadBirth(NodeInput.Received message, DeviceState? device, ref Dictionary<string, MetricState> table, INodeOutputs outputs)
    {
        var faults = new FaultSink(this, outputs, message.Now);
        ReportPayload(message, faults);
        _metricCount -= table.Count;
        var birth = _births.Read(message, device, table, _options.MetricCapacity - _metricCount, faults);
        table = birth.Metrics;
        _metricCount += table.Count;
        return birth.Entries;
    }

    // tck-id-operational-behavior-edge-node-termination-host-action-ndeath-node-offline and those beside it. An NDEATH without bdSeq
    // (2.2) is believed: a node that is wrongly offline heals with its next message, one that is wrongly online never does.
    private void EndNode(NodeInput.Received message, INodeOutputs outputs)
    {
        var faults = new FaultSink(this, outputs, message.Now);
        ReportPayload(message, faults);
        var bdSeq = BdSeqMetric.Read(message.Payload);
        var isKnown = OfflineReason is Host.OfflineReason.NotBorn or Host.OfflineReason.NDEATH || message.Server != Server;
        if (isKnown || (bdSeq is not null && BdSeq is not null && bdSeq != BdSeq))
        {
            faults.Add(NodeFault.OutdatedDeath, isKnown ? "NDEATH of a node that is not online ignored" : $"NDEATH with bdSeq {bdSeq} ignored: the last NBIRTH had {BdSeq}");
            return;
        }
        if (bdSeq is null) faults.Add(NodeFault.BadBdSeq, "NDEATH without a bdSeq of 0 to 255 believed");
        GoOffline(Host.OfflineReason.NDEATH, message.Now, outputs);
    }

    // What waits was sent before the end and is good data: it goes first.
    private void GoOffline(OfflineReason reason, Timestamp now, INodeOutputs outputs)
    {
        TakeWaiting(outputs);
        _limiter.Cancel();
        _reconnectDue = null;
        if (IsOnline) Since = now;
        OfflineReason = reason;
        foreach (var metric in _metrics.Values) metric.StaleSince ??= now;
        outputs.NodeDied(this, reason);
        foreach (var device in _devices.Values)
            if (device.OfflineReason is not (Host.OfflineReason.DDEATH or Host.OfflineReason.NDEATH or Host.OfflineReason.NotBorn)) EndDevice(device, reason, now, outputs);
    }

    private void EndDevice(DeviceState device, OfflineReason reason, Timestamp time, INodeOutputs outputs)
    {
        device.End(reason, time);
        outputs.DeviceDied(this, device, reason);
    }

    private void Order(NodeInput.Received message, INodeOutputs outputs)
    {
        var faults = new FaultSink(this, outputs, message.Now);
        switch (_order.Take(message))
        {
            case Place.InOrder:
                Take(message, outputs);
                while (_order.TakeNext() is { } next) Take(next, outputs);
                break;
            case Place.Unnumbered:
                faults.Add(NodeFault.MissingSeq, $"{message.Type} without seq taken as it came");
                Take(message, outputs);
                break;
            case Place.Late:
                faults.Add(NodeFault.DuplicateSeq, $"{message.Type} with seq {message.Payload.Seq} ignored: it came before, or too late");
                break;
            case Place.OpensGap:
                faults.Add(NodeFault.SeqGap, $"{message.Type} with seq {message.Payload.Seq} came before seq {_order.Expected}");
                if (_order.Deadline <= message.Now) GiveUpMissing(RebirthReason.MissingMessages, outputs);
                break;
            case Place.Overflow: GiveUpMissing(RebirthReason.ReorderBufferFull, outputs); break;
            case Place.Early: break;
        }
    }

    private void GiveUpMissing(RebirthReason reason, INodeOutputs outputs)
    {
        new FaultSink(this, outputs, _now).Add(NodeFault.SeqGap, $"seq {_order.Expected} is missing for good; going on with the {_order.Waiting} messages after it");
        Ask(reason, Server!.Value, outputs);
        TakeWaiting(outputs);
    }

    private void TakeWaiting(INodeOutputs outputs)
    {
        while (_order.TakeNearest() is { } message) Take(message, outputs);
    }

    private void Take(NodeInput.Received message, INodeOutputs outputs)
    {
        switch (message.Type)
        {
            case MessageType.NDATA: TakeData(message, null, _metrics, outputs); break;
            case MessageType.DDATA: TakeDeviceData(message, outputs); break;
            case MessageType.DBIRTH: BearDevice(message, outputs); break;
            case MessageType.DDEATH: EndDevice(message, outputs); break;
            default: throw new UnreachableException();
        }
    }

    private void TakeData(NodeInput.Received message, DeviceState? device, Dictionary<string, MetricState> table, INodeOutputs outputs)
    {
        ReportPayload(message, new FaultSink(this, outputs, message.Now));
        if (_data.Read(message, device, table, !_order.MayHaveLostNBIRTH, outputs) is { } reason) Ask(reason, message.Server, outputs);
    }

    private void TakeDeviceData(NodeInput.Received message, INodeOutputs outputs)
    {
        if (_devices.TryGetValue(message.DeviceId!, out var device) && device.IsOnline)
        {
            device.LastSeen = message.Now;
            TakeData(message, device, device.MetricTable, outputs);
            return;
        }
        new FaultSink(this, outputs, message.Now).Add(NodeFault.NotBorn, $"DDATA of device '{Names.Short(message.DeviceId)}' ignored: it came before a DBIRTH");
        Ask(RebirthReason.NoDeviceBirth, message.Server, outputs);
    }

    private void BearDevice(NodeInput.Received message, INodeOutputs outputs)
    {
        if (!_devices.TryGetValue(message.DeviceId!, out var device))
        {
            if (_devices.Count >= _options.DeviceCapacity)
            {
                new FaultSink(this, outputs, message.Now).Add(NodeFault.CapacityExceeded, $"DBIRTH of device '{Names.Short(message.DeviceId)}' ignored: a node may have {_options.DeviceCapacity} devices");
                return;
            }
            _devices.Add(message.DeviceId!, device = new DeviceState(message.DeviceId!));
        }
        device.LastSeen = message.Now;
        _aliases.Remove(device);
        var table = device.MetricTable;
        var birth = ReadBirth(message, device, ref table, outputs);
        device.Bear(table, message.Now);
        outputs.DeviceBorn(this, device);
        foreach (var entry in birth) outputs.MetricUpdated(this, device, entry.Metric, entry.Update);
    }

    // tck-id-operational-behavior-edge-node-termination-host-action-ddeath-devices-offline: the time is the payload's.
    private void EndDevice(NodeInput.Received message, INodeOutputs outputs)
    {
        var faults = new FaultSink(this, outputs, message.Now);
        ReportPayload(message, faults);
        if (!_devices.TryGetValue(message.DeviceId!, out var device) || device.OfflineReason == Host.OfflineReason.DDEATH)
        {
            faults.Add(NodeFault.NotBorn, $"DDEATH of device '{Names.Short(message.DeviceId)}' ignored: it was not born");
            return;
        }
        device.LastSeen = message.Now;
        EndDevice(device, Host.OfflineReason.DDEATH, message.Payload.Timestamp ?? message.Now, outputs);
    }

    private static void ReportPayload(NodeInput.Received message, FaultSink faults)
    {
        for (var i = 0; i < message.Payload.Faults.Count; i++)
            faults.Add(NodeFault.MalformedMetric, $"{message.Type}, {message.Payload.Faults[i]}");
    }

    // 5.3, step 4: what was known through a server that is out of reach is STALE. A request cannot be sent there either.
    private void LoseServer(NodeInput.ServerLost lost, INodeOutputs outputs)
    {
        if (_limiter.Server == lost.Server) _limiter.Cancel();
        if (_heardOn == lost.Server) _reconnectDue = null;
        if (IsOnline && Server == lost.Server) GoOffline(Host.OfflineReason.ServerLost, lost.Now, outputs);
    }

    private void RegainServer(NodeInput.ServerBack back)
    {
        var mayHaveMissedBirth = OfflineReason switch
        {
            Host.OfflineReason.ServerLost => Server == back.Server,
            Host.OfflineReason.NotBorn => _heardOn == back.Server,
            _ => false,
        };
        if (mayHaveMissedBirth) _reconnectDue = back.Now.After(_options.ReconnectGrace);
    }

    private void Tick(INodeOutputs outputs)
    {
        if (_order.Deadline <= _now) GiveUpMissing(RebirthReason.MissingMessages, outputs);
        if (_reconnectDue <= _now)
        {
            _reconnectDue = null;
            Ask(RebirthReason.HostReconnected, (Server ?? _heardOn)!.Value, outputs);
        }
        AskIfDue(outputs);
    }

    private void Ask(RebirthReason reason, int server, INodeOutputs outputs)
    {
        Counts.Add(reason);
        _limiter.Want(reason, server);
        AskIfDue(outputs);
    }

    private void AskIfDue(INodeOutputs outputs)
    {
        if (_limiter.Wanted is not { } reason || !_limiter.TryTake(_now)) return;
        Counts.AddRequest(reason, _now);
        outputs.RequestRebirth(this, _limiter.Server, reason);
    }

    private void AskAnyway(INodeOutputs outputs)
    {
        if ((IsOnline ? Server : _heardOn) is not { } server) return;
        Counts.Add(RebirthReason.Wanted);
        _limiter.Take(RebirthReason.Wanted, _now);
        Counts.AddRequest(RebirthReason.Wanted, _now);
        outputs.RequestRebirth(this, server, RebirthReason.Wanted);
    }
}
