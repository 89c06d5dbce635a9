using Sparkplug.Metrics;
using Sparkplug.Payloads;
using Sparkplug.Topics;

namespace Sparkplug.Host;

/// <summary>
/// All Edge Nodes that a host knows, by group and node id: takes what arrives on the namespace from any server and routes it to the node
/// that it is about. Pure: no clock, no socket. Owned by one loop.
/// </summary>
public sealed class Fleet
{
    private readonly FleetOptions _options;
    private readonly Dictionary<EdgeNodeDescriptor, NodeState> _nodes = [];
    private readonly WaitingNodes _waiting = new();
    private readonly HostStates _hosts;

    /// <summary>Makes a fleet without nodes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option makes no sense.</exception>
    public Fleet(FleetOptions options)
    {
        options.Node.Require();
        _options = options;
        _hosts = new HostStates(options.HostCapacity);
    }

    /// <summary>The Edge Nodes, by group and node id.</summary>
    public IReadOnlyDictionary<EdgeNodeDescriptor, NodeState> Nodes => _nodes;

    /// <summary>What other Host Applications last said of themselves, by server.</summary>
    public IReadOnlyCollection<OtherHost> Hosts => _hosts.All;

    /// <summary>What was received and could not be used.</summary>
    public FleetCounts Counts { get; } = new();

    /// <summary>The latest time for the next <see cref="Tick"/>; null when nothing waits.</summary>
    public Timestamp? NextTick => _waiting.Next;

    /// <summary>Takes one message.</summary>
    /// <param name="server">The server that it came from, from 0.</param>
    /// <param name="topic">Its topic.</param>
    /// <param name="payload">Its payload as it came off the wire.</param>
    /// <param name="now">The host's own time of receipt.</param>
    /// <param name="outputs">Takes what follows.</param>
    public void Receive(int server, string topic, ReadOnlySpan<byte> payload, Timestamp now, INodeOutputs outputs)
    {
        Counts.Messages++;
        if (!SparkplugTopic.TryParse(topic, out var parsed, out var fault))
        {
            Counts.UnparsableTopics++;
            Counts.LastTopicFault = fault;
            return;
        }
        switch (parsed)
        {
            case SparkplugTopic.State state: TakeState(server, state.HostId, payload); break;
            // What a server has stored is no sign of life (tck-id-conformance-mqtt-aware-nbirth-mqtt-topic); commands are for edge nodes.
            case SparkplugTopic.Certificate:
            case { Type: MessageType.NCMD or MessageType.DCMD }: Counts.NotForHosts++; break;
            case SparkplugTopic.Node node: Route(server, node.Type, node.EdgeNode, null, payload, now, outputs); break;
            case SparkplugTopic.Device device: Route(server, device.Type, device.EdgeNode, device.DeviceId, payload, now, outputs); break;
        }
    }

    /// <summary>The host's own connection to a server is gone.</summary>
    public void ServerLost(int server, Timestamp now, INodeOutputs outputs) => StepAll(new NodeInput.ServerLost(server, now), outputs);

    /// <summary>The host's own connection to a server is back and its filters are granted.</summary>
    public void ServerBack(int server, Timestamp now, INodeOutputs outputs) => StepAll(new NodeInput.ServerBack(server, now), outputs);

    /// <summary>Time has passed; due no later than <see cref="NextTick"/>.</summary>
    public void Tick(Timestamp now, INodeOutputs outputs)
    {
        if (!(_waiting.Next <= now)) return;
        var tick = new NodeInput.Tick(now);
        foreach (var node in _waiting.TakeDue(now)) Step(node, tick, outputs);
    }

    /// <summary>A person or program asks a node for its births; false when there is no such node.</summary>
    public bool RequestRebirth(EdgeNodeDescriptor edgeNode, Timestamp now, INodeOutputs outputs)
    {
        if (!_nodes.TryGetValue(edgeNode, out var node)) return false;
        Step(node, new NodeInput.RebirthWanted(now), outputs);
        return true;
    }

    private void Route(int server, MessageType type, EdgeNodeDescriptor edgeNode, string? deviceId, ReadOnlySpan<byte> bytes, Timestamp now, INodeOutputs outputs)
    {
        if (!TryFind(edgeNode, type, out var node)) return;
        NodeInput input = PayloadCodec.TryDecode(bytes, _options.Payloads, out var payload, out var fault)
            ? new NodeInput.Received(server, type, deviceId, payload, now) { Size = bytes.Length }
            : new NodeInput.Malformed(server, type, deviceId, fault, now);
        Step(node, input, outputs);
    }

    private bool TryFind(EdgeNodeDescriptor edgeNode, MessageType type, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out NodeState? node)
    {
        if (_nodes.TryGetValue(edgeNode, out node)) return true;
        if (type == MessageType.NDEATH)
        {
            Counts.UnknownDeaths++;
            return false;
        }
        if (_nodes.Count >= _options.NodeCapacity)
        {
            Counts.NodesRefused++;
            return false;
        }
        _nodes.Add(edgeNode, node = new NodeState(edgeNode, _options.Node));
        return true;
    }

    private void TakeState(int server, string hostId, ReadOnlySpan<byte> payload)
    {
        if (hostId == _options.HostId) return;
        if (!StatePayload.TryDecode(payload, out var state)) Counts.MalformedStates++;
        else if (!_hosts.TryTake(hostId, server, state)) Counts.HostsRefused++;
    }

    private void StepAll(NodeInput input, INodeOutputs outputs)
    {
        foreach (var node in _nodes.Values) Step(node, input, outputs);
    }

    private void Step(NodeState node, NodeInput input, INodeOutputs outputs)
    {
        node.Step(input, outputs);
        _waiting.Note(node);
    }
}
