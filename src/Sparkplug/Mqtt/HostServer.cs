using Microsoft.Extensions.Logging;
using Sparkplug.Host;
using Sparkplug.Metrics;

namespace Sparkplug.Mqtt;

/// <summary>A host's session and link on one server; driven by the host's loop.</summary>
internal sealed class HostServer : IHostOutputs
{
    private readonly HostSession _session;
    private readonly string _hostId;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HostServerStatus _status;
    private bool _hasConnection;

    public HostServer(
        Uri address, HostSessionOptions session, MqttLinkOptions link,
        Func<MqttEvent, CancellationToken, ValueTask> deliver, TimeProvider clock, ILogger logger)
    {
        _session = new HostSession(session);
        _hostId = session.HostId;
        _logger = logger;
        _status = new HostServerStatus(address, HostPhase.Offline, null);
        Link = new MqttLink(link, deliver, clock, logger);
    }

    public MqttLink Link { get; }

    /// <summary>For any thread.</summary>
    public HostServerStatus Status => Volatile.Read(ref _status);

    /// <summary>True once STATE online is out: nothing may be published before (tck-id-host-topic-phid-birth-message).</summary>
    public bool IsOnline => _session.Phase == HostPhase.Online;

    /// <summary>Done when the session has stopped and no connection is left.</summary>
    public Task Ended => _ended.Task;

    public void Step(HostInput input)
    {
        _session.Step(input, this);
        EndIfOver();
    }

    /// <summary>Tells the session what happened on the link; messages of the fleet are not its business.</summary>
    public void Step(MqttEvent happened, Timestamp now)
    {
        if (happened is MqttEvent.ConnectFailed or MqttEvent.Disconnected) _hasConnection = false;
        if (FaultOf(happened) is { } fault) Change(Status with { Fault = fault });
        Step(InputFor(happened, now));
    }

    public async Task WaitForAsync(HostPhase phase, CancellationToken cancel)
    {
        while (true)
        {
            var changed = Volatile.Read(ref _changed).Task;
            if (Status.Phase == phase) return;
            await changed.WaitAsync(cancel);
        }
    }

    void IHostOutputs.Connect(string willTopic, ReadOnlyMemory<byte> willPayload)
    {
        _hasConnection = true;
        Link.Connect(new MqttConnect(Status.Address, willTopic, willPayload, WillRetain: true));
    }

    void IHostOutputs.Subscribe(IReadOnlyList<string> filters) => Link.Subscribe(filters);

    void IHostOutputs.PublishState(string topic, ReadOnlyMemory<byte> payload) => Link.Publish(topic, payload, qos: 1, retain: true);

    // The STATE death was published: the Will need not speak.
    void IHostOutputs.Disconnect() => Link.Disconnect(MqttDisconnect.Normal);

    void IHostOutputs.PhaseChanged(HostPhase phase)
    {
        _logger.HostPhaseChanged(_hostId, MqttTransport.Describe(Status.Address), phase);
        Change(Status with { Phase = phase });
    }

    private static HostInput InputFor(MqttEvent happened, Timestamp now) => happened switch
    {
        MqttEvent.ConnectDue => new HostInput.ConnectDue(now),
        MqttEvent.Connected => new HostInput.Connected(now),
        MqttEvent.ConnectFailed => new HostInput.ConnectFailed(now),
        MqttEvent.Subscribed => new HostInput.Subscribed(now),
        MqttEvent.SubscribeRefused => new HostInput.SubscribeRefused(now),
        MqttEvent.Received received => new HostInput.OwnStateReceived(received.Payload, now),
        MqttEvent.Disconnected => new HostInput.Disconnected(now),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string? FaultOf(MqttEvent happened) => happened switch
    {
        MqttEvent.ConnectFailed failed => failed.Reason,
        MqttEvent.SubscribeRefused refused => refused.Reason,
        MqttEvent.Disconnected disconnected => disconnected.Reason,
        _ => null,
    };

    private void Change(HostServerStatus status)
    {
        Volatile.Write(ref _status, status);
        Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    private void EndIfOver()
    {
        if (_session.Phase == HostPhase.Stopped && !_hasConnection) _ended.TrySetResult();
    }
}
