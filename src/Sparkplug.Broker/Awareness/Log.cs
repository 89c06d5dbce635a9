using Microsoft.Extensions.Logging;
using Sparkplug.Topics;

namespace Sparkplug.Broker.Awareness;

/// <summary>Ids 1200-1299.</summary>
internal static partial class Log
{
    [LoggerMessage(1200, LogLevel.Warning, "{Topic}: the payload is no protobuf message, its time stays as it is")]
    public static partial void DeathUnreadable(this ILogger logger, string topic);

    [LoggerMessage(1201, LogLevel.Warning, "{Topic}: a birth without a payload is no certificate, the one before it stays")]
    public static partial void BirthEmpty(this ILogger logger, string topic);

    [LoggerMessage(1202, LogLevel.Warning, "A birth is not stored: {Fault}")]
    public static partial void BirthNotStored(this ILogger logger, TopicFault fault);
}
