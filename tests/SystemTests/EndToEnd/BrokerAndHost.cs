using System.Text.Json.Nodes;
using SystemTests.Support;

namespace SystemTests.EndToEnd;

/// <summary>Our broker and our host, for edge nodes of others.</summary>
internal sealed class BrokerAndHost : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("site").FullName;
    private readonly int _brokerPort = FreePort.Take();
    private readonly int _hostPort = FreePort.Take();

    private BrokerAndHost() => Api = new HostApi($"http://127.0.0.1:{_hostPort}");

    public HostApi Api { get; }

    public ServiceProcess Broker { get; private set; } = null!;

    public ServiceProcess Host { get; private set; } = null!;

    public int BrokerPort => _brokerPort;

    public string Server => $"mqtt://127.0.0.1:{_brokerPort}";

    public static async Task<BrokerAndHost> StartAsync()
    {
        var site = new BrokerAndHost();
        site.Broker = ServiceProcess.Sparkplug("broker", $"--Broker:Listeners:Tcp=127.0.0.1:{site._brokerPort}", "--Broker:Listeners:Tls=",
            "--Broker:AllowAnonymous=true", $"--Broker:DataDirectory={Path.Combine(site._folder, "broker")}");
        site.StartHost();
        await Wait.UntilAsync("the host is ready", 90, site.Api.IsReadyAsync, site.Describe);
        return site;
    }

    public void StartHost() => Host = ServiceProcess.Sparkplug("host",
        $"--Host:Servers:0={Server}", "--Host:HostId=scada1", $"--Host:DataDirectory={Path.Combine(_folder, "host")}", "--Host:AllowAnonymous=true",
        "--urls", $"http://127.0.0.1:{_hostPort}");

    /// <summary>Waits until a metric of the thing at <paramref name="path"/> is as it should be.</summary>
    public Task WaitForMetricAsync(string path, string metric, Func<JsonNode, bool> isRight) =>
        Wait.UntilAsync($"{metric} of {path} is right", 20, async () =>
            (await Api.TryGetAsync(path))?["metrics"]?.AsArray().FirstOrDefault(item => (string?)item!["name"] == metric) is { } found && isRight(found), Describe);

    public string Describe() => $"--- broker\n{Broker.Output}\n--- host\n{Host.Output}";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Broker.DisposeAsync();
        Api.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
