namespace Sparkplug.Broker.Sessions;

/// <summary>What one client may use of the broker, and all of them together (<c>Broker:Limits</c>).</summary>
internal sealed record BrokerLimits
{
    /// <summary>Connections of all listeners together.</summary>
    public int Connections { get; init; } = 20_000;

    /// <summary>Connections from one address; a whole plant may stand behind one.</summary>
    public int ConnectionsPerAddress { get; init; } = 20_000;

    /// <summary>Time from the connection to a complete CONNECT.</summary>
    public TimeSpan ConnectTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What a CONNECT may take, in bytes: its strings and its Will, each at most 64 KiB, and some properties.</summary>
    public int ConnectPacketSize { get; init; } = 512 << 10;

    /// <summary>What any other packet may take, in bytes; told in CONNACK.</summary>
    public int PacketSize { get; init; } = 16 << 20;

    /// <summary>Subscriptions of one session.</summary>
    public int SubscriptionsPerClient { get; init; } = 1_000;

    /// <summary>What waits for one client, in bytes: unsent output, and its queue of QoS 1 and 2 messages, each.</summary>
    public int QueueBytes { get; init; } = 32 << 20;

    /// <summary>QoS 1 and 2 messages that are in flight to one client.</summary>
    public ushort Inflight { get; init; } = 1_000;

    /// <summary>QoS 1 and 2 messages that one client may have in flight to the broker (Receive Maximum).</summary>
    public ushort ReceiveMaximum { get; init; } = 1_000;

    /// <summary>PUBLISH packets of one client per second; 0 for no limit. A faster one is read more slowly.</summary>
    public int PublishRate { get; init; }

    /// <summary>The highest topic alias a client may use: each keeps a topic in memory.</summary>
    public ushort TopicAliases { get; init; } = 64;

    /// <summary>Sessions that wait for their client.</summary>
    public int Sessions { get; init; } = 100_000;

    /// <summary>The longest Session Expiry Interval; what a client asks beyond it becomes this.</summary>
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.FromDays(30);

    /// <summary>The longest Keep Alive of a 5.0 client (Server Keep Alive); zero leaves it to the client.</summary>
    public TimeSpan KeepAlive { get; init; }

    /// <summary>Retained messages and birth certificates together, in bytes.</summary>
    public long RetainedBytes { get; init; } = 512L << 20;
}
