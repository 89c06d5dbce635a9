using Microsoft.Extensions.Logging;
using Sparkplug.Edge;
using Sparkplug.Host;
using Sparkplug.Metrics;
using Sparkplug.Topics;

namespace Sparkplug.Mqtt;

internal static partial class Log
{
    [LoggerMessage(5000, LogLevel.Warning, "{ClientId}: cannot connect to {Server}: {Reason}")]
    public static partial void ConnectFailed(this ILogger logger, string clientId, string server, string reason);

    [LoggerMessage(5001, LogLevel.Information, "{ClientId}: connection to {Server} ended: {Reason}")]
    public static partial void Disconnected(this ILogger logger, string clientId, string server, string reason);

    [LoggerMessage(5003, LogLevel.Information, "{ClientId}: connected to {Server}")]
    public static partial void Connected(this ILogger logger, string clientId, string server);

    [LoggerMessage(5004, LogLevel.Error, "{ClientId}: connection to {Server} broke on a fault of our own")]
    public static partial void Broken(this ILogger logger, Exception exception, string clientId, string server);

    [LoggerMessage(5010, LogLevel.Warning, "{Path} does not hold a bdSeq ({Fault}); starting over at 0")]
    public static partial void BdSeqFileDamaged(this ILogger logger, string path, string fault);

    [LoggerMessage(5002, LogLevel.Warning, "{ClientId}: the password travels to {Server} without encryption; use mqtts://")]
    public static partial void PasswordInClear(this ILogger logger, string clientId, string server);

    [LoggerMessage(5005, LogLevel.Warning, "{ClientId}: {Reason}")]
    public static partial void SubscribeRefused(this ILogger logger, string clientId, string reason);

    [LoggerMessage(5006, LogLevel.Warning, "{ClientId}: not everything was sent within {Timeout}; the server will publish the Will")]
    public static partial void StopTimedOut(this ILogger logger, string clientId, TimeSpan timeout);

    [LoggerMessage(5011, LogLevel.Error, "{EdgeNode}: bdSeq {BdSeq} could not be kept; it may come again after a restart")]
    public static partial void BdSeqNotKept(this ILogger logger, Exception exception, EdgeNodeDescriptor edgeNode, BdSeq bdSeq);

    [LoggerMessage(5020, LogLevel.Information, "{EdgeNode}: {Phase}, {Why}")]
    public static partial void EdgePhaseChanged(this ILogger logger, EdgeNodeDescriptor edgeNode, EdgePhase phase, string why);

    [LoggerMessage(5021, LogLevel.Warning, "{EdgeNode}: ignored, {Fault}: {Detail} ({Count} so far)")]
    public static partial void EdgeIgnored(this ILogger logger, EdgeNodeDescriptor edgeNode, EdgeFault fault, string detail, long count);

    [LoggerMessage(5022, LogLevel.Warning, "{EdgeNode}: commands are not read; {Count} dropped so far")]
    public static partial void CommandsDropped(this ILogger logger, EdgeNodeDescriptor edgeNode, long count);

    [LoggerMessage(5030, LogLevel.Information, "Host {HostId} on {Server}: {Phase}")]
    public static partial void HostPhaseChanged(this ILogger logger, string hostId, string server, HostPhase phase);
}
