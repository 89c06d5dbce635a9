using Microsoft.Extensions.Logging;

namespace Sparkplug.Broker.Security;

/// <summary>Ids 1100-1199.</summary>
internal static partial class Log
{
    [LoggerMessage(1100, LogLevel.Information, "Users file {Path} has changed: {Count} users")]
    public static partial void UsersReloaded(this ILogger logger, string path, int count);

    [LoggerMessage(1101, LogLevel.Error, "Users file {Path}: {Fault}")]
    public static partial void UserLineUnreadable(this ILogger logger, string path, string fault);

    [LoggerMessage(1110, LogLevel.Information, "Made a certificate authority; clients must trust {CaFile}")]
    public static partial void CaMade(this ILogger logger, string caFile);

    [LoggerMessage(1111, LogLevel.Warning, "The certificate authority {CaFile} ends {NotAfter:u}: a new one takes its place, which every client must trust")]
    public static partial void CaExpired(this ILogger logger, string caFile, DateTime notAfter);

    [LoggerMessage(1112, LogLevel.Information, "Issuing {CertificateFile} again: {Reason}")]
    public static partial void CertificateReissued(this ILogger logger, string certificateFile, string reason);

    [LoggerMessage(1113, LogLevel.Information, "TLS shows the certificate {Subject}, valid until {NotAfter:u}")]
    public static partial void CertificateShown(this ILogger logger, string subject, DateTime notAfter);

    [LoggerMessage(1114, LogLevel.Error, "The certificate in use stays: its renewal failed")]
    public static partial void RenewalFailed(this ILogger logger, Exception fault);

    [LoggerMessage(1120, LogLevel.Information, "Access file {Path}: {Count} lines say who may do what")]
    public static partial void AccessRead(this ILogger logger, string path, int count);

    [LoggerMessage(1121, LogLevel.Information, "There is no access file {Path}: each user may publish and read everything")]
    public static partial void AccessWithoutFile(this ILogger logger, string path);

    [LoggerMessage(1122, LogLevel.Error, "Access file {Path}: {Fault}. The rules before it stay in force")]
    public static partial void AccessFault(this ILogger logger, string path, string fault);
}
