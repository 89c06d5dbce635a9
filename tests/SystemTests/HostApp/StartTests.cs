using System.Net;
using System.Net.Sockets;
using SystemTests.Mqtt;
using SystemTests.Support;

namespace SystemTests.HostApp;

/// <summary>A host that cannot start, as a process.</summary>
[Collection(RealClock.Name)]
public sealed class StartTests
{
    [Fact]
    public async Task A_port_that_is_taken_ends_the_start_before_anyone_hears_of_the_host()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        await using var server = await MosquittoServer.StartAsync();
        var data = Directory.CreateTempSubdirectory("host").FullName;

        await using var host = ServiceProcess.Sparkplug("host",
            $"--Host:Servers:0={server.Address}", "--Host:HostId=scada1", "--Host:AllowAnonymous=true", $"--Host:DataDirectory={data}",
            "--urls", $"http://{other.LocalEndpoint}");

        Assert.Equal(1, await host.WaitForExitAsync(60));
        Assert.Contains("stop it or choose another port", host.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("crit", host.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("STATE", server.Log, StringComparison.Ordinal);
        Directory.Delete(data, recursive: true);
    }
}
