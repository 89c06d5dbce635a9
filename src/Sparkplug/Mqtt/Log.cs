using Microsoft.Extensions.Logging;

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
}
