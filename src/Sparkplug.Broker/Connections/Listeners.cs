using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sparkplug.Configuration;

namespace Sparkplug.Broker.Connections;

/// <summary>Opens the listeners last of all, when the engine is ready, and closes them first.</summary>
internal sealed class Listeners(
    BrokerConfig config, BrokerEndpoints endpoints, BrokerLoop loop, IAcceptor acceptor, ConnectionQuota quota, TlsTerms terms,
    WebSocketServer webSockets, BrokerMetrics metrics, ILogger<Listeners> logger)
    : IHostedService
{
    private readonly List<SocketListener> _open = [];

    /// <exception cref="ConfigurationFaultException">Addresses cannot be opened: it names all of them, and none of them serves.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        List<ConfigurationFault> faults = [];
        var tcp = TryOpen("Broker:Listeners:Tcp", config.Tcp, faults);
        var tls = TryOpen("Broker:Listeners:Tls", config.Tls, faults);
        if (config.WebSocket is { } webSocket)
            endpoints.WebSocket = await TryStartAsync(webSocket, faults);
        if (faults.Count > 0)
        {
            tcp?.Dispose();
            tls?.Dispose();
            throw new ConfigurationFaultException(faults);
        }

        if (tcp is not null)
            endpoints.Tcp = Listen(tcp, ServeTcp);
        if (tls is not null)
            endpoints.Tls = Listen(tls, new TlsAcceptor(loop, acceptor, quota, terms, metrics, logger).Serve);
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        webSockets.StopListening();
        if (_open.Count == 0)
            return Task.CompletedTask;
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        loop.Post(() =>
        {
            foreach (var listener in _open)
                listener.Dispose();
            closed.SetResult();
        });
        return closed.Task;
    }

    private static Socket? TryOpen(string key, IPEndPoint? endPoint, List<ConfigurationFault> faults)
    {
        try
        {
            return endPoint is null ? null : SocketListener.Open(endPoint);
        }
        catch (SocketException fault)
        {
            faults.Add(new ConfigurationFault(key, $"cannot listen on {endPoint}: {fault.Message}"));
            return null;
        }
    }

    private async Task<IPEndPoint?> TryStartAsync(IPEndPoint endPoint, List<ConfigurationFault> faults)
    {
        try
        {
            return await webSockets.StartAsync(endPoint);
        }
        catch (Exception fault) when (fault is IOException or SocketException)
        {
            faults.Add(new ConfigurationFault("Broker:Listeners:WebSocket", $"cannot listen on {endPoint}: {fault.Message}"));
            return null;
        }
    }

    private IPEndPoint Listen(Socket socket, Action<int, IPEndPoint> serve)
    {
        var listener = new SocketListener(socket, loop, quota, metrics, logger, serve);
        _open.Add(listener);
        loop.Post(listener.Start);
        return listener.EndPoint;
    }

    private void ServeTcp(int descriptor, IPEndPoint remote)
    {
        var connection = new TcpConnection(loop, descriptor, quota) { Remote = remote, Listener = ListenerKind.Tcp };
        connection.Open();
        connection.OfferTo(acceptor);
    }
}
