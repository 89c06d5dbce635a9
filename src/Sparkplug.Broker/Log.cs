using System.Net;
using Microsoft.Extensions.Logging;

namespace Sparkplug.Broker;

/// <summary>Ids 1000-1099.</summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Information, "MQTT over TLS on {EndPoint}; clients must trust {CaFile}")]
    public static partial void ListeningTls(this ILogger logger, IPEndPoint endPoint, string caFile);

    [LoggerMessage(1001, LogLevel.Information, "MQTT without TLS on {EndPoint}")]
    public static partial void ListeningTcp(this ILogger logger, IPEndPoint endPoint);

    [LoggerMessage(1006, LogLevel.Information, "MQTT over WebSocket without TLS on {EndPoint}")]
    public static partial void ListeningWebSocket(this ILogger logger, IPEndPoint endPoint);

    [LoggerMessage(1002, LogLevel.Warning, "Passwords cross the network readable on {EndPoint}; give clients beyond this machine the TLS listener")]
    public static partial void PlainBeyondLoopback(this ILogger logger, IPEndPoint endPoint);

    [LoggerMessage(1003, LogLevel.Warning, "Clients on this machine need no user")]
    public static partial void AnonymousAllowed(this ILogger logger);

    [LoggerMessage(EventId = 1005, Message = "{Count} more lines {Kind} within {Window} are left out")]
    public static partial void LinesLeftOut(this ILogger logger, LogLevel level, long count, string kind, TimeSpan window);

    [LoggerMessage(1004, LogLevel.Information, "Users in {UsersFile}")]
    public static partial void UsersFile(this ILogger logger, string usersFile);
}
