namespace Sparkplug.Broker.Packets;

/// <summary>Quality of Service (MQTT 5, 4.3).</summary>
internal enum Qos : byte
{
    AtMostOnce = 0,
    AtLeastOnce = 1,
    ExactlyOnce = 2,
}
