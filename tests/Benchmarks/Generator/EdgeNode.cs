namespace Benchmarks.Generator;

/// <summary>One edge node: connects with its NDEATH as Will, subscribes its commands, may publish its birth; then a load writes for it.</summary>
internal sealed class EdgeNode(int number, FleetPlan plan) : IDisposable
{
    private const int InboxSize = 1024;
    private const byte ServerUnavailable = 3;

    private enum Phase { Connecting, AwaitsConnack, AwaitsSuback, Ready }

    private static readonly byte[] Birth = SparkplugPayload.Data(256), Death = SparkplugPayload.Death();

    private Link? _link;
    private Inbox? _inbox;
    private Phase _phase;

    public Link Link => _link ?? throw new InvalidOperationException("The node has not begun to connect.");

    public bool IsReady => _phase == Phase.Ready;

    /// <summary>How many QoS 1 messages have no PUBACK yet.</summary>
    public int Unacknowledged { get; set; }

    public void Begin(int port, nint tlsContext)
    {
        _link = Link.Connect(port, tlsContext);
        _inbox = new Inbox(_link, InboxSize);
    }

    /// <summary>Does all that can be done without waiting.</summary>
    public void Advance()
    {
        if (_phase == Phase.Connecting && Link.TryHandshake())
        {
            Send(ConnectPacket());
            _phase = Phase.AwaitsConnack;
        }

        if (Link.HasUnsent && !Link.TryFlush())
            return;
        if (_phase is Phase.AwaitsConnack or Phase.AwaitsSuback)
            while (_inbox!.Fill() > 0)
                while (_inbox.TryRead(out var packet))
                    Take(packet);
    }

    /// <summary>Reads the acknowledgements that have come.</summary>
    public int TakePubacks()
    {
        var count = 0;
        if (_inbox!.Fill() == 0)
            return 0;
        while (_inbox.TryRead(out var packet))
            if (packet[0] == Packets.Puback) count++;
        Unacknowledged -= count;
        return count;
    }

    public void Dispose()
    {
        _inbox?.Dispose();
        _link?.Dispose();
    }

    private void Take(ReadOnlySpan<byte> packet)
    {
        switch (_phase, packet[0])
        {
            case (Phase.AwaitsConnack, Packets.Connack) when packet[3] == 0:
                Send(Packets.Subscribe(1, Names.Topic("NCMD", number), $"{Names.Topic("DCMD", number)}/#"));
                _phase = Phase.AwaitsSuback;
                return;
            case (Phase.AwaitsSuback, Packets.Suback) when packet[4] < 0x80 && packet[5] < 0x80:
                if (plan.PublishesBirth)
                    Send(Packets.PublishOf(new Message(Names.Topic("NBIRTH", number), Birth), 0, retain: false));
                _phase = Phase.Ready;
                return;
            case (Phase.AwaitsConnack, Packets.Connack) when packet[3] == ServerUnavailable:
                throw new LinkClosedException($"Node {number} was told that the server is unavailable.");
            default:
                throw new InvalidDataException($"Node {number} ({_phase}) got {Convert.ToHexString(packet)}.");
        }
    }

    private byte[] ConnectPacket() => Packets.Connect(
        $"{Names.Group}-{Names.Node(number)}", cleanSession: true, new Message(Names.Topic("NDEATH", number), Death), plan.Credentials?.Invoke(number));

    private void Send(byte[] packet)
    {
        if (!Link.TrySend(packet))
            throw new InvalidOperationException("A packet was sent before the one in front of it was gone.");
    }
}
