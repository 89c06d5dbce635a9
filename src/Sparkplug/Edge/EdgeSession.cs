using Sparkplug.Metrics;
using Sparkplug.Payloads;
using Sparkplug.Topics;

namespace Sparkplug.Edge;

/// <summary>
/// An Edge Node's session: bdSeq and Will, subscriptions, primary host, births, data, deaths, commands. Pure: no clock, no socket.
/// <code><![CDATA[
///           ConnectDue             Connected              Subscribed                      STATE online
///  Offline ------------> Connecting --------> Subscribing ----------> WaitingForPrimaryHost ---------> Online
///    ^  ^  ConnectFailed     |                     |                           |                         |
///    |  +--------------------+                     | SubscribeRefused          | STATE offline           | STATE offline
///    |                                             v                           v                         v
///    +-- Disconnected ------ Disconnecting (NDEATH, DISCONNECT) <---- NextServerRequested, Node Control/Next Server
/// ]]></code>
/// Without a primary host Subscribed leads to Online. Disconnected leads to Offline and Stop to Stopped from everywhere.
/// </summary>
/// <remarks>
/// Which server comes next: a connection that was lost while it served (waiting or online) is tried again on the same server; one that did not
/// come about or was left on purpose leads to the next one of the list. The session has no timer: the link keeps a back-off between connections,
/// also for those that ended before births, or an Edge Node whose host is offline everywhere would run in circles.
/// Whenever a connection is closed from here an NDEATH goes before the DISCONNECT, also when there was no NBIRTH
/// (tck-id-payloads-ndeath-will-message-publisher-disconnect-mqtt311); a host passes over an NDEATH whose bdSeq was not born.
/// Every rebirth that is asked for is sent: a host that asks too often is the server's to limit. Not safe for use by several threads.
/// </remarks>
public sealed class EdgeSession
{
    private readonly EdgeSessionOptions _options;
    private readonly TemplateCatalog _templates;
    private readonly AliasTable _aliases = new();
    private readonly MetricTable _node;
    private readonly OrderedDictionary<string, MetricTable> _devices = [];
    private readonly EdgeMessages _messages = new();
    private readonly SampleIntake _intake;
    private readonly PrimaryHostWatch _primaryHost;
    private readonly SubscribedTopics _topics;
    private BdSeq? _lastBdSeq;
    private ReadOnlyMemory<byte> _nodeDeath;
    private int _server;

