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
    private readonly TemplateTable _templates;
    private readonly MessageOrder _order;
    private readonly RebirthRequests _rebirths;
    private readonly BirthReader _births;
    private readonly DataReader _data;
    private readonly DeviceTable _devices;
    private Dictionary<string, MetricState> _metrics = [];
    private int? _heardOn;

    // The time of the current step; a message that waited has an older one.
    private Timestamp _now;

    /// <summary>Makes the state of a node that was heard of but not born.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option makes no sense.</exception>
    public NodeState(EdgeNodeDescriptor edgeNode, NodeStateOptions options)
    {
        EdgeNode = edgeNode;
        options.Require();
        var aliases = new AliasTable();
        _templates = new TemplateTable(options.MetricCapacity);
        _order = new MessageOrder(options);
        _rebirths = new RebirthRequests(this, options);
        _births = new BirthReader(options, aliases, _templates);
        _data = new DataReader(this, options, aliases);
        _devices = new DeviceTable(this, options, _births, _data);
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
    public IReadOnlyDictionary<string, DeviceState> Devices => _devices.All;

    /// <summary>The Template definitions of the last NBIRTH, by name.</summary>
    public IReadOnlyDictionary<string, Template> TemplateDefinitions => _templates.Definitions;

    /// <summary>What went wrong so far, and what was asked of the node.</summary>
    public NodeCounts Counts { get; } = new();

    /// <summary>The latest time for the next <see cref="NodeInput.Tick"/>; null when nothing waits.</summary>
    public Timestamp? NextTick => Deadlines.Earlier(_order.Deadline, _rebirths.NextTick);

    /// <summary>Takes one input and hands what follows from it to <paramref name="outputs"/>.</summary>
    public void Step(NodeInput input, INodeOutputs outputs)
    {
        _now = input.Now;
        switch (input)
        {
            case NodeInput.Received message: Receive(message, outputs); break;
            case NodeInput.Malformed malformed: ReceiveMalformed(malformed, outputs); break;
            case NodeInput.ServerLost lost: LoseServer(lost.Server, outputs); break;
            case NodeInput.ServerBack back: RegainServer(back.Server); break;
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
        var bdSeq = BdSeqMetric.Read(message.Payload);
        if (bdSeq is null) faults.Add(NodeFault.BadBdSeq, "NBIRTH without a bdSeq of 0 to 255");
        Counts.Births++;
        _order.Start(message);
        _rebirths.Born();
        _births.Clear();
        if (!IsOnline || bdSeq != BdSeq || message.Server != Server) Since = message.Now;
        (BdSeq, Server, OfflineReason) = (bdSeq, message.Server, null);
        var entries = _births.Read(message, null, ref _metrics, faults);
        outputs.NodeBorn(this);
        _devices.AwaitBirths(message.Now, outputs);
        foreach (var entry in entries) outputs.MetricUpdated(this, null, entry.Metric, entry.Update);
    }

    // tck-id-operational-behavior-edge-node-termination-host-action-ndeath-node-offline and those beside it. An NDEATH without bdSeq
    // (2.2) is believed: a node that is wrongly offline heals with its next message, one that is wrongly online never does.
    private void EndNode(NodeInput.Received message, INodeOutputs outputs)
    {
        var faults = new FaultSink(this, outputs, message.Now);
        faults.AddPayload(message);
        var bdSeq = BdSeqMetric.Read(message.Payload);
        var isKnown = OfflineReason is Host.OfflineReason.NotBorn or Host.OfflineReason.NDEATH || message.Server != Server;
        if (isKnown || (bdSeq is not null && BdSeq is not null && bdSeq != BdSeq))
        {
            faults.Add(NodeFault.OutdatedDeath, isKnown
                ? "NDEATH of a node that is not online ignored"
                : $"NDEATH with bdSeq {bdSeq} ignored: the last NBIRTH had {BdSeq}");
            return;
        }
        if (bdSeq is null) faults.Add(NodeFault.BadBdSeq, "NDEATH without a bdSeq of 0 to 255 believed");
        GoOffline(Host.OfflineReason.NDEATH, outputs);
    }

    // What waits was sent before the end and is good data: it goes first.
    private void GoOffline(OfflineReason reason, INodeOutputs outputs)
    {
        TakeWaiting(outputs);
        _rebirths.Cancel();
        if (IsOnline) Since = _now;
        OfflineReason = reason;
        foreach (var metric in _metrics.Values) metric.StaleSince ??= _now;
        outputs.NodeDied(this, reason);
        _devices.EndAll(reason, _now, outputs);
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
        new FaultSink(this, outputs, _now).Add(NodeFault.SeqGap,
            $"seq {_order.Expected} is missing for good; going on with the {_order.Waiting} messages after it");
        Ask(reason, Server!.Value, outputs);
        TakeWaiting(outputs);
    }

    private void TakeWaiting(INodeOutputs outputs)
    {
        while (_order.TakeNearest() is { } message) Take(message, outputs);
    }

    private void Take(NodeInput.Received message, INodeOutputs outputs)
    {
        var isAliasUsable = !_order.MayHaveLostNBIRTH;
        RebirthReason? reason = null;
        switch (message.Type)
        {
            case MessageType.NDATA: reason = _data.Read(message, null, _metrics, isAliasUsable, outputs); break;
            case MessageType.DDATA: reason = _devices.TakeData(message, isAliasUsable, outputs); break;
            case MessageType.DBIRTH: _devices.Bear(message, outputs); break;
            case MessageType.DDEATH: _devices.End(message, outputs); break;
            default: throw new UnreachableException();
        }
        if (reason is { } why) Ask(why, message.Server, outputs);
    }

    // 5.3, step 4: what was known through a server that is out of reach is STALE. A request cannot be sent there either.
    private void LoseServer(int server, INodeOutputs outputs)
    {
        if (IsOnline && Server == server) GoOffline(Host.OfflineReason.ServerLost, outputs);
        _rebirths.Cancel(server);
    }

    private void RegainServer(int server)
    {
        var mayHaveMissedBirth = OfflineReason switch
        {
            Host.OfflineReason.ServerLost => Server == server,
            Host.OfflineReason.NotBorn => _heardOn == server,
            _ => false,
        };
        if (mayHaveMissedBirth) _rebirths.AskAfterGrace(server, _now);
    }

    private void Tick(INodeOutputs outputs)
    {
        if (_order.Deadline <= _now) GiveUpMissing(RebirthReason.MissingMessages, outputs);
        _rebirths.Tick(_now, outputs);
    }

    private void AskAnyway(INodeOutputs outputs)
    {
        if ((IsOnline ? Server : _heardOn) is { } server) _rebirths.AskAnyway(server, _now, outputs);
    }

    private void Ask(RebirthReason reason, int server, INodeOutputs outputs) => _rebirths.Ask(reason, server, _now, outputs);
}
