namespace Sparkplug.Broker.Packets;

/// <summary>A PUBLISH as it came, in the receive buffer: valid only while it is handled (MQTT 5, 3.3).</summary>
internal readonly ref struct PublishPacket
{
    public Qos Qos { get; init; }

    public bool Dup { get; init; }

    public bool Retain { get; init; }

    /// <summary>1 to 65,535; 0 at QoS 0.</summary>
    public ushort PacketId { get; init; }

    /// <summary>A Topic Name in UTF-8, checked: no wildcard, no U+0000. Empty only with a <see cref="TopicAlias"/>.</summary>
    public ReadOnlySpan<byte> Topic { get; init; }

    /// <summary>0 when there is none.</summary>
    public ushort TopicAlias { get; init; }

    /// <summary>Message Expiry Interval in seconds; null when the message never expires.</summary>
    public uint? MessageExpiryInterval { get; init; }

    /// <summary>
    /// The properties that a server passes on unaltered, encoded, without their length: Payload Format Indicator, Response Topic,
    /// Correlation Data, User Property, Content Type, in the order they came (MQTT-3.3.2-4, -15, -16, -17, -18, -20).
    /// </summary>
    public ReadOnlySpan<byte> Properties { get; init; }

    public ReadOnlySpan<byte> Payload { get; init; }
}
