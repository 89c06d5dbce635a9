using System.Net;
using Microsoft.Extensions.Logging;

namespace Sparkplug.Broker.Sessions;

/// <summary>Ids 1400-1499; 1406 and 1410 are retired.</summary>
internal static partial class Log
{
    [LoggerMessage(1400, LogLevel.Information, "{ClientId} connected from {Remote} as {UserName} with {Protocol} over {Transport}")]
    public static partial void ClientConnected(this ILogger logger, string clientId, string userName, EndPoint? remote, string protocol, string transport);

    [LoggerMessage(1401, LogLevel.Information, "{ClientId} disconnected: {How}")]
    public static partial void ClientDisconnected(this ILogger logger, string clientId, string how);

    [LoggerMessage(1402, LogLevel.Warning, "{ClientId} from {Remote} as {UserName} refused: {Reason}")]
    public static partial void ConnectionRefused(this ILogger logger, string clientId, string userName, EndPoint? remote, string reason);

    [LoggerMessage(1403, LogLevel.Warning, "{ClientId} ({UserName}) may not publish to {Topic}: {Rule}")]
    public static partial void PublishRefused(this ILogger logger, string clientId, string userName, string topic, string rule);

    [LoggerMessage(1404, LogLevel.Warning, "{ClientId} ({UserName}) may not subscribe to {Filter}: {Rule}")]
    public static partial void SubscriptionRefused(this ILogger logger, string clientId, string userName, string filter, string rule);

    [LoggerMessage(1405, LogLevel.Information, "{ClientId} is gone: published its Will on {Topic}")]
    public static partial void WillPublished(this ILogger logger, string clientId, string topic);

    [LoggerMessage(1407, LogLevel.Error, "{Topic} of {ClientId} is not retained: the memory for retained messages is used up (Broker:Limits:RetainedBytes)")]
    public static partial void RetainedQuotaExceeded(this ILogger logger, string clientId, string topic);

    [LoggerMessage(1408, LogLevel.Warning, "{ClientId} ({UserName}) is not sent {Topic}: {Rule}")]
    public static partial void DeliveryRefused(this ILogger logger, string clientId, string userName, string topic, string rule);

    [LoggerMessage(1409, LogLevel.Warning, "The Will of {ClientId} on {Topic} is not published: {Rule}")]
    public static partial void WillRefused(this ILogger logger, string clientId, string topic, string rule);

    [LoggerMessage(1411, LogLevel.Error, "{Topic} of {ClientId} is refused: the disk does not take what it promises")]
    public static partial void DiskRefuses(this ILogger logger, string clientId, string topic);

    [LoggerMessage(1412, LogLevel.Warning, "{ClientId} does not keep up: what is beyond {QueueBytes} bytes is dropped and counted")]
    public static partial void MessagesDropped(this ILogger logger, string clientId, int queueBytes);

    [LoggerMessage(1413, LogLevel.Information, "A connection from {Remote} ended before it was let in: {How}")]
    public static partial void ConnectionEndedEarly(this ILogger logger, EndPoint? remote, string how);

    [LoggerMessage(1414, LogLevel.Information, "The session of {ClientId} expired")]
    public static partial void SessionExpired(this ILogger logger, string clientId);

    [LoggerMessage(1415, LogLevel.Error, "A password could not be checked")]
    public static partial void AuthenticationFailed(this ILogger logger, Exception fault);

    [LoggerMessage(1417, LogLevel.Error, "{Count} retained messages stay on the disk and are not offered: Broker:Limits:RetainedBytes ({RetainedBytes}) is used up")]
    public static partial void RetainedLeft(this ILogger logger, int count, long retainedBytes);

    [LoggerMessage(1416, LogLevel.Information, "Restored {Sessions} sessions, {Retained} retained messages and {Wills} Wills")]
    public static partial void Restored(this ILogger logger, int sessions, int retained, int wills);
}
