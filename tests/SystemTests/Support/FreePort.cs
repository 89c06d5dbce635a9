using System.Net;
using System.Net.Sockets;

namespace SystemTests.Support;

/// <summary>Ports for processes that cannot say which one they were given.</summary>
internal static class FreePort
{
    /// <summary>A TCP port of the loopback address that nobody listens on now.</summary>
    public static int Take()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
