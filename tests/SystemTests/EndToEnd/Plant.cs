using SystemTests.Avr;
using SystemTests.Support;

namespace SystemTests.EndToEnd;

/// <summary>Which broker stands in the middle.</summary>
public enum BrokerKind
{
    /// <summary><c>./sparkplug broker</c>.</summary>
    Ours,

    /// <summary>Eclipse Mosquitto.</summary>
    Mosquitto,
}

/// <summary>
/// A whole plant of real processes: an emulated Uno with our firmware, <c>./sparkplug edge</c>, a broker and <c>./sparkplug host</c>.
/// Each of the four can be killed and started again on the same data.
/// </summary>
internal sealed class Plant : IAsyncDisposable
{
    public const string Group = "Plant1", Node = "Line1", HostId = "scada1";

    private readonly string _folder = Directory.CreateTempSubdirectory("plant").FullName;
    private readonly BrokerKind _kind;
    private readonly int _brokerPort = FreePort.Take();
    private readonly int _hostPort = FreePort.Take();

    private Plant(BrokerKind kind)
    {
        _kind = kind;
        Api = new HostApi($"http://127.0.0.1:{_hostPort}");
    }

    public HostApi Api { get; }

    public AvrBoard Board { get; private set; } = null!;

    public ServiceProcess Broker { get; private set; } = null!;

    public ServiceProcess Edge { get; private set; } = null!;

    public ServiceProcess Host { get; private set; } = null!;

    public string Server => $"mqtt://127.0.0.1:{_brokerPort}";

    /// <summary>The id that the edge node gave to the board.</summary>
    public string DeviceId { get; private set; } = "";

    public string DevicePath => $"/api/nodes/{Group}/{Node}/devices/{DeviceId}";

    public string PortPath(string name = "ttyACM0") => Path.Combine(_folder, "dev", name);

    /// <summary>Starts everything and waits until the board's device is online at the host.</summary>
    public static async Task<Plant> StartAsync(BrokerKind kind)
    {
        var plant = new Plant(kind);
        Directory.CreateDirectory(Path.Combine(plant._folder, "dev"));
        plant.StartBroker();
        plant.StartHost();
        plant.StartEdge();
        plant.Board = await AvrBoard.StartAsync(new AvrBoardOptions { PortPath = plant.PortPath(), EepromPath = Path.Combine(plant._folder, "eeprom") });
        await plant.WaitForDeviceAsync(90);
        return plant;
    }

    /// <summary>Another board of the same kind, with an EEPROM of its own.</summary>
    public Task<AvrBoard> PlugInSecondBoardAsync(string port) =>
        AvrBoard.StartAsync(new AvrBoardOptions { PortPath = PortPath(port), EepromPath = Path.Combine(_folder, "eeprom2") });

    public void StartBroker() => Broker = _kind == BrokerKind.Ours
        ? ServiceProcess.Sparkplug("broker", $"--Broker:Listeners:Tcp=127.0.0.1:{_brokerPort}", "--Broker:Listeners:Tls=",
            "--Broker:AllowAnonymous=true", $"--Broker:DataDirectory={Folder("broker")}")
        : ServiceProcess.Start("mosquitto", MosquittoPath(), ["-c", WriteMosquittoConfig()]);

    public void StartEdge() => Edge = ServiceProcess.Sparkplug("edge",
        $"--EdgeNode:Servers:0={Server}", $"--EdgeNode:GroupId={Group}", $"--EdgeNode:EdgeNodeId={Node}", $"--EdgeNode:PrimaryHostId={HostId}",
        $"--EdgeNode:Ports:0={Path.Combine(_folder, "dev", "tty*")}", $"--EdgeNode:DataDirectory={Folder("edge")}");

    public void StartHost() => Host = ServiceProcess.Sparkplug("host",
        $"--Host:Servers:0={Server}", $"--Host:HostId={HostId}", $"--Host:DataDirectory={Folder("host")}", "--Host:AllowAnonymous=true",
        "--urls", $"http://127.0.0.1:{_hostPort}");

    /// <summary>Waits until the host sees one device online with a good temperature.</summary>
    public async Task WaitForDeviceAsync(double seconds)
    {
        await Wait.UntilAsync("the device is online", seconds, async () =>
        {
            var online = await Api.DevicesOnlineAsync(Group, Node);
            if (online.Count == 1) DeviceId = online[0];
            return online.Count == 1 && (string?)(await MetricAsync("temperature"))?["quality"] == "Good";
        }, Describe);
    }

    public async Task WaitForValueAsync(string metric, double seconds, Func<double, bool> isRight) =>
        await Wait.UntilAsync($"{metric} has the value", seconds,
            async () => await MetricAsync(metric) is { } found && (string?)found["quality"] == "Good" && found["value"] is { } value
                && isRight(value.GetValueKind() is System.Text.Json.JsonValueKind.True ? 1 : value.GetValueKind() is System.Text.Json.JsonValueKind.False ? 0 : (double)value),
            Describe);

    public Task<System.Text.Json.Nodes.JsonNode?> MetricAsync(string metric) => Api.MetricAsync(Group, Node, DeviceId, metric);

    /// <summary>What every process said, for messages of tests that fail.</summary>
    public string Describe() => string.Join('\n', new[] { Broker, Edge, Host }.Select(service => $"--- {service.Name}\n{service.Output}"));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Board is not null) await Board.DisposeAsync();
        foreach (var service in new[] { Edge, Host, Broker })
            if (service is not null) await service.DisposeAsync();
        Api.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Folder(string name) => Path.Combine(_folder, name);

    private static string MosquittoPath() => File.Exists("/usr/sbin/mosquitto") ? "/usr/sbin/mosquitto" : "mosquitto";

    private string WriteMosquittoConfig()
    {
        var data = Directory.CreateDirectory(Folder("mosquitto")).FullName;
        var path = Path.Combine(data, "mosquitto.conf");
        // As root, mosquitto would become another user, who cannot write here.
        File.WriteAllText(path, $"""
            listener {_brokerPort} 127.0.0.1
            allow_anonymous true
            persistence true
            persistence_location {data}/
            autosave_interval 1
            autosave_on_changes true
            user {Environment.UserName}
            """);
        return path;
    }
}
