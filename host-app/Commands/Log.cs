namespace HostApp.Commands;

/// <summary>The log lines about commands; ids from 4100. Values are not logged: they may be recipes or secrets.</summary>
internal static partial class Log
{
    [LoggerMessage(4101, LogLevel.Information, "Command {CommandId} for {Target} issued")]
    public static partial void CommandIssued(this ILogger logger, Guid commandId, CommandTarget target);

    [LoggerMessage(4102, LogLevel.Information, "Command {CommandId} for {Target}: {State} {Reason}")]
    public static partial void CommandEnded(this ILogger logger, Guid commandId, CommandTarget target, CommandState state, string? reason);
}
