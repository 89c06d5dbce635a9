using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sparkplug.Broker.Connections;

/// <summary>
/// MQTT over WebSocket at <c>/mqtt</c> and <c>/</c>, on a Kestrel of its own. The client has to ask for the sub-protocol <c>mqtt</c>
/// (MQTT-6.0.0-3) and is given it (MQTT-6.0.0-4).
/// </summary>
/// <remarks>
/// A page of any site can have a browser connect to this machine. Passwords are not sent by themselves as cookies are, so a page gets in
/// only with one that it knows; but where clients on this machine need no user, a page of another host is refused.
/// </remarks>
internal sealed class WebSocketServer(
    BrokerConfig config, BrokerLoop loop, IAcceptor acceptor, ConnectionQuota quota, BrokerMetrics metrics, ILoggerFactory loggers) : IAsyncDisposable
{
    private const string SubProtocol = "mqtt";

    private static readonly TimeSpan RequestPatience = TimeSpan.FromSeconds(10);

    /// <summary>The broker has closed every connection by then.</summary>
    private static readonly TimeSpan StopPatience = 2 * SocketConnection.ClosePatience;

    private readonly ILogger _logger = loggers.CreateLogger<WebSocketServer>();
    private WebApplication? _app;
    private Task _stopping = Task.CompletedTask;

    /// <summary>Opens the listener and returns where it is.</summary>
    /// <exception cref="IOException">The address cannot be opened.</exception>
    public async Task<IPEndPoint> StartAsync(IPEndPoint endPoint)
    {
        ListenOptions? listener = null;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Sparkplug.Broker" });
        builder.Services.AddSingleton(loggers);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.RequestHeadersTimeout = kestrel.Limits.KeepAliveTimeout = RequestPatience;
            kestrel.Listen(endPoint, options => (listener = options).Protocols = HttpProtocols.Http1);
        });
        _app = builder.Build();
        _app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.Zero }); // MQTT has its own
        _app.Run(ServeAsync);
        await _app.StartAsync();
        return listener!.IPEndPoint!;
    }

    /// <summary>Takes no more connections. Those that are open end when the broker closes them.</summary>
    public void StopListening()
    {
        if (_app is not null)
            _stopping = ((IHost)_app).StopAsync(StopPatience);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping;
        if (_app is not null)
            await _app.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress!;
        var remote = new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, context.Connection.RemotePort);
        if (Refusal(context, remote) is (var status, { } reason))
        {
            await RefuseAsync(context, remote, status, reason);
            return;
        }

        if (quota.TryEnter(remote.Address) is { } limit)
        {
            metrics.ConnectionRefused(limit);
            await RefuseAsync(context, remote, StatusCodes.Status503ServiceUnavailable, limit);
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync(SubProtocol);
        await new WebSocketConnection(loop, socket, quota) { Remote = remote, Listener = ListenerKind.WebSocket }.RunAsync(acceptor);
    }

    private (int Status, string? Reason) Refusal(HttpContext context, IPEndPoint remote)
    {
        if (context.Request.Path.Value is not ("/" or "/mqtt"))
            return (StatusCodes.Status404NotFound, "MQTT is at /mqtt");
        if (!context.WebSockets.IsWebSocketRequest)
            return (StatusCodes.Status400BadRequest, "this is no WebSocket request");
        if (!context.WebSockets.WebSocketRequestedProtocols.Contains(SubProtocol, StringComparer.Ordinal))
            return (StatusCodes.Status400BadRequest, "the sub-protocol mqtt is not asked for");
        if (config.AllowAnonymous && IPAddress.IsLoopback(remote.Address) && context.Request.Headers.Origin is [{ } origin, ..] && !IsOfThisMachine(origin))
            return (StatusCodes.Status403Forbidden, "a page of another host, while clients on this machine need no user");
        return default;
    }

    private static bool IsOfThisMachine(string origin) => Uri.TryCreate(origin, UriKind.Absolute, out var page) && page.IsLoopback;

    private Task RefuseAsync(HttpContext context, IPEndPoint remote, int status, string reason)
    {
        _logger.RefusedAtTheDoor(remote, reason);
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(reason);
    }
}
