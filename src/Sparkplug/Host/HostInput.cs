using Sparkplug.Metrics;

namespace Sparkplug.Host;

/// <summary>What can happen to a Host Application on one MQTT Server.</summary>
public abstract record HostInput
{
    private HostInput() { }

    /// <summary>The link is about to connect and asks for the Will.</summary>
    public sealed record ConnectDue(Timestamp Now) : HostInput;

    /// <summary>The server accepted the connection.</summary>
    public sealed record Connected(Timestamp Now) : HostInput;

    /// <summary>The connection did not come about.</summary>
    public sealed record ConnectFailed(Timestamp Now) : HostInput;

    /// <summary>The server granted all subscriptions.</summary>
    public sealed record Subscribed(Timestamp Now) : HostInput;

    /// <summary>The server refused a subscription.</summary>
    public sealed record SubscribeRefused(Timestamp Now) : HostInput;

    /// <summary>The connection is gone.</summary>
    public sealed record Disconnected(Timestamp Now) : HostInput;

    /// <summary>A STATE message of this host's own id arrived.</summary>
    public sealed record OwnStateReceived(ReadOnlyMemory<byte> Payload, Timestamp Now) : HostInput;

    /// <summary>The host is to end: STATE death, then DISCONNECT.</summary>
    public sealed record Stop(Timestamp Now) : HostInput;
}

/// <summary>Where a <see cref="HostSession"/> sends what is to be done, in order.</summary>
public interface IHostOutputs
{
    /// <summary>Connect with this Will: QoS 1, retain = true; clean session.</summary>
    void Connect(string willTopic, ReadOnlyMemory<byte> willPayload);

    /// <summary>Subscribe to filters at QoS 1 and report <see cref="HostInput.Subscribed"/>.</summary>
    void Subscribe(IReadOnlyList<string> filters);

    /// <summary>Publish a STATE: QoS 1, retain = true.</summary>
    void PublishState(string topic, ReadOnlyMemory<byte> payload);

    /// <summary>Wait until what was published is acknowledged, for a bounded time, then DISCONNECT.</summary>
    void Disconnect();

    /// <summary>The session moved to another phase.</summary>
    void PhaseChanged(HostPhase phase);
}

/// <summary>Where a host's session on one server stands.</summary>
public enum HostPhase
{
    /// <summary>No connection.</summary>
    Offline,

    /// <summary>CONNECT is under way.</summary>
    Connecting,

    /// <summary>Connected; SUBSCRIBE is under way.</summary>
    Subscribing,

    /// <summary>STATE online is published.</summary>
    Online,

    /// <summary>STATE offline is published; DISCONNECT is under way.</summary>
    Disconnecting,

    /// <summary>Ended for good.</summary>
    Stopped,
}
