using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sparkplug.Broker;
using Sparkplug.Broker.Connections;

namespace SystemTests.Broker.Connections;

/// <summary>The loop and its listeners on free ports, with owners that echo, or do what a test tells them.</summary>
internal sealed class LoopBench : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly WebSocketServer _webSockets;
    private readonly Listeners _listeners;

    private LoopBench(BenchSettings settings)
    {
        _services = new ServiceCollection().AddMetrics().AddSingleton<BrokerMetrics>().BuildServiceProvider();
        var metrics = _services.GetRequiredService<BrokerMetrics>();
        var quota = new ConnectionQuota(settings.MostConnections, settings.MostPerAddress);
        var config = new BrokerConfig
        {
            Tcp = AnyPort,
            Tls = settings.Tls is null ? null : AnyPort,
            WebSocket = settings.HasWebSocket ? AnyPort : null,
            AllowAnonymous = settings.AllowAnonymous,
            DataDirectory = "unused",
            UsersFile = "unused",
        };
        Quota = quota;
        Loop = new BrokerLoop(TimeProvider.System, NullLogger<BrokerLoop>.Instance);
        Acceptor = new BenchAcceptor(Loop);
        _webSockets = new WebSocketServer(config, Loop, Acceptor, quota, metrics, NullLoggerFactory.Instance);
        _listeners = new Listeners(config, Endpoints, Loop, Acceptor, quota, settings.Tls ?? NoTls, _webSockets, metrics, NullLogger<Listeners>.Instance);
    }

    public BrokerLoop Loop { get; }

    public BenchAcceptor Acceptor { get; }

    public ConnectionQuota Quota { get; }

    public BrokerEndpoints Endpoints { get; } = new();

    /// <summary>The owners of all connections that were offered.</summary>
    public ConcurrentQueue<BenchOwner> Owners => Acceptor.Owners;

    private static IPEndPoint AnyPort => new(IPAddress.Loopback, 0);

    private static TlsTerms NoTls => new(() => throw new InvalidOperationException("This bench has no TLS."), _ => null);

    public static async Task<LoopBench> StartAsync(BenchSettings? settings = null)
    {
        var bench = new LoopBench(settings ?? new BenchSettings());
        bench.Loop.Start(bench.Acceptor);
        await bench._listeners.StartAsync(CancellationToken.None);
        return bench;
    }

    /// <summary>A client of the plain listener.</summary>
    public async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(Endpoints.Tcp!);
        return socket;
    }

    /// <summary>A client, and the owner of its connection.</summary>
    public async Task<(Socket Client, BenchOwner Owner)> ConnectKnownAsync()
    {
        var client = await ConnectAsync();
        var local = (IPEndPoint)client.LocalEndPoint!;
        return (client, await OwnerAsync(owner => owner.Remote.Equals(local)));
    }

    public async Task<BenchOwner> OwnerAsync(Func<BenchOwner, bool> isWanted)
    {
        await Support.Wait.UntilAsync("the connection is offered", 30, () => Owners.Any(isWanted));
        return Owners.First(isWanted);
    }

    /// <summary>Runs something on the loop and waits for its result.</summary>
    public Task<T> OnLoopAsync<T>(Func<T> ask)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Loop.Post(() => answer.SetResult(ask()));
        return answer.Task;
    }

    public Task OnLoopAsync(Action act) => OnLoopAsync(() =>
    {
        act();
        return true;
    });

    public Task StopListeningAsync() => _listeners.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await StopListeningAsync();
        await Task.Run(Loop.Dispose);
        await _webSockets.DisposeAsync();
        await _services.DisposeAsync();
    }
}

/// <summary>What a bench is to have.</summary>
internal sealed record BenchSettings
{
    public int MostConnections { get; init; } = 1000;

    public int MostPerAddress { get; init; } = 1000;

    public TlsTerms? Tls { get; init; }

    public bool HasWebSocket { get; init; }

    public bool AllowAnonymous { get; init; }
}