    /// <summary>Makes a session that is offline.</summary>
    /// <exception cref="ArgumentException">There is no server, the host id is not valid, or a metric cannot be published.</exception>
    public EdgeSession(EdgeSessionOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ServerCount, 1, nameof(options));
        _options = options;
        _templates = new TemplateCatalog(options.Metrics);
        _node = MetricTable.ForNode(options, _templates, _aliases);
        _intake = new SampleIntake(_templates);
        _primaryHost = new PrimaryHostWatch(options.ServerCount);
        _topics = new SubscribedTopics(options.EdgeNode, options.PrimaryHostId);
        _lastBdSeq = options.LastBdSeq;
    }

    /// <summary>Where the session stands.</summary>
    public EdgePhase Phase { get; private set; }

    /// <summary>Takes one input and hands what is to be done to <paramref name="outputs"/>.</summary>
    public void Step(EdgeInput input, IEdgeOutputs outputs)
    {
        switch (Phase, input)
        {
            case (EdgePhase.Stopped, _): return;
            case (_, EdgeInput.Stop stop): Stop(stop.Now, outputs); return;
            case (_, EdgeInput.DeviceFound found): Find(found, outputs); return;
            case (_, EdgeInput.DeviceLost lost): Lose(lost, outputs); return;
            case (_, EdgeInput.Sampled sampled): Sample(sampled, outputs); return;

            case (EdgePhase.Offline, EdgeInput.ConnectDue due): Connect(due.Now, outputs); return;
            case (EdgePhase.Connecting, EdgeInput.Connected): Subscribe(outputs); return;
            case (EdgePhase.Connecting, EdgeInput.ConnectFailed):
            case (EdgePhase.Connecting or EdgePhase.Subscribing, EdgeInput.Disconnected):
                GoOffline("the connection did not come about", walk: true, outputs);
                return;
            case (EdgePhase.Subscribing, EdgeInput.Subscribed subscribed): AwaitPrimaryHost(subscribed.Now, outputs); return;
            case (EdgePhase.Subscribing, EdgeInput.SubscribeRefused): Leave("the server refused a subscription", outputs); return;
            case (EdgePhase.WaitingForPrimaryHost or EdgePhase.Online, EdgeInput.Disconnected { UseAnotherServer: true }):
                GoOffline("the server sent it elsewhere", walk: true, outputs);
                return;
            case (EdgePhase.WaitingForPrimaryHost or EdgePhase.Online or EdgePhase.Disconnecting, EdgeInput.Disconnected):
                GoOffline("the connection is gone", walk: false, outputs);
                return;
            case (EdgePhase.Subscribing or EdgePhase.WaitingForPrimaryHost or EdgePhase.Online, EdgeInput.NextServerRequested):
                Leave("the next server was asked for", outputs);
                return;

            case (EdgePhase.Online, EdgeInput.RebirthRequested request): PublishBirths(request.Now, outputs); return;
            case (_, EdgeInput.RebirthRequested): outputs.Ignored(EdgeFault.NotOnline, $"rebirth while {Phase}"); return;
            case (not (EdgePhase.Offline or EdgePhase.Connecting), EdgeInput.Received received): Receive(received, outputs); return;
            default: outputs.Ignored(EdgeFault.UnexpectedInput, $"{input.GetType().Name} while {Phase}"); return;
        }
    }

    // tck-id-topics-nbirth-bdseq-increment, tck-id-message-flow-edge-node-birth-publish-will-message, tck-id-payloads-ndeath-bdseq
    private void Connect(Timestamp now, IEdgeOutputs outputs)
    {
        var bdSeq = _lastBdSeq?.Next() ?? default;
        _lastBdSeq = bdSeq;
        _node.Find(BdSeq.MetricName, alias: null)!.Set(bdSeq.ToMetricValue());
        _nodeDeath = EdgeMessages.NodeDeath(bdSeq, now);
        _primaryHost.Connecting(_server);
        outputs.Connect(new EdgeConnect(_server, bdSeq, _node.DeathTopic, _nodeDeath));
        Enter(EdgePhase.Connecting, $"to server {_server} with bdSeq {bdSeq}", outputs);
    }

    // tck-id-message-flow-edge-node-ncmd-subscribe, tck-id-message-flow-device-dcmd-subscribe,
    // tck-id-operational-behavior-primary-application-state-with-multiple-servers-state-subs
    private void Subscribe(IEdgeOutputs outputs)
    {
        outputs.Subscribe(_topics.Filters);
        Enter(EdgePhase.Subscribing, "connected", outputs);
    }

    // tck-id-message-flow-edge-node-birth-publish-phid-wait. A retained STATE may have come before the SUBACK.
    private void AwaitPrimaryHost(Timestamp now, IEdgeOutputs outputs)
    {
        if (_options.PrimaryHostId is null)
        {
            GoOnline("no primary host to wait for", now, outputs);
            return;
        }
        Enter(EdgePhase.WaitingForPrimaryHost, $"for a STATE of host '{_options.PrimaryHostId}'", outputs);
        FollowPrimaryHost(now, outputs);
    }

    private void FollowPrimaryHost(Timestamp now, IEdgeOutputs outputs)
    {
        switch (Phase, _primaryHost.Condition)
        {
            // tck-id-message-flow-edge-node-birth-publish-phid-wait-online, tck-id-operational-behavior-edge-node-birth-sequence-wait
            case (EdgePhase.WaitingForPrimaryHost, HostCondition.Online):
                GoOnline("the primary host is online", now, outputs);
                return;
            // tck-id-operational-behavior-primary-application-state-with-multiple-servers-walk; a single server is as good a place to wait as any.
            case (EdgePhase.WaitingForPrimaryHost, HostCondition.Offline) when _options.ServerCount > 1:
            // tck-id-message-flow-edge-node-birth-publish-phid-offline, tck-id-operational-behavior-edge-node-termination-host-offline
            case (EdgePhase.Online, HostCondition.Offline):
                Leave("the primary host is offline", outputs);
                return;
        }
    }

    private void GoOnline(string why, Timestamp now, IEdgeOutputs outputs)
    {
        PublishBirths(now, outputs);
        Enter(EdgePhase.Online, why, outputs);
    }

    // tck-id-payloads-dbirth-order, tck-id-operational-behavior-data-commands-rebirth-action-2 and -action-3: bdSeq stays, nothing disconnects.
    private void PublishBirths(Timestamp now, IEdgeOutputs outputs)
    {
        _messages.NodeBirth(_node, now, outputs);
        foreach (var device in _devices.Values) _messages.DeviceBirth(device, now, outputs);
    }

    // tck-id-operational-behavior-edge-node-intentional-disconnect-ndeath,
    // tck-id-operational-behavior-edge-node-termination-host-offline-reconnect: whoever leaves, leaves for the next server.
    private void Leave(string why, IEdgeOutputs outputs)
    {
        WalkOn();
        PublishNodeDeath(outputs);
        outputs.Disconnect();
        Enter(EdgePhase.Disconnecting, why, outputs);
    }

    private void GoOffline(string why, bool walk, IEdgeOutputs outputs)
    {
        if (walk) WalkOn();
        Enter(EdgePhase.Offline, why, outputs);
    }

    private void Stop(Timestamp now, IEdgeOutputs outputs)
    {
        if (Phase == EdgePhase.Online)
            foreach (var device in _devices.Values) _messages.DeviceDeath(device, now, outputs);
        if (Phase is EdgePhase.Online or EdgePhase.WaitingForPrimaryHost or EdgePhase.Subscribing) PublishNodeDeath(outputs);
        if (Phase is not (EdgePhase.Offline or EdgePhase.Disconnecting)) outputs.Disconnect();
        Enter(EdgePhase.Stopped, "stopped", outputs);
    }

    // The same bytes as the Will (tck-id-topics-ndeath-topic); at QoS 1 like it (tck-id-payloads-ndeath-will-message-qos).
    private void PublishNodeDeath(IEdgeOutputs outputs) => outputs.Publish(_node.DeathTopic, _nodeDeath, qos: 1);

    private void WalkOn() => _server = (_server + 1) % _options.ServerCount;

    private void Enter(EdgePhase phase, string why, IEdgeOutputs outputs)
    {
        Phase = phase;
        outputs.PhaseChanged(phase, why);
    }

    private void Find(EdgeInput.DeviceFound found, IEdgeOutputs outputs)
    {
        var id = found.Device.DeviceId;
        if (_devices.TryGetValue(id, out var known) && known.IsDescribedBy(found.Device.Metrics))
        {
            // Nothing new but values: hosts need no DBIRTH for that.
            Sample(new EdgeInput.Sampled(id, [.. found.Device.Metrics.Select(metric =>
                new Sample(metric.Name, metric.Value, metric.Timestamp ?? found.Now, metric.Quality))], found.Now), outputs);
            return;
        }
        if (!MetricTable.TryForDevice(found.Device, _options, _templates, _aliases, out var device, out var fault))
        {
            outputs.Ignored(EdgeFault.InvalidDevice, $"device '{MetricText.Show(id)}': {fault}");
            return;
        }
        _devices[id] = device;
        _aliases.ForgetLost((deviceId, metric) => _devices.GetValueOrDefault(deviceId)?.Find(metric, alias: null) is not null);
        if (Phase == EdgePhase.Online) _messages.DeviceBirth(device, found.Now, outputs);
    }

    // tck-id-operational-behavior-device-ddeath
    private void Lose(EdgeInput.DeviceLost lost, IEdgeOutputs outputs)
    {
        if (!_devices.Remove(lost.DeviceId, out var device))
            outputs.Ignored(EdgeFault.UnexpectedInput, $"device '{MetricText.Show(lost.DeviceId)}' was lost but is not known");
        else if (Phase == EdgePhase.Online)
            _messages.DeviceDeath(device, lost.Now, outputs);
    }

    // Before births only the current values are kept, for the births to carry (tck-id-payloads-ndata-order, tck-id-payloads-ddata-order).
    private void Sample(EdgeInput.Sampled input, IEdgeOutputs outputs)
    {
        var table = input.DeviceId is null ? _node : _devices.GetValueOrDefault(input.DeviceId);
        if (table is null)
        {
            outputs.Ignored(EdgeFault.UnknownSample, $"device '{MetricText.Show(input.DeviceId!)}' is not known");
            return;
        }
        var news = _intake.Take(table, input, outputs);
        if (Phase == EdgePhase.Online)
            _messages.Data(table, news, input.Uuid, input.Now, outputs);
        else if (news.Count(item => item.Sample.IsHistorical) is > 0 and var lost)
            outputs.Ignored(EdgeFault.NotOnline, $"{lost} samples from the past while {Phase}");
    }

    private void Receive(EdgeInput.Received received, IEdgeOutputs outputs)
    {
        if (_topics.IsState(received.Topic)) ObserveState(received, outputs);
        else if (!_topics.IsCommand(received.Topic, out var deviceId))
            outputs.Ignored(EdgeFault.UnexpectedTopic, MetricText.Show(received.Topic));
        else if (Phase != EdgePhase.Online)
            outputs.Ignored(EdgeFault.NotOnline, $"{MetricText.Show(received.Topic)} while {Phase}");
        else if ((deviceId is null ? _node : _devices.GetValueOrDefault(deviceId)) is { } table)
            Obey(table, received, outputs);
        else
            outputs.Ignored(EdgeFault.UnknownMetric, $"command to device '{MetricText.Show(deviceId!)}', which is not known");
    }

    private void ObserveState(EdgeInput.Received received, IEdgeOutputs outputs)
    {
        if (!StatePayload.TryDecode(received.Payload.Span, out var state))
            outputs.Ignored(EdgeFault.MalformedState, $"{MetricText.Show(received.Topic)}: {received.Payload.Length} bytes are not a STATE");
        else if (!_primaryHost.TryObserve(state))
            outputs.Ignored(EdgeFault.OutdatedState, $"online = {state.Online} at {state.Timestamp} is older than the last one");
        else
            FollowPrimaryHost(received.Now, outputs);
    }

    private void Obey(MetricTable table, EdgeInput.Received received, IEdgeOutputs outputs)
    {
        if (!CommandReader.TryDecode(received.Payload, received.Topic, outputs, out var command)) return;
        var isReborn = false;
        foreach (var metric in command.Metrics)
        {
            if (Phase != EdgePhase.Online)
            {
                outputs.Ignored(EdgeFault.NotOnline, "the rest of a command that asked to leave the server");
                return;
            }
            if (!CommandReader.TryRead(table, metric, command.Uuid, outputs, out var write)) continue;
            if (!write.Metric.IsReserved)
                outputs.Command(new EdgeCommand(table.DeviceId, write.Metric.Definition.Name, write.Value, command.Uuid));
            else if (write.Value.AsBoolean())
                Control(write.Metric.Definition.Name, ref isReborn, received.Now, outputs);
        }
    }

    // tck-id-operational-behavior-data-commands-rebirth-action-1: no DATA can come between, since births are one step.
    private void Control(string name, ref bool isReborn, Timestamp now, IEdgeOutputs outputs)
    {
        if (name == NodeControl.NextServer) Leave("a command asked for the next server", outputs);
        else if (!isReborn) PublishBirths(now, outputs); // twice in one command is once
        isReborn = true;
    }
}
