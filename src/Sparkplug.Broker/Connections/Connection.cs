using System.Net;
using Sparkplug.Broker.Packets;

namespace Sparkplug.Broker.Connections;

/// <summary>How a client reaches the broker.</summary>
internal enum ListenerKind
{
    Tcp,
    Tls,
    WebSocket,
}

/// <summary>Why a connection is over, as far as the transport knows.</summary>
internal enum ConnectionEnd
{
    /// <summary>The peer closed it.</summary>
    ByPeer,

    /// <summary>Reading or writing failed: reset, timed out, TLS broken.</summary>
    Broken,

    /// <summary>The broker closed it.</summary>
    ByBroker,
}

/// <summary>What a connection hands its bytes to. All calls come on the broker's loop.</summary>
internal interface IConnectionOwner
{
    /// <summary>
    /// Takes whole packets from the front of what has come and tells how many bytes that were; the rest is shown again, with more behind
    /// it. <paramref name="needed"/> tells how many bytes the next packet has (0 when its length is not known yet), so that a large
    /// packet is shown once and not for each piece of it.
    /// </summary>
    int Receive(ReadOnlySpan<byte> bytes, out int needed);

    /// <summary>The output has been taken by the kernel as a whole: there is room for more.</summary>
    void Drained();

    /// <summary>The connection is over; told exactly once, and nothing comes after it.</summary>
    void Ended(ConnectionEnd end);
}

/// <summary>One client's byte stream. It belongs to the broker's loop: every member is called there.</summary>
internal abstract class Connection
{
    /// <summary>Set at once by who accepts the connection.</summary>
    public IConnectionOwner? Owner { get; set; }

    /// <summary>Who is at the other end.</summary>
    public required IPEndPoint Remote { get; init; }

    public required ListenerKind Listener { get; init; }

    /// <summary>How its bytes travel, in words for logs: <c>TCP</c>, <c>TLS 1.3</c>, <c>WebSocket</c>.</summary>
    public virtual string Transport => Listener switch
    {
        ListenerKind.Tcp => "TCP",
        ListenerKind.Tls => "TLS",
        _ => "WebSocket",
    };

    /// <summary>The user that a client certificate names, or null; known when the connection is offered.</summary>
    public string? CertificateUser { get; set; }

    /// <summary>
    /// What is on its way to the client. The owner appends packets and calls <see cref="Flush"/>; what the kernel does not take stays
    /// here, so its length is how far the client lags.
    /// </summary>
    public OutputBuffer Output { get; } = new();

    /// <summary>Sends the output: at the end of this turn of the loop, or at once when much has gathered. Calling it twice costs nothing.</summary>
    public abstract void Flush();

    /// <summary>Sends what is in the output, for a few seconds at most, then closes. <see cref="IConnectionOwner.Ended"/> follows later.</summary>
    public abstract void Close();

    /// <summary>Closes at once. <see cref="IConnectionOwner.Ended"/> follows later.</summary>
    public abstract void Abort();

    /// <summary>Stops reading: the client is to wait.</summary>
    public abstract void Pause();

    /// <summary>Reads on.</summary>
    public abstract void Resume();

    /// <summary>Gives it to the engine; without an owner afterwards, because it is not wanted or because that failed, it is over.</summary>
    protected void AcceptBy(IAcceptor acceptor)
    {
        try
        {
            acceptor.Accept(this);
        }
        finally
        {
            if (Owner is null)
                Abort();
        }
    }
}
