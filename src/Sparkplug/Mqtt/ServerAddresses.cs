namespace Sparkplug.Mqtt;

/// <summary>The addresses that a client is given.</summary>
internal static class ServerAddresses
{
    /// <exception cref="ArgumentException">There is none, or some are not addresses of MQTT servers; all are named by their place.</exception>
    public static void Require(IReadOnlyList<Uri> servers)
    {
        if (servers.Count == 0) throw new ArgumentException("There is no server to connect to");
        var faults = servers.Select((server, i) => (Place: i, Fault: MqttTransport.FaultOf(server))).Where(item => item.Fault is not null)
            .Select(item => $"server {item.Place} {item.Fault}").ToArray();
        if (faults.Length > 0) throw new ArgumentException(string.Join("; ", faults));
    }
}
