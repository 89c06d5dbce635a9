using System.Net;
using HostApp.Configuration;
using Sparkplug.Configuration;

namespace HostApp.Access;

/// <summary>Who is let in: holders of the token, or everybody on this machine where the configuration says so.</summary>
internal sealed class Admission(AccessToken? token)
{
    /// <summary>The file that holds the token, if one is asked for.</summary>
    public string? TokenPath => token?.Path;

    /// <summary>Reads the token, or makes it, where the configuration asks for one.</summary>
    /// <exception cref="ConfigurationFaultException">The data directory cannot be used.</exception>
    public static Admission For(HostConfig config)
    {
        if (config.AllowAnonymous) return new Admission(null);
        try
        {
            return new Admission(AccessToken.ReadOrCreate(Path.Combine(config.DataDirectory, "token")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new ConfigurationFaultException("Host:DataDirectory", $"cannot hold the token: {e.Message}", e);
        }
    }

    public bool Admits(HttpContext context) => token is not null
        ? token.IsIn(context.Request.Headers.Authorization)
        : IsLoopback(context.Connection.RemoteIpAddress) && IsLoopback(context.Connection.LocalIpAddress);

    private static bool IsLoopback(IPAddress? address) => address is not null && IPAddress.IsLoopback(address);
}
