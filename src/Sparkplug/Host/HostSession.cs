using Sparkplug.Metrics;
using Sparkplug.Payloads;
using Sparkplug.Topics;

namespace Sparkplug.Host;

/// <summary>
/// A Host Application's session on one MQTT Server: Will, subscriptions, STATE birth and death. Pure: no clock, no socket.
/// One session a server, so that each server has a STATE timestamp of its own
/// (tck-id-operational-behavior-host-application-multi-server-timestamp).
/// <code>
/// Offline -ConnectDue-> Connecting -Connected-> Subscribing -Subscribed-> Online -Stop-> Disconnecting -Disconnected-> Stopped
/// </code>
/// </summary>
public sealed class HostSession
{
    private readonly string _topic;
    private readonly string[] _filters;
    private StatePayload _birth;

    /// <summary>Makes a session that is offline.</summary>
    /// <exception cref="ArgumentException">The host id is not valid as a topic level.</exception>
    public HostSession(HostSessionOptions options)
    {
        _topic = new SparkplugTopic.State(options.HostId).ToString();
        _filters = [.. options.Filters.Append(_topic).Distinct()];
    }

    /// <summary>Where the session stands.</summary>
    public HostPhase Phase { get; private set; }

    /// <summary>The timestamp in the Will and in the birth of the current connection.</summary>
    public Timestamp Timestamp => _birth.Timestamp;

    /// <summary>
    /// How often the birth was published again because something else said that this host is offline. There is no bound, as the
    /// specification asks for it each time; a number that keeps growing means that another client uses this host's id.
    /// </summary>
    public long Republished { get; private set; }

    /// <summary>STATE births of this host's id that this session did not publish: another host has the same id.</summary>
    public long RivalBirths { get; private set; }

    /// <summary>STATE messages of this host's id that are not JSON of the right form.</summary>
    public long MalformedStates { get; private set; }

    /// <summary>Takes one input and hands what is to be done to <paramref name="outputs"/>.</summary>
    public void Step(HostInput input, IHostOutputs outputs)
    {
        switch (Phase, input)
        {
            case (HostPhase.Offline, HostInput.ConnectDue due): Connect(due.Now, outputs); break;
            case (HostPhase.Connecting, HostInput.Connected): Subscribe(outputs); break;
            case (HostPhase.Subscribing, HostInput.Subscribed): PublishBirth(outputs); break;
            case (HostPhase.Subscribing, HostInput.SubscribeRefused): GiveUp(outputs); break;
            case (HostPhase.Online, HostInput.OwnStateReceived state): Defend(state.Payload.Span, outputs); break;
            case (HostPhase.Subscribing or HostPhase.Online, HostInput.Stop stop): PublishDeath(stop.Now, outputs); break;
            case (HostPhase.Connecting, HostInput.Stop): Disconnect(outputs); break;
            // CONNECT and Stop crossed: nothing was published in this session, the DISCONNECT only has to be said again.
            case (HostPhase.Disconnecting, HostInput.Connected): outputs.Disconnect(); break;
            case (HostPhase.Offline, HostInput.Stop): MoveTo(HostPhase.Stopped, outputs); break;
            case (HostPhase.Disconnecting, HostInput.Disconnected or HostInput.ConnectFailed): MoveTo(HostPhase.Stopped, outputs); break;
            case (HostPhase.Connecting or HostPhase.Subscribing or HostPhase.Online, HostInput.Disconnected or HostInput.ConnectFailed):
                MoveTo(HostPhase.Offline, outputs);
                break;
        }
    }

    // tck-id-host-topic-phid-death-payload-timestamp-connect: the Will is of the moment of this CONNECT.
    private void Connect(Timestamp now, IHostOutputs outputs)
    {
        _birth = new StatePayload(true, now);
        MoveTo(HostPhase.Connecting, outputs);
        outputs.Connect(_topic, new StatePayload(false, now).Encode());
    }

    // tck-id-message-flow-phid-sparkplug-subscription: before the birth.
    private void Subscribe(IHostOutputs outputs)
    {
        MoveTo(HostPhase.Subscribing, outputs);
        outputs.Subscribe(_filters);
    }

    // tck-id-host-topic-phid-birth-message: the first message that is published; timestamp as in the Will.
    private void PublishBirth(IHostOutputs outputs)
    {
        outputs.PublishState(_topic, _birth.Encode());
        MoveTo(HostPhase.Online, outputs);
    }

    // A host that cannot hear edge nodes must not call them online: no birth, another try after the link's back-off.
    private void GiveUp(IHostOutputs outputs)
    {
        outputs.Disconnect();
        MoveTo(HostPhase.Offline, outputs);
    }

    // tck-id-message-flow-hid-sparkplug-state-message-delivered: at once, with the timestamp of the Will. An empty payload has
    // erased the retained birth, which edge nodes that connect later would miss: the same answer.
    private void Defend(ReadOnlySpan<byte> payload, IHostOutputs outputs)
    {
        var isErased = payload.IsEmpty;
        if (!StatePayload.TryDecode(payload, out var state) && !isErased)
        {
            MalformedStates++;
            return;
        }
        if (state.Online)
        {
            if (state != _birth) RivalBirths++;
            return;
        }
        Republished++;
        outputs.PublishState(_topic, _birth.Encode());
    }

    // tck-id-operational-behavior-host-application-termination; the time is that of the disconnect. Also before the SUBACK, when no
    // birth is out: a birth of an earlier session may still be retained.
    private void PublishDeath(Timestamp now, IHostOutputs outputs)
    {
        outputs.PublishState(_topic, new StatePayload(false, now).Encode());
        Disconnect(outputs);
    }

    private void Disconnect(IHostOutputs outputs)
    {
        MoveTo(HostPhase.Disconnecting, outputs);
        outputs.Disconnect();
    }

    private void MoveTo(HostPhase phase, IHostOutputs outputs)
    {
        Phase = phase;
        outputs.PhaseChanged(phase);
    }
}
