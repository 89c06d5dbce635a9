using Microsoft.Extensions.Logging.Abstractions;
using Sparkplug.Host;
using Sparkplug.Metrics;
using Sparkplug.Mqtt;
using Sparkplug.Payloads;
using Sparkplug.Topics;
using SystemTests.Mqtt;

namespace SystemTests.Wire;

/// <summary>What a command was asked for with, what came of it, and when.</summary>
internal sealed record AskedCommand(CommandRefusal Refusal, Timestamp Before, Timestamp After);

/// <summary>
/// All that a Host Application sends in one life, for each MQTT version: it comes online, hears the births of an Edge Node and a Device,
/// sends commands, asks for births and is stopped.
/// </summary>
public sealed class RecordedHost : IAsyncLifetime
{
    private static readonly EdgeNodeDescriptor Line1 = new("Plant", "Line1");
    private readonly Dictionary<MqttVersion, IReadOnlyList<SentPacket>> _packets = [];

    internal IReadOnlyList<SentPacket> this[MqttVersion version] => _packets[version];

    /// <summary>The commands by their ids, also those that were refused; the request for births is "rebirth", the stop "stop".</summary>
    internal Dictionary<(MqttVersion Version, string Id), AskedCommand> Asked { get; } = [];

    public async ValueTask InitializeAsync()
    {
        foreach (var version in Enum.GetValues<MqttVersion>()) _packets[version] = await RecordAsync(version);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<IReadOnlyList<SentPacket>> RecordAsync(MqttVersion version)
    {
        using var deadline = new CancellationTokenSource(MqttObserver.Deadline);
        await using var server = new RecordingServer();
        var fleet = new FleetRecorder();
        var client = new HostClient(Options(server.Address, version), fleet, TimeProvider.System, NullLogger.Instance);
        await using var running = new RunningClient(client.RunAsync);
        await server.ServeUntilAsync(client.WaitForAsync(0, HostPhase.Online, deadline.Token));
        await server.PublishAsync("spBv1.0/Plant/NBIRTH/Line1", NodeBirth());
        await server.PublishAsync("spBv1.0/Plant/DBIRTH/Line1/Oven", DeviceBirth());
        await fleet.HearAsync("born Plant/Line1/Oven");

        await CommandAsync("rate", null, "Rate", MetricValue.Double(2.5));
        await CommandAsync("mode", null, "Mode", MetricValue.String("auto"));
        await CommandAsync("heater", "Oven", "Heater", MetricValue.Boolean(true));
        await CommandAsync("setpoint", "Oven", "Setpoint", MetricValue.Int32(-180));
        await CommandAsync("typed", "Oven", "Setpoint", MetricValue.Int32(21), withDataType: true);
        await CommandAsync("a text for a Double", null, "Rate", MetricValue.String("fast"));
        await CommandAsync("a Double for an Int32", "Oven", "Setpoint", MetricValue.Double(0.5));
        await CommandAsync("a metric of the Device for the node", null, "Heater", MetricValue.Boolean(true));
        await CommandAsync("a metric of the node for the Device", "Oven", "Rate", MetricValue.Double(1));
        await AskAsync(version, "rebirth", async () =>
        {
            Assert.True(await client.RequestRebirthAsync(Line1, deadline.Token));
            return CommandRefusal.None;
        });
        await AskAsync(version, "stop", async () =>
        {
            await running.StopAsync();
            return CommandRefusal.None;
        });
        await server.HearAsync("DISCONNECT");
        return server.Packets;

        Task CommandAsync(string id, string? device, string metric, MetricValue value, bool withDataType = false) =>
            AskAsync(version, id, () => client.SendCommandAsync(Line1, device, metric, value, id, withDataType, deadline.Token));
    }

    private async Task AskAsync(MqttVersion version, string id, Func<Task<CommandRefusal>> ask)
    {
        var before = Now;
        var refusal = await ask();
        Asked.Add((version, id), new AskedCommand(refusal, before, Now));
    }

    private static Timestamp Now => Timestamp.Now(TimeProvider.System);

    private static HostClientOptions Options(Uri server, MqttVersion version) => new()
    {
        Session = new HostSessionOptions { HostId = "scada1" },
        Servers = [server],
        Link = new MqttLinkOptions { ClientId = "scada1", Version = version },
    };

    private static byte[] NodeBirth() => Birth(0,
        Born(BdSeq.MetricName, MetricValue.Int64(0)),
        Born("Node Control/Rebirth", MetricValue.Boolean(false)),
        Born("Rate", MetricValue.Double(1)) with { Alias = 3 },
        Born("Mode", MetricValue.String("manual")));

    private static byte[] DeviceBirth() => Birth(1,
        Born("Heater", MetricValue.Boolean(false)) with { Alias = 0 },
        Born("Setpoint", MetricValue.Int32(20)));

    private static byte[] Birth(byte seq, params Metric[] metrics) =>
        PayloadCodec.Encode(new Payload { Timestamp = Now, Seq = new Seq(seq), Metrics = metrics });

    private static Metric Born(string name, MetricValue value) => new() { Name = name, DataType = value.Type, Timestamp = Now, Value = value };
}
