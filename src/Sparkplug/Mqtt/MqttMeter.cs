using System.Diagnostics.Metrics;

namespace Sparkplug.Mqtt;

/// <summary>Counts of all links of the process.</summary>
public static class MqttMeter
{
    /// <summary>The meter's name, for whoever collects it.</summary>
    public const string Name = "Sparkplug.Mqtt";

    private static readonly Meter Meter = new(Name);

    internal static Counter<long> Connected { get; } =
        Meter.CreateCounter<long>("sparkplug.mqtt.connections", description: "Connections that a server accepted");

    internal static Counter<long> ConnectFailed { get; } =
        Meter.CreateCounter<long>("sparkplug.mqtt.connect_failures", description: "Connections that did not come about");

    internal static Counter<long> Disconnected { get; } =
        Meter.CreateCounter<long>("sparkplug.mqtt.disconnections", description: "Connections that ended");

    internal static Counter<long> Sent { get; } =
        Meter.CreateCounter<long>("sparkplug.mqtt.messages_sent", description: "PUBLISH packets that were sent");

    internal static Counter<long> Received { get; } =
        Meter.CreateCounter<long>("sparkplug.mqtt.messages_received", description: "PUBLISH packets that arrived");

    internal static Counter<long> Ignored { get; } =
        Meter.CreateCounter<long>("sparkplug.edge.ignored", description: "Inputs from outside that an edge node ignored, by kind");
}
