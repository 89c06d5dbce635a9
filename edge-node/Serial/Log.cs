using EdgeNode.Devices;
using Microsoft.Extensions.Logging;

namespace EdgeNode.Serial;

/// <summary>What the serial ports log; ids 3000 to 3099.</summary>
internal static partial class Log
{
    [LoggerMessage(3000, LogLevel.Information, "Port {Port}: found, it is {Device}")]
    public static partial void PortFound(this ILogger logger, string port, string device);

    [LoggerMessage(3001, LogLevel.Information, "Port {Port}: {State}, {Why}")]
    public static partial void PortEntered(this ILogger logger, string port, PortState state, string why);

    [LoggerMessage(3002, LogLevel.Warning, "Port {Port}: cannot be opened, {Why}")]
    public static partial void OpenFailed(this ILogger logger, string port, string why);

    [LoggerMessage(3003, LogLevel.Information, "Port {Port}: closed, {Why}")]
    public static partial void PortClosed(this ILogger logger, string port, string why);

    [LoggerMessage(3004, LogLevel.Error, "Port {Port}: the driver does not let go of it; a thread and a handle are lost")]
    public static partial void PortLeaked(this ILogger logger, string port);

    [LoggerMessage(3005, LogLevel.Error, "Port {Port}: its loop failed and is started again")]
    public static partial void PortLoopFailed(this ILogger logger, string port, Exception fault);

    [LoggerMessage(3006, LogLevel.Warning, "The ports cannot be looked for")]
    public static partial void ScanFailed(this ILogger logger, Exception fault);

    [LoggerMessage(3007, LogLevel.Warning, "Port {Port}: {Count} events came when nobody took them any more")]
    public static partial void EventsAbandoned(this ILogger logger, string port, int count);

    [LoggerMessage(3010, LogLevel.Information, "Port {Port}: board {Board} is ready, {Tags} tags, boot {Boot} by {Cause}")]
    public static partial void BoardReady(this ILogger logger, string port, BoardId board, int tags, int boot, BootCause cause);

    [LoggerMessage(3011, LogLevel.Warning, "Port {Port}: board {Board} is lost, {Reason}")]
    public static partial void BoardLost(this ILogger logger, string port, BoardId board, string reason);

    [LoggerMessage(3016, LogLevel.Information, "Port {Port}: board {Board} is left, the edge node ends")]
    public static partial void BoardLeft(this ILogger logger, string port, BoardId board);

    [LoggerMessage(3012, LogLevel.Information, "Port {Port}: its board has no identity and gets {Board}")]
    public static partial void AssigningId(this ILogger logger, string port, BoardId board);

    [LoggerMessage(3013, LogLevel.Warning, "Port {Port}: {Count} descriptions in a row were refused, the last because {Why}")]
    public static partial void DescriptionsRefused(this ILogger logger, string port, int count, string why);

    [LoggerMessage(3020, LogLevel.Warning, "Port {Port}: line dropped, {Fault}, {Detail}; more of these are only counted")]
    public static partial void FirstFault(this ILogger logger, string port, FrameFaultKind fault, string detail);

    [LoggerMessage(3021, LogLevel.Trace, "Port {Port}: line dropped, {Fault}, {Detail}")]
    public static partial void FrameDropped(this ILogger logger, string port, FrameFaultKind fault, string detail);

    [LoggerMessage(3022, LogLevel.Warning, "Port {Port}: says more than a board may and is read more slowly")]
    public static partial void Flooded(this ILogger logger, string port);
}
