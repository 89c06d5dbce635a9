namespace HostApp.Access;

/// <summary>The log lines about who is let in; ids from 4200.</summary>
internal static partial class Log
{
    [LoggerMessage(4201, LogLevel.Information, "The page and the API ask for the token in {TokenPath}")]
    public static partial void TokenNeeded(this ILogger logger, string tokenPath);

    [LoggerMessage(4202, LogLevel.Information, "The page and the API are open to everybody on this machine, and to nobody else")]
    public static partial void OpenToThisMachine(this ILogger logger);

    [LoggerMessage(4203, LogLevel.Warning, "{Url} is open to others without encryption: put a TLS proxy before it, or an SSH tunnel")]
    public static partial void Unencrypted(this ILogger logger, string url);
}
