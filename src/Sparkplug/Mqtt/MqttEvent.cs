namespace Sparkplug.Mqtt;

/// <summary>What happens on a link, in order: ConnectDue, then Connected or ConnectFailed, and after a Connected always Disconnected.</summary>
public abstract record MqttEvent
{
    private MqttEvent() { }

    /// <summary>The link is about to connect; answer with <see cref="MqttLink.Connect"/>.</summary>
    public sealed record ConnectDue : MqttEvent;

    /// <summary>CONNACK accepted the connection.</summary>
    public sealed record Connected : MqttEvent;

    /// <summary>The connection did not come about; the link waits and asks again.</summary>
    /// <param name="Reason">Why, for people; names the server, never a secret.</param>
    public sealed record ConnectFailed(string Reason) : MqttEvent;

    /// <summary>SUBACK granted every filter.</summary>
    public sealed record Subscribed : MqttEvent;

    /// <summary>SUBACK refused a filter, or did not come in time.</summary>
    /// <param name="Reason">Which filter and why, for people.</param>
    public sealed record SubscribeRefused(string Reason) : MqttEvent;

    /// <summary>A PUBLISH arrived.</summary>
    /// <param name="Topic">Its topic.</param>
    /// <param name="Payload">Its payload; belongs to the receiver.</param>
    /// <param name="Retain">True when it had been retained.</param>
    public sealed record Received(string Topic, ReadOnlyMemory<byte> Payload, bool Retain) : MqttEvent;

    /// <summary>The connection is gone, by either side.</summary>
    /// <param name="Reason">Why, for people.</param>
    /// <param name="UseAnotherServer">True when the server asked the client to go to another one (reason codes 0x9C and 0x9D).</param>
    public sealed record Disconnected(string Reason, bool UseAnotherServer = false) : MqttEvent;
}
