namespace Sparkplug.Broker.Packets;

/// <summary>A PUBACK, PUBREC, PUBREL or PUBCOMP (MQTT 5, 3.4 to 3.7); its Reason String and User Properties are read over.</summary>
/// <param name="PacketId">1 to 65,535.</param>
/// <param name="Reason">Success where the packet leaves it out, and always in 3.1.1.</param>
internal readonly record struct AckPacket(ushort PacketId, ReasonCode Reason);

/// <summary>A DISCONNECT from a client (MQTT 5, 3.14).</summary>
/// <param name="Reason">Success where the packet leaves it out, and always in 3.1.1.</param>
/// <param name="SessionExpiryInterval">The new interval in seconds, or null to keep that of the CONNECT.</param>
internal readonly record struct DisconnectPacket(ReasonCode Reason, uint? SessionExpiryInterval);
