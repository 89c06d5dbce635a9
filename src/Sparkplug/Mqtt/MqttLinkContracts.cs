namespace Sparkplug.Mqtt;

/// <summary>The MQTT version that a link speaks.</summary>
public enum MqttVersion
{
    /// <summary>MQTT 3.1.1.</summary>
    V311,

    /// <summary>MQTT 5.0.</summary>
    V5,
}

/// <summary>What a link connects with; asked for anew before each CONNECT, so that the Will is of that moment.</summary>
/// <param name="Server">Where to: <c>mqtt://host[:1883]</c> or <c>mqtts://host[:8883]</c>.</param>
/// <param name="WillTopic">The Will's topic; QoS 1.</param>
/// <param name="WillPayload">The Will's payload.</param>
/// <param name="WillRetain">False for NDEATH, true for STATE.</param>
public sealed record MqttConnect(Uri Server, string WillTopic, ReadOnlyMemory<byte> WillPayload, bool WillRetain);

/// <summary>What happens on a link, in order.</summary>
public abstract record MqttEvent
{
    private MqttEvent() { }

    /// <summary>The link is about to connect; answer with the link's Connect.</summary>
    public sealed record ConnectDue : MqttEvent;

    /// <summary>CONNACK accepted the connection.</summary>
    public sealed record Connected : MqttEvent;

    /// <summary>The connection did not come about; the link waits (back-off with jitter) and asks again.</summary>
    public sealed record ConnectFailed(string Reason) : MqttEvent;

    /// <summary>SUBACK granted every filter.</summary>
    public sealed record Subscribed : MqttEvent;

    /// <summary>SUBACK refused a filter, or did not come in time.</summary>
    public sealed record SubscribeRefused(string Reason) : MqttEvent;

    /// <summary>A PUBLISH arrived.</summary>
    public sealed record Received(string Topic, ReadOnlyMemory<byte> Payload, bool Retain) : MqttEvent;

    /// <summary>The connection is gone.</summary>
    public sealed record Disconnected(string Reason) : MqttEvent;
}
