using SystemTests.Support;

namespace SystemTests.Broker.Durability;

/// <summary>The broker as a process of its own on one data folder and one port, so that it can be killed and started again.</summary>
internal sealed class BrokerProcess(string folder) : IAsyncDisposable
{
    private ServiceProcess? _process;

    /// <summary>Its plain listener, the same after each start.</summary>
    public int Port { get; } = FreePort.Take();

    /// <summary>What stands in front of the command: another program that becomes the broker.</summary>
    public IReadOnlyList<string> Prefix { get; init; } = [];

    /// <summary>More of the command line.</summary>
    public IReadOnlyList<string> More { get; init; } = ["--Broker:Admin:Listen="];

    public ServiceProcess Process => _process ?? throw new InvalidOperationException("The broker was not started.");

    /// <summary>Starts it and waits until it listens.</summary>
    public async Task StartAsync()
    {
        await DisposeAsync();
        string[] command =
        [
            .. Prefix, "dotnet", Path.Combine(AppContext.BaseDirectory, "Sparkplug.Cli.dll"), "broker", $"--Broker:Listeners:Tcp=127.0.0.1:{Port}",
            "--Broker:Listeners:Tls=", "--Broker:AllowAnonymous=true", $"--Broker:DataDirectory={folder}", .. More,
        ];
        _process = ServiceProcess.Start("sparkplug broker", command[0], command[1..]);
        await _process.WaitForLineAsync("MQTT without TLS on", seconds: 60);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _process = null;
    }
}
