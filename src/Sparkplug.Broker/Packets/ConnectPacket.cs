namespace Sparkplug.Broker.Packets;

/// <summary>A CONNECT (MQTT 5, 3.1), in words that hold for both versions.</summary>
internal sealed class ConnectPacket
{
    public required ProtocolVersion Version { get; init; }

    /// <summary>Clean Start; in 3.1.1 Clean Session, which also means that the session ends with the connection.</summary>
    public required bool CleanStart { get; init; }

    /// <summary>Keep Alive in seconds; 0 turns it off.</summary>
    public ushort KeepAlive { get; init; }

    /// <summary>May be empty: then the server assigns one or refuses.</summary>
    public required string ClientId { get; init; }

    public string? UserName { get; init; }

    public byte[]? Password { get; init; }

    public ConnectWill? Will { get; init; }

    /// <summary>In seconds; <see cref="uint.MaxValue"/> never ends. A 3.1.1 client without Clean Session never ends, with it 0.</summary>
    public uint SessionExpiryInterval { get; init; }

    /// <summary>How many QoS 1 and 2 messages the client takes at a time; 65,535 when it says nothing.</summary>
    public ushort ReceiveMaximum { get; init; } = ushort.MaxValue;

    /// <summary>The largest packet the client takes, in bytes; null when it says nothing.</summary>
    public uint? MaximumPacketSize { get; init; }

    /// <summary>The highest alias the client takes; 0 for none.</summary>
    public ushort TopicAliasMaximum { get; init; }

    public bool RequestResponseInformation { get; init; }

    /// <summary>False: no Reason String and User Property except in PUBLISH, CONNACK and DISCONNECT (MQTT-3.1.2-29).</summary>
    public bool RequestProblemInformation { get; init; } = true;

    public string? AuthenticationMethod { get; init; }
}

/// <summary>The Will of a CONNECT. A class and not a record: its arrays would make equality by value lie.</summary>
internal sealed class ConnectWill
{
    /// <summary>A Topic Name in UTF-8, checked like that of a PUBLISH.</summary>
    public required byte[] Topic { get; init; }

    public required byte[] Payload { get; init; }

    public required Qos Qos { get; init; }

    public required bool Retain { get; init; }

    /// <summary>Will Delay Interval in seconds.</summary>
    public uint DelayInterval { get; init; }

    /// <summary>In seconds; null when it never expires.</summary>
    public uint? MessageExpiryInterval { get; init; }

    /// <summary>Encoded as in <see cref="PublishPacket.Properties"/>.</summary>
    public byte[] Properties { get; init; } = [];
}
