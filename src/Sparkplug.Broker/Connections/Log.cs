using System.Net;
using Microsoft.Extensions.Logging;

namespace Sparkplug.Broker.Connections;

/// <summary>Ids 1500-1599.</summary>
internal static partial class Log
{
    [LoggerMessage(1500, LogLevel.Error, "A connection is closed: the broker failed in handling it")]
    public static partial void ConnectionFaulted(this ILogger logger, Exception fault);

    [LoggerMessage(1501, LogLevel.Error, "The broker failed in its own work and goes on")]
    public static partial void LoopWorkFaulted(this ILogger logger, Exception fault);

    [LoggerMessage(1502, LogLevel.Warning, "{Remote} refused at the door: {Reason}")]
    public static partial void RefusedAtTheDoor(this ILogger logger, IPEndPoint remote, string reason);

    [LoggerMessage(1503, LogLevel.Error, "No new connections on {EndPoint} for {Pause}: {Reason}")]
    public static partial void AcceptPaused(this ILogger logger, IPEndPoint endPoint, TimeSpan pause, string reason);

    [LoggerMessage(1504, LogLevel.Warning, "{Remote}: no TLS: {Reason}")]
    public static partial void HandshakeFailed(this ILogger logger, IPEndPoint remote, string reason);
}
