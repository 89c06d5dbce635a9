using Microsoft.Extensions.Logging;

namespace Sparkplug.Broker.Storage;

/// <summary>Ids 1300-1399.</summary>
internal static partial class Log
{
    [LoggerMessage(1300, LogLevel.Information, "{Count} retained messages in {File}")]
    public static partial void RetainedLoaded(this ILogger logger, int count, string file);

    [LoggerMessage(1301, LogLevel.Error, "{File} is damaged ({Damage}): it is now {Aside}, and the broker starts without retained messages")]
    public static partial void RetainedQuarantined(this ILogger logger, string file, string damage, string aside);

    [LoggerMessage(1302, LogLevel.Error, "{Count} retained messages are not on disk yet; the next one tries again")]
    public static partial void RetainedWriteFailed(this ILogger logger, int count, Exception fault);
}
