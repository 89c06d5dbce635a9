using SystemTests.Mqtt;
using SystemTests.Support;

namespace SystemTests.EndToEnd;

/// <summary>An edge node that walks two servers, and a host that is on both at once.</summary>
[Collection(RealClock.Name)]
public sealed class SeveralServersTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("servers").FullName;
    private readonly int _hostPort = FreePort.Take();

    [Fact]
    public async Task The_edge_node_moves_to_the_next_server_and_the_host_follows_it()
    {
        await using var first = await MosquittoServer.StartAsync();
        await using var second = await MosquittoServer.StartAsync();
        await using var host = ServiceProcess.Sparkplug("host",
            $"--Host:Servers:0={Address(first)}", $"--Host:Servers:1={Address(second)}", "--Host:HostId=scada1", "--Host:AllowAnonymous=true",
            $"--Host:DataDirectory={_folder}/host", "--urls", $"http://127.0.0.1:{_hostPort}");
        await using var edge = ServiceProcess.Sparkplug("edge",
            $"--EdgeNode:Servers:0={Address(first)}", $"--EdgeNode:Servers:1={Address(second)}", "--EdgeNode:GroupId=Plant1", "--EdgeNode:EdgeNodeId=Line1",
            "--EdgeNode:PrimaryHostId=scada1", $"--EdgeNode:DataDirectory={_folder}/edge");
        using var api = new HostApi($"http://127.0.0.1:{_hostPort}");
        await WaitForServerAsync(Address(first));

        await first.KillAsync();
        await WaitForServerAsync(Address(second));

        Task<TimeSpan> WaitForServerAsync(string server) => Wait.UntilAsync($"the node is online on {server}", 60, async () =>
            await api.TryGetAsync("/api/nodes/Plant1/Line1") is { } node && (bool?)node["online"] == true
            && ((string?)node["server"])?.TrimEnd('/') == server.TrimEnd('/'), () => $"{host.Output}\n---\n{edge.Output}");
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Address(MosquittoServer server) => server.Address.ToString();
}
