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

    [LoggerMessage(1130, LogLevel.Information, "Client certificates of {CaFile} are trusted: {Count} authorities")]
    public static partial void ClientCaRead(this ILogger logger, string caFile, int count);

    [LoggerMessage(1131, LogLevel.Information, "Revocation lists of {CrlFile} read; the next one is due {NextUpdate:u}")]
    public static partial void CrlRead(this ILogger logger, string crlFile, DateTimeOffset nextUpdate);

    [LoggerMessage(1132, LogLevel.Error, "A revocation list in {CrlFile} is out of date since {NextUpdate:u}: no client certificate of its authority is accepted")]
    public static partial void CrlOutOfDate(this ILogger logger, string crlFile, DateTimeOffset nextUpdate);

    [LoggerMessage(1133, LogLevel.Error, "The client authorities and revocation lists in use stay: {Fault}")]
    public static partial void ClientTrustUnusable(this ILogger logger, string fault);

    [LoggerMessage(1134, LogLevel.Warning, "Client certificate of {Subject}, serial number {Serial}, refused: {Fault}")]
    public static partial void CertificateRefused(this ILogger logger, string subject, string serial, string fault);

    [LoggerMessage(1140, LogLevel.Error, "Looking at the files of users, access and certificates failed")]
    public static partial void FileWatchFailed(this ILogger logger, Exception fault);
}
