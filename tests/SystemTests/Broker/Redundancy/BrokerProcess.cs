using System.Net.Http.Headers;
using SystemTests.Support;

namespace SystemTests.Broker.Redundancy;

/// <summary>A broker as a user starts it, that can be ended and started again on the same ports and folder.</summary>
internal sealed class BrokerProcess : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("broker-process-").FullName;
    private readonly int _port = FreePort.Take(), _adminPort = FreePort.Take();
    private ServiceProcess? _process;

    public Uri Address => new($"mqtt://127.0.0.1:{_port}");

    public string Output => _process?.Output ?? "";

    public static async Task<BrokerProcess> StartAsync(params string[] more)
    {
        var broker = new BrokerProcess();
        await broker.StartAgainAsync(more);
        return broker;
    }

    /// <summary>Starts it, after its end.</summary>
    public async Task StartAgainAsync(params string[] more)
    {
        if (_process is not null) await _process.DisposeAsync();
        _process = ServiceProcess.Sparkplug("broker", [
            $"--Broker:Listeners:Tcp=127.0.0.1:{_port}", "--Broker:Listeners:Tls=", $"--Broker:Admin:Listen=127.0.0.1:{_adminPort}",
            "--Broker:AllowAnonymous=true", $"--Broker:DataDirectory={_folder}", .. more,
        ]);
        await _process.WaitForLineAsync("MQTT without TLS on", 90);
    }

    public Task KillAsync() => _process!.KillAsync();

    public Task<int> TerminateAsync() => _process!.TerminateAsync();

    /// <summary>Asks the administration to send a client to another server.</summary>
    public async Task SendElsewhereAsync(string clientId)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(
            HttpMethod.Delete, new Uri($"http://127.0.0.1:{_adminPort}/api/sessions/{Uri.EscapeDataString(clientId)}/connection?elsewhere=true"));
        var token = await File.ReadAllTextAsync(Path.Combine(_folder, "admin.token"), TestContext.Current.CancellationToken);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Trim());
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.NoContent, answer.StatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
