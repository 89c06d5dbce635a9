namespace Sparkplug.Broker.Packets;

/// <summary>A CONNACK to be written (MQTT 5, 3.2). The properties are left out for 3.1.1 and where they have their defaults.</summary>
internal sealed class ConnackPacket
{
    public required ReasonCode Reason { get; init; }

    public bool SessionPresent { get; init; }

    /// <summary>What the server uses instead of what the client asked for, in seconds; null for the client's own.</summary>
    public uint? SessionExpiryInterval { get; init; }

    public ushort ReceiveMaximum { get; init; } = ushort.MaxValue;

    /// <summary>In bytes; null for no limit.</summary>
    public uint? MaximumPacketSize { get; init; }

    public string? AssignedClientIdentifier { get; init; }

    public ushort TopicAliasMaximum { get; init; }

    public string? ReasonString { get; init; }

    /// <summary>In seconds; null for the client's own.</summary>
    public ushort? ServerKeepAlive { get; init; }

    public string? ResponseInformation { get; init; }

    public string? ServerReference { get; init; }
}
