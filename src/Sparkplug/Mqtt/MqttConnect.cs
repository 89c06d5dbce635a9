namespace Sparkplug.Mqtt;

/// <summary>
/// What a link connects with; asked for anew before each CONNECT, so that the Will is of that moment. Under 3.1.1 the session is
/// clean; under 5 Clean Start is 1, the Session Expiry Interval 0 and the Will is not delayed
/// (tck-id-principles-persistence-clean-session-311, tck-id-principles-persistence-clean-session-50).
/// </summary>
/// <param name="Server">Where to: <c>mqtt://host[:1883]</c> or <c>mqtts://host[:8883]</c>.</param>
/// <param name="WillTopic">The Will's topic; its QoS is 1.</param>
/// <param name="WillPayload">The Will's payload.</param>
/// <param name="WillRetain">False for NDEATH, true for STATE.</param>
public sealed record MqttConnect(Uri Server, string WillTopic, ReadOnlyMemory<byte> WillPayload, bool WillRetain);

/// <summary>How a connection is ended by its own side.</summary>
public enum MqttDisconnect
{
    /// <summary>The server throws the Will away.</summary>
    Normal,

    /// <summary>
    /// Under MQTT 5 the server publishes the Will: reason code 0x04
    /// (tck-id-payloads-ndeath-will-message-publisher-disconnect-mqtt50). Under 3.1.1 the same as <see cref="Normal"/>.
    /// </summary>
    WithWill,
}
