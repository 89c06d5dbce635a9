using Sparkplug.Configuration;

namespace Sparkplug.Cli.Demo;

/// <summary>What the demo can be told.</summary>
/// <param name="SerialPort"><c>--serial PATH</c>: a real board's port, or <c>auto</c>; null for the emulated board.</param>
/// <param name="DataDirectory"><c>--data DIR</c>: where the certificates, the board's EEPROM and the rest live.</param>
/// <param name="MqttPort"><c>--mqtt-port N</c>: the first port to try for MQTT over TLS.</param>
/// <param name="PagePort"><c>--page-port N</c>: the first port to try for the page.</param>
internal sealed record DemoOptions(string? SerialPort, string DataDirectory, int MqttPort, int PagePort)
{
    private const int DefaultMqttPort = 8883, DefaultPagePort = 8080;

    /// <summary>Reads the words after <c>sparkplug demo</c>.</summary>
    /// <exception cref="ConfigurationFaultException">One of them is not understood.</exception>
    public static DemoOptions Read(string[] args)
    {
        var settings = Settings.Read("Demo", args, "serial", "data", "mqtt-port", "page-port");
        var source = settings.Arguments; // a variable DATA of somebody else must not move the folder
        List<ConfigurationFault> faults = [];
        var options = new DemoOptions(
            source["serial"] is { Length: > 0 } serial ? serial : null,
            Path.GetFullPath(source["data"] is { Length: > 0 } data ? data : Settings.DefaultDataDirectory("demo")),
            Port("mqtt-port", DefaultMqttPort),
            Port("page-port", DefaultPagePort));
        if (faults.Count > 0) throw new ConfigurationFaultException(faults);
        settings.ThrowOnFaults();
        return options;

        int Port(string key, int missing)
        {
            if (source[key] is not { Length: > 0 } text) return missing;
            if (ushort.TryParse(text, out var port) && port > 0) return port;
            faults.Add(new ConfigurationFault(key, $"must be a port from 1 to 65535 (it says '{text}')"));
            return missing;
        }
    }
}
