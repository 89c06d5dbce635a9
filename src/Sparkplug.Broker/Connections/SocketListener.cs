using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace Sparkplug.Broker.Connections;

/// <summary>Takes the connections of one address and makes one of them into what <paramref name="serve"/> wants. On the loop.</summary>
internal sealed class SocketListener(
    Socket socket, BrokerLoop loop, ConnectionQuota quota, BrokerMetrics metrics, ILogger logger, Action<int, IPEndPoint> serve) : IWatched, IDisposable
{
    private const int Backlog = 8192; // a plant that comes back at once waits here; the kernel's own limit may be lower
    private const int MostPerTurn = 64;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly int _descriptor = (int)socket.SafeHandle.DangerousGetHandle();
    private bool _isClosed;

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint { get; } = (IPEndPoint)socket.LocalEndPoint!;

    /// <summary>Opens a socket that listens; what is set here its connections inherit.</summary>
    /// <exception cref="SocketException">The address cannot be opened.</exception>
    public static Socket Open(IPEndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.NoDelay = true;
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = endPoint.Address.Equals(IPAddress.IPv6Any);
            socket.Blocking = false;
            socket.Bind(endPoint);
            socket.Listen(Backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Begins to take connections.</summary>
    public void Start() => loop.Watch(_descriptor, this, Native.Readable);

    public void Ready(uint events)
    {
        for (var i = 0; i < MostPerTurn && !_isClosed; i++)
        {
            var accepted = Native.Accept(_descriptor, out var remote);
            if (accepted >= 0)
                Take(accepted, remote!);
            else if (accepted == -Native.WouldBlock)
                return;
            else if (accepted is -Native.TooManyFiles or -Native.TooManyFilesInSystem or -Native.NoMemory or -Native.NoBuffers)
            {
                BackOff(-accepted);
                return;
            } // anything else is the fault of a connection that is gone before it was taken
        }
    }

    public void Fail()
    {
        // The connection that failed is counted out by itself; the next one is another.
    }

    /// <summary>Takes no more; those in the kernel's queue are reset.</summary>
    public void Dispose()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        loop.Unwatch(_descriptor);
        socket.Dispose();
    }

    private void Take(int accepted, IPEndPoint remote)
    {
        if (quota.TryEnter(remote.Address) is { } reason)
        {
            Native.Close(accepted);
            metrics.ConnectionRefused(reason);
            logger.RefusedAtTheDoor(remote, reason);
            return;
        }

        serve(accepted, remote);
    }

    /// <summary>The clients wait in the kernel; asking again at once would only burn the processor.</summary>
    private void BackOff(int error)
    {
        logger.AcceptPaused(EndPoint, Pause, Marshal.GetPInvokeErrorMessage(error));
        loop.Watch(_descriptor, 0);
        loop.After(Pause, () =>
        {
            if (!_isClosed)
                loop.Watch(_descriptor, Native.Readable);
        });
    }
}
