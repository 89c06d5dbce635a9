namespace Sparkplug.Broker.Packets;

/// <summary>The protocol a client speaks, with the number in its CONNECT.</summary>
internal enum ProtocolVersion : byte
{
    /// <summary>MQTT 3.1.1.</summary>
    V311 = 4,

    /// <summary>MQTT 5.0.</summary>
    V5 = 5,
}
