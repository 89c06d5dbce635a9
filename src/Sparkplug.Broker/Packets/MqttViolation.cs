namespace Sparkplug.Broker.Packets;

/// <summary>
/// A peer broke the protocol. Thrown by the packet reader and the session, caught once, where the connection ends: a 5.0 client gets a
/// DISCONNECT (or CONNACK) with <see cref="Reason"/>, a 3.1.1 client is closed (MQTT-4.13.1-1, MQTT-4.8.0-1).
/// </summary>
/// <param name="reason">What a 5.0 client is told.</param>
/// <param name="message">What was wrong and where, for the log; without bytes of the peer.</param>
internal sealed class MqttViolation(ReasonCode reason, string message) : Exception(message)
{
    /// <summary>The Reason Code, 0x80 or greater.</summary>
    public ReasonCode Reason { get; } = reason;
}
