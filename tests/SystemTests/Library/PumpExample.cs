using Microsoft.Extensions.Logging.Abstractions;
using Sparkplug.Edge;
using Sparkplug.Metrics;
using Sparkplug.Mqtt;
using Sparkplug.Topics;

namespace SystemTests.Library;

/// <summary>The library example of README.md, which repeats what stands between the two marks.</summary>
internal static class PumpExample
{
    public static async Task RunAsync(string server, CancellationToken stopping)
    {
        // example
        var client = new EdgeNodeClient(new EdgeNodeClientOptions
        {
            Session = new EdgeSessionOptions { EdgeNode = new EdgeNodeDescriptor("Plant1", "Pump7") },
            Servers = [new Uri(server)], // mqtt://127.0.0.1:1883
            Link = new MqttLinkOptions { ClientId = "pump7" },
        }, TimeProvider.System, NullLogger.Instance);
        var running = client.RunAsync(stopping);

        await client.DeviceFoundAsync(new EdgeDevice("motor", [
            new EdgeMetric { Name = "speed", DataType = DataType.Double, Value = MetricValue.Double(0) },
            new EdgeMetric { Name = "enabled", DataType = DataType.Boolean, IsWritable = true, Value = MetricValue.Boolean(false) },
        ]), stopping);
        await client.PublishAsync("motor", [new Sample("speed", MetricValue.Double(1450.5), Timestamp.Now(TimeProvider.System))], stopping);

        // A host wrote a metric: carry it out, then publish what the metric is now.
        await foreach (var command in client.Commands.ReadAllAsync(CancellationToken.None))
            await client.PublishAsync(command.DeviceId, [new Sample(command.Metric, command.Value, Timestamp.Now(TimeProvider.System))], stopping);
        await running;
        // end of example
    }
}
