using System.Text;
using Sparkplug.Broker.Packets;

namespace UnitTests.Broker.Engine;

/// <summary>Makes Wills for tests.</summary>
internal static class AWill
{
    public static ConnectWill Will(
        string topic, string payload, Qos qos = Qos.AtMostOnce, bool retain = false, uint delay = 0, uint? expiry = null, byte[]? properties = null) => new()
    {
        Topic = Encoding.UTF8.GetBytes(topic),
        Payload = Encoding.UTF8.GetBytes(payload),
        Qos = qos,
        Retain = retain,
        DelayInterval = delay,
        MessageExpiryInterval = expiry,
        Properties = properties ?? [],
    };
}
