using System.Net;
using System.Net.Sockets;
using Sparkplug.Configuration;

namespace Sparkplug.Cli.Demo;

/// <summary>Finds ports that nobody listens on.</summary>
internal static class FreePorts
{
    private const int Tries = 100;

    /// <summary>The first port from <paramref name="wanted"/> on that is free on an address.</summary>
    /// <exception cref="ConfigurationFaultException">None of the next hundred is.</exception>
    public static int From(IPAddress address, int wanted)
    {
        for (var port = wanted; port < Math.Min(wanted + Tries, IPEndPoint.MaxPort); port++)
            if (IsFree(new IPEndPoint(address, port))) return port;
        throw new ConfigurationFaultException("port", $"none of the ports from {wanted} on is free");
    }

    private static bool IsFree(IPEndPoint endPoint)
    {
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(endPoint);
            socket.Listen();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
