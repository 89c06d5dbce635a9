using Microsoft.Extensions.Logging;

namespace Sparkplug.Broker.Storage;

/// <summary>Ids 1300-1399; 1300 to 1302 are retired.</summary>
internal static partial class Log
{
    [LoggerMessage(1310, LogLevel.Error, "{File} is damaged ({Damage}): it is now {Aside}, and the broker starts without what is in it")]
    public static partial void StoreQuarantined(this ILogger logger, string file, string damage, string aside);

    [LoggerMessage(1311, LogLevel.Information, "{Count} retained messages of {File} were taken over; the file is now {Aside}")]
    public static partial void StoreImported(this ILogger logger, int count, string file, string aside);

    [LoggerMessage(1312, LogLevel.Error, "The disk refuses {Count} changes ({Cause}): the broker makes no durable promise until they are written, and tries each second")]
    public static partial void StoreFailed(this ILogger logger, long count, string cause, Exception fault);

    [LoggerMessage(1313, LogLevel.Information, "The disk has taken what it refused: the broker makes durable promises again")]
    public static partial void StoreRecovered(this ILogger logger);

    [LoggerMessage(1314, LogLevel.Error, "{Count} retained messages of QoS 0 will not be there after a restart: more than {Limit} bytes wait for the disk")]
    public static partial void StoreDropped(this ILogger logger, int count, long limit);

    [LoggerMessage(1315, LogLevel.Error, "{Count} changes are lost with this stop: the disk refused them to the end ({Cause})")]
    public static partial void StoreChangesLost(this ILogger logger, long count, string? cause);

    [LoggerMessage(1316, LogLevel.Error, "The store's log cannot be moved into its file; what is in the log is safe, and it grows")]
    public static partial void StoreCheckpointFailed(this ILogger logger, Exception fault);

    [LoggerMessage(1317, LogLevel.Error, "{Count} changes were for sessions that are not stored, and were not kept")]
    public static partial void StoreStrays(this ILogger logger, long count);
}
