using System.Runtime.InteropServices;
using Benchmarks.Generator;
using Benchmarks.Native;

namespace Benchmarks;

/// <summary>
/// The least that can stand in a broker's place: one thread that accepts, answers CONNECT, SUBSCRIBE and QoS 1, and copies every PUBLISH
/// to whoever subscribed to everything, in one write for all that one look at the sockets brought.
/// </summary>
internal sealed unsafe class Sink : IDisposable
{
    private const int ListenerTag = -1;
    private const int InboxSize = 64 * 1024;
    private const int OutboxSize = 4 * 1024 * 1024;

    private readonly Epoll _epoll = new();
    private readonly int _listener;
    private readonly nint _tlsContext;
    private readonly Dictionary<int, Client> _clients = [];
    private readonly List<Client> _hosts = [];
    private readonly byte* _outbox = (byte*)NativeMemory.Alloc(OutboxSize);
    private int _outgoing;

    public Sink(int port, nint tlsContext)
    {
        _tlsContext = tlsContext;
        _listener = Libc.Check(Libc.Socket(Libc.InternetFamily, Libc.Stream | Libc.NonBlocking | Libc.CloseOnExec, 0), "socket");
        var on = 1;
        Libc.Check(Libc.SetOption(_listener, Libc.SocketLevel, Libc.ReuseAddress, &on, sizeof(int)), "setsockopt");
        var address = Libc.SocketAddress.Loopback(port);
        Libc.Check(Libc.Bind(_listener, &address, (uint)sizeof(Libc.SocketAddress)), "bind");
        Libc.Check(Libc.Listen(_listener, 4096), "listen");
        _epoll.Watch(_listener, Epoll.Readable, ListenerTag);
    }

    /// <summary>Serves until the process is ended.</summary>
    public void Serve()
    {
        while (true)
        {
            var ready = _epoll.Wait(-1);
            for (var i = 0; i < ready; i++)
            {
                if (_epoll.Tag(i) == ListenerTag) Accept();
                else if (_clients.TryGetValue(_epoll.Tag(i), out var client)) Serve(client);
            }

            SendToHosts();
        }
    }

    public void Dispose()
    {
        foreach (var client in _clients.Values) client.Link.Dispose();
        _ = Libc.Close(_listener);
        _epoll.Dispose();
        NativeMemory.Free(_outbox);
    }

    private void Accept()
    {
        int descriptor;
        while ((descriptor = Libc.Accept(_listener, null, null, Libc.NonBlocking | Libc.CloseOnExec)) >= 0)
        {
            var link = new Link(descriptor, _tlsContext, isServer: true);
            _clients[descriptor] = new Client(link, new Inbox(link, InboxSize));
            _epoll.Watch(descriptor, Epoll.Readable, descriptor);
        }
    }

    private void Serve(Client client)
    {
        try
        {
            if (!client.IsShaken && !(client.IsShaken = client.Link.TryHandshake()))
                return;
            int read;
            while ((read = client.Inbox.Fill()) > 0)
            {
                while (client.Inbox.TryRead(out var packet))
                    Answer(client, packet);
                client.SendReplies();
                if (_tlsContext == 0 && read < InboxSize / 2)
                    return; // nothing more can be there, or it wakes us again
            }
        }
        catch (LinkClosedException)
        {
            _hosts.Remove(client);
            _clients.Remove(client.Link.Descriptor);
            client.Inbox.Dispose();
            client.Link.Dispose();
        }
    }

    private void Answer(Client client, ReadOnlySpan<byte> packet)
    {
        switch (packet[0] & 0xF0)
        {
            case Packets.Publish:
                Forward(client, packet);
                return;
            case 0x10:
                client.Reply([Packets.Connack, 2, 0, 0]);
                return;
            case 0x80 when packet.IndexOf("spBv1.0/#"u8) > 0:
                client.Reply([Packets.Suback, 3, packet[2], packet[3], packet[^1]]);
                _hosts.Add(client);
                return;
            case 0x80:
                client.Reply([Packets.Suback, 4, packet[2], packet[3], 1, 1]);
                return;
        }
    }

    private void Forward(Client client, ReadOnlySpan<byte> packet)
    {
        if (_outgoing + packet.Length > OutboxSize)
            SendToHosts();
        packet.CopyTo(new Span<byte>(_outbox + _outgoing, packet.Length));
        _outgoing += packet.Length;
        if ((packet[0] & 0x06) == 0)
            return;
        var identifier = Packets.TopicEnd(packet);
        client.Reply([Packets.Puback, 2, packet[identifier], packet[identifier + 1]]);
    }

    private void SendToHosts()
    {
        if (_outgoing == 0)
            return;
        foreach (var host in _hosts)
        {
            // The host always reads: waiting for it cannot block for good.
            while (!host.Link.TrySend(_outbox, _outgoing))
                AwaitWritable(host.Link);
            while (!host.Link.TryFlush())
                AwaitWritable(host.Link);
        }

        _outgoing = 0;
    }

    private static void AwaitWritable(Link link)
    {
        var entry = new Libc.PollEntry { Descriptor = link.Descriptor, Wanted = Libc.PollOut };
        _ = Libc.Poll(&entry, 1, 100);
    }

    private sealed class Client(Link link, Inbox inbox)
    {
        private readonly List<byte> _replies = [];

        public Link Link { get; } = link;

        public Inbox Inbox { get; } = inbox;

        public bool IsShaken { get; set; }

        public void Reply(ReadOnlySpan<byte> packet) => _replies.AddRange(packet);

        /// <summary>A client that does not read its answers gets them later, with the next ones.</summary>
        public void SendReplies()
        {
            if (_replies.Count > 0 && Link.TrySend(CollectionsMarshal.AsSpan(_replies)))
                _replies.Clear();
        }
    }
}
