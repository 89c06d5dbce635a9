using System.Net;
using Microsoft.Extensions.Logging;
using MQTTnet.Protocol;

namespace Sparkplug.Broker.Engine;

/// <summary>Ids 1400-1499.</summary>
internal static partial class Log
{
    [LoggerMessage(1400, LogLevel.Information, "{ClientId} connected from {Remote} as {UserName} with {Protocol}")]
    public static partial void ClientConnected(this ILogger logger, string clientId, string userName, EndPoint? remote, string protocol);

    [LoggerMessage(1401, LogLevel.Information, "{ClientId} disconnected: {How}")]
    public static partial void ClientDisconnected(this ILogger logger, string clientId, string how);

    [LoggerMessage(1402, LogLevel.Warning, "{ClientId} from {Remote} as {UserName} refused: {Reason}")]
    public static partial void ConnectionRefused(this ILogger logger, string clientId, string userName, EndPoint? remote, string reason);

    [LoggerMessage(1403, LogLevel.Warning, "{ClientId} may not publish to {Topic}: {Reason}")]
    public static partial void PublishRefused(this ILogger logger, string clientId, string? topic, MqttPubAckReasonCode reason);

    [LoggerMessage(1404, LogLevel.Warning, "{ClientId} may not subscribe to {Filter}: it is no topic filter")]
    public static partial void SubscriptionRefused(this ILogger logger, string clientId, string? filter);

    [LoggerMessage(1405, LogLevel.Information, "{ClientId} is gone: published its Will on {Topic}")]
    public static partial void WillPublished(this ILogger logger, string clientId, string topic);

    [LoggerMessage(1406, LogLevel.Warning, "Some clients have not closed their connections within {Timeout}")]
    public static partial void StopTimedOut(this ILogger logger, TimeSpan timeout);

    [LoggerMessage(1407, LogLevel.Error, "{Topic} is not stored: the memory for retained messages is used up")]
    public static partial void CertificateQuotaExceeded(this ILogger logger, string topic);

    [LoggerMessage(1410, LogLevel.Debug, "{Source}: {Text}")]
    public static partial void EngineSaid(this ILogger logger, string source, string text, Exception? exception);
}
