using System.Net;
using Microsoft.Extensions.Logging;

namespace Sparkplug.Broker.Administration;

/// <summary>Ids 1600-1699.</summary>
internal static partial class Log
{
    [LoggerMessage(1600, LogLevel.Information, "Administration on http://{EndPoint}, for this machine; its token is in {TokenFile}")]
    public static partial void AdminListening(this ILogger logger, IPEndPoint endPoint, string tokenFile);

    [LoggerMessage(1601, LogLevel.Warning, "There is no administration on {EndPoint}: {Reason} Broker:Admin:Listen chooses another address, an empty one turns it off")]
    public static partial void AdminNotOpened(this ILogger logger, IPEndPoint endPoint, string reason);

    [LoggerMessage(1602, LogLevel.Information, "An operator disconnected {ClientId}")]
    public static partial void Disconnected(this ILogger logger, string clientId);

    [LoggerMessage(1603, LogLevel.Information, "An operator ended the session of {ClientId}")]
    public static partial void SessionEnded(this ILogger logger, string clientId);

    [LoggerMessage(1604, LogLevel.Information, "An operator removed what was retained on {Topic}")]
    public static partial void RetainedRemoved(this ILogger logger, string topic);

    [LoggerMessage(1605, LogLevel.Information, "An operator removed {Count} birth certificates of {EdgeNode}")]
    public static partial void CertificatesRemoved(this ILogger logger, int count, string edgeNode);

    [LoggerMessage(1606, LogLevel.Information, "Backup written to {File}")]
    public static partial void BackupWritten(this ILogger logger, string file);
}
