using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sparkplug.Broker;
using Sparkplug.Broker.Connections;
using Sparkplug.Broker.Security;

namespace SystemTests.Broker;

/// <summary>A broker of ours on free ports of the loopback address, in this process, with a data folder that goes with it.</summary>
public sealed class BrokerFixture : IAsyncDisposable
{
    /// <summary>A user that every broker started here knows.</summary>
    public const string UserName = "tester";

    /// <summary>The password of <see cref="UserName"/>.</summary>
    public const string Password = "correct horse";

    private readonly bool _ownsFolder;
    private IHost? _host;

    private BrokerFixture(string folder, bool ownsFolder) => (DataDirectory, _ownsFolder) = (folder, ownsFolder);

    /// <summary>Where it keeps its files.</summary>
    public string DataDirectory { get; }

    /// <summary>Its endpoints.</summary>
    public BrokerEndpoints Endpoints => _host!.Services.GetRequiredService<BrokerEndpoints>();

    /// <summary>A part of it.</summary>
    internal T Service<T>()
        where T : notnull => _host!.Services.GetRequiredService<T>();

    /// <summary>Plain MQTT.</summary>
    public IPEndPoint Tcp => Endpoints.Tcp!;

    /// <summary>MQTT over TLS.</summary>
    public IPEndPoint Tls => Endpoints.Tls!;

    /// <summary>What TLS clients must trust.</summary>
    public string CaFile => Endpoints.CaFile!;

    /// <summary>Starts a broker in a new folder with the user <see cref="UserName"/>; more arguments as on the command line.</summary>
    public static async Task<BrokerFixture> StartAsync(params string[] more)
    {
        var folder = Directory.CreateTempSubdirectory("broker-test-").FullName;
        BrokerUsers.Open(Path.Combine(folder, "users")).Add(UserName, Password);
        var broker = new BrokerFixture(folder, ownsFolder: true);
        await broker.StartAgainAsync(more);
        return broker;
    }

    /// <summary>Starts a broker on a folder that exists.</summary>
    public static async Task<BrokerFixture> StartOnAsync(string folder, params string[] more)
    {
        var broker = new BrokerFixture(folder, ownsFolder: false);
        await broker.StartAgainAsync(more);
        return broker;
    }

    /// <summary>Starts after <see cref="StopAsync"/>, on other ports.</summary>
    public async Task StartAgainAsync(params string[] more)
    {
        _host = BrokerApp.Build(
        [
            "--Broker:Listeners:Tcp=127.0.0.1:0", "--Broker:Listeners:Tls=127.0.0.1:0", $"--Broker:DataDirectory={DataDirectory}",
            "--Broker:Admin:Listen=", "--Logging:LogLevel:Default=Warning", .. more,
        ]);
        await _host.StartAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Stops it cleanly and keeps the folder.</summary>
    public async Task StopAsync()
    {
        if (_host is null)
            return;
        await _host.StopAsync(TestContext.Current.CancellationToken);
        await ((IAsyncDisposable)_host).DisposeAsync();
        _host = null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_ownsFolder)
            Directory.Delete(DataDirectory, recursive: true);
    }
}
