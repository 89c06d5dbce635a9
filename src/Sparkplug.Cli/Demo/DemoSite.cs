using System.Net;
using EdgeNode;
using HostApp;
using Microsoft.Extensions.Hosting;
using Sparkplug.Broker;
using Sparkplug.Configuration;

namespace Sparkplug.Cli.Demo;

/// <summary>
/// A whole site in one process, over real TLS with real users: each service is built by the same composition root that its own
/// command uses, and they meet on TCP alone.
/// </summary>
internal sealed class DemoSite(DemoOptions options, TextWriter output) : IAsyncDisposable
{
    private const string Group = "Demo", Node = "desk", HostId = "demo-host";

    private static readonly string[] Quiet = ["--Logging:LogLevel:Default=Warning"];

    // In the order of their start; stopped in the reverse one.
    private readonly List<(string Name, string Farewell, IHost Service)> _services = [];
    private readonly DemoUsers _users = new(Path.Combine(options.DataDirectory, "broker", "users"));
    private DataFolder? _folder;
    private BoardTerminal? _board;

    /// <summary>Starts everything and says so; returns when the first value is at the host, or <paramref name="stopping"/>.</summary>
    public async Task StartAsync(Task stopping)
    {
        _folder = DataFolder.Take(options.DataDirectory, "data", "demo");
        var (mqtt, page) = (FreePorts.From(IPAddress.Any, options.MqttPort), FreePorts.From(IPAddress.Loopback, options.PagePort));
        var address = $"http://127.0.0.1:{page}";
        await output.WriteLineAsync("Sparkplug demo: a board, an edge node, a broker and a host on this machine.\n");
        await StartBrokerAsync(mqtt);
        await StartHostAsync(mqtt, address);
        await StartEdgeAsync(mqtt);
        await output.WriteLineAsync($"""

              Open      {address}

              See the raw traffic:
                mosquitto_sub -h localhost -p {mqtt} --cafile {CaFile} -u {DemoUsers.Guest} -P {_users.PasswordOf(DemoUsers.Guest)} -t 'spBv1.0/#' -F '%t %x'

            """);
        await new FirstValue(address, Group, Node, output).WaitAsync(stopping);
        await output.WriteLineAsync("  Ctrl-C ends it.");
    }

    /// <summary>Ends everything cleanly: deaths of device and node, STATE offline, then the broker.</summary>
    public async Task StopAsync()
    {
        await output.WriteLineAsync("\nEnding ...");
        for (var i = _services.Count - 1; i >= 0; i--)
        {
            await _services[i].Service.StopAsync();
            await output.WriteLineAsync($"  {_services[i].Name,-10}{_services[i].Farewell}");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        for (var i = _services.Count - 1; i >= 0; i--)
        {
            if (_services[i].Service is IAsyncDisposable asyncService) await asyncService.DisposeAsync();
            else _services[i].Service.Dispose();
        }
        _board?.Dispose();
        _folder?.Dispose();
    }

    private string CaFile => Path.Combine(options.DataDirectory, "broker", "tls", "ca.crt");

    private async Task StartBrokerAsync(int port)
    {
        _users.MakeNew();
        await StartAsync("broker", "stopped", BrokerApp.Build([
            $"--Broker:Listeners:Tls=0.0.0.0:{port}", $"--Broker:DataDirectory={Path.Combine(options.DataDirectory, "broker")}", .. Quiet]));
        var note = port == options.MqttPort ? "" : $" ({options.MqttPort} is taken by another program)";
        await output.WriteLineAsync($"  broker    MQTT over TLS on port {port}{note}, a password for everyone");
    }

    private async Task StartHostAsync(int mqtt, string address)
    {
        await StartAsync("host", "STATE offline", HostApplication.Build([
            "--urls", address, $"--Host:HostId={HostId}", "--Host:AllowAnonymous=true", $"--Host:DataDirectory={Path.Combine(options.DataDirectory, "host")}",
            .. Connection("Host", mqtt, DemoUsers.HostUser), .. Quiet]));
        await output.WriteLineAsync($"  host      {HostId}, its page for this machine alone");
    }

    private async Task StartEdgeAsync(int mqtt)
    {
        if (options.SerialPort is null)
            _board = new BoardTerminal(new ClimateBoard(Random.Shared).Program, BoardMemory.Load(Path.Combine(options.DataDirectory, "eeprom")), TimeProvider.System);
        var serial = options.SerialPort ?? _board!.DevicePath;
        await StartAsync("edge node", "DDEATH and NDEATH", EdgeNodeApp.Build([
            $"--EdgeNode:GroupId={Group}", $"--EdgeNode:EdgeNodeId={Node}", $"--EdgeNode:PrimaryHostId={HostId}", $"--EdgeNode:Ports:0={serial}",
            $"--EdgeNode:DataDirectory={Path.Combine(options.DataDirectory, "edge")}", .. Connection("EdgeNode", mqtt, DemoUsers.EdgeUser), .. Quiet]));
        await output.WriteLineAsync($"  edge node {Group}/{Node}, looking for a board on {serial}{(_board is null ? "" : " (emulated)")}");
    }

    private string[] Connection(string section, int port, string user) =>
    [
        $"--{section}:Servers:0=mqtts://localhost:{port}", $"--{section}:Tls:CaFile={CaFile}",
        $"--{section}:UserName={user}", $"--{section}:Password={_users.PasswordOf(user)}",
    ];

    private async Task StartAsync(string name, string farewell, IHost service)
    {
        _services.Add((name, farewell, service));
        await service.StartAsync();
    }
}
