using Microsoft.Extensions.Logging.Abstractions;
using Sparkplug.Edge;
using Sparkplug.Metrics;
using Sparkplug.Mqtt;
using Sparkplug.Payloads;
using Sparkplug.Topics;
using SystemTests.Mqtt;

namespace SystemTests.Wire;

/// <summary>
/// All that an Edge Node sends in one life, for each MQTT version: it waits for its primary host, is born with two Devices, publishes
/// values, loses one Device and is stopped.
/// </summary>
public sealed class RecordedEdgeNode : IAsyncLifetime
{
    private readonly Dictionary<MqttVersion, IReadOnlyList<SentPacket>> _packets = [];

    internal IReadOnlyList<SentPacket> this[MqttVersion version] => _packets[version];

    /// <summary>What had been sent before the STATE of the primary host came.</summary>
    internal Dictionary<MqttVersion, IReadOnlyList<SentPacket>> BeforeTheHost { get; } = [];

    public async ValueTask InitializeAsync()
    {
        foreach (var version in Enum.GetValues<MqttVersion>()) _packets[version] = await RecordAsync(version);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<IReadOnlyList<SentPacket>> RecordAsync(MqttVersion version)
    {
        using var deadline = new CancellationTokenSource(MqttObserver.Deadline);
        await using var server = new RecordingServer();
        var client = Client(server.Address, version);
        await using var running = new RunningClient(client.RunAsync);
        await client.DeviceFoundAsync(Device("Oven"), deadline.Token);
        await client.DeviceFoundAsync(Device("Fan"), deadline.Token);
        await server.ServeUntilAsync(client.WaitForAsync(EdgePhase.WaitingForPrimaryHost, deadline.Token));
        BeforeTheHost[version] = server.Packets;
        await server.PublishAsync("spBv1.0/STATE/scada1", new StatePayload(true, new Timestamp(1)).Encode(), qos: 1, retain: true);
        await server.ServeUntilAsync(client.WaitForAsync(EdgePhase.Online, deadline.Token));
        await client.PublishAsync(null, [Sample("Load", 0.5)], deadline.Token);
        await client.PublishAsync("Oven", [Sample("Temperature", 21.5)], deadline.Token);
        await client.DeviceLostAsync("Fan", deadline.Token);
        await running.StopAsync();
        await server.HearAsync("DISCONNECT");
        return server.Packets;
    }

    private static EdgeNodeClient Client(Uri server, MqttVersion version) => new(new EdgeNodeClientOptions
    {
        Session = new EdgeSessionOptions { EdgeNode = new EdgeNodeDescriptor("Plant", "Line1"), PrimaryHostId = "scada1", Metrics = [Number("Load")] },
        Servers = [server],
        Link = new MqttLinkOptions { ClientId = "Plant-Line1", Version = version },
    }, TimeProvider.System, NullLogger.Instance);

    private static EdgeDevice Device(string id) => new(id, [Number("Temperature")]);

    private static EdgeMetric Number(string name) => new() { Name = name, DataType = DataType.Double, Value = MetricValue.Double(0) };

    private static Sample Sample(string name, double value) => new(name, MetricValue.Double(value), Timestamp.Now(TimeProvider.System));
}
