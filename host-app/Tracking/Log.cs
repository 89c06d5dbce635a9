using Sparkplug.Host;

namespace HostApp.Tracking;

/// <summary>The log lines about the fleet; ids from 4000.</summary>
internal static partial class Log
{
    [LoggerMessage(4001, LogLevel.Information, "Edge node {EdgeNode} online, bdSeq {BdSeq}")]
    public static partial void NodeOnline(this ILogger logger, string edgeNode, byte? bdSeq);

    [LoggerMessage(4002, LogLevel.Information, "Edge node {EdgeNode} offline: {Reason}")]
    public static partial void NodeOffline(this ILogger logger, string edgeNode, OfflineReason reason);

    [LoggerMessage(4003, LogLevel.Information, "Device {EdgeNode}/{DeviceId} online, {Metrics} metrics")]
    public static partial void DeviceOnline(this ILogger logger, string edgeNode, string deviceId, int metrics);

    [LoggerMessage(4004, LogLevel.Information, "Device {EdgeNode}/{DeviceId} offline: {Reason}")]
    public static partial void DeviceOffline(this ILogger logger, string edgeNode, string deviceId, OfflineReason reason);

    [LoggerMessage(4005, LogLevel.Information, "Edge node {EdgeNode}: births requested, {Reason}")]
    public static partial void RebirthRequested(this ILogger logger, string edgeNode, RebirthReason reason);

    [LoggerMessage(4006, LogLevel.Warning, "Edge node {EdgeNode}: {Detail} ({Fault}, {Count} so far)")]
    public static partial void NodeFaulty(this ILogger logger, string edgeNode, string detail, NodeFault fault, long count);

    [LoggerMessage(4007, LogLevel.Debug, "Edge node {EdgeNode}: {Count} rows of Command/Result make no sense")]
    public static partial void MalformedResults(this ILogger logger, string edgeNode, int count);

    [LoggerMessage(4008, LogLevel.Warning, "{Count} more lines about edge nodes were left out; /metrics and the API have the figures")]
    public static partial void LinesLeftOut(this ILogger logger, long count);
}
