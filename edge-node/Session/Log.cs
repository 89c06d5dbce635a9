using EdgeNode.Devices;
using Microsoft.Extensions.Logging;

namespace EdgeNode.Session;

/// <summary>Ids 3200-3299.</summary>
internal static partial class Log
{
    [LoggerMessage(3200, LogLevel.Information, "Board {Board}: command for {Tag}: {Outcome}")]
    public static partial void CommandDone(this ILogger logger, BoardId board, string tag, CommandOutcome outcome);
}
