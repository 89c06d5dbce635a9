namespace Sparkplug.Broker.Packets;

internal static partial class PacketReader
{
    private const byte RetainFlag = 0x01, DupFlag = 0x08;

    /// <summary>Subscription Identifier is among them only to be refused with its own words.</summary>
    private static readonly ulong PublishProperties = ForwardedProperties.Ids | PropertyReader.Set(
        PropertyId.MessageExpiryInterval, PropertyId.TopicAlias, PropertyId.SubscriptionIdentifier);

    /// <summary>Reads a PUBLISH (MQTT 5, 3.3) without allocating, unless the forwarded properties must be brought together.</summary>
    /// <param name="first">Type and flags.</param>
    /// <param name="body">What follows the fixed header.</param>
    /// <param name="version">What the client speaks.</param>
    /// <param name="scratch">Memory for <see cref="PublishPacket.Properties"/> that are not contiguous; kept for the next packet.</param>
    public static PublishPacket ReadPublish(byte first, ReadOnlySpan<byte> body, ProtocolVersion version, scoped ref byte[]? scratch)
    {
        var reader = Start(PacketType.Publish, version, body);
        var qos = ReadPublishQos(first, reader);
        var topic = reader.ReadTopicName("Topic Name", "MQTT-3.3.2-2");
        var packetId = qos == Qos.AtMostOnce ? (ushort)0 : ReadPacketId(ref reader);
        ushort alias = 0;
        uint? expiry = null;
        ReadOnlySpan<byte> forwarded = default;
        if (version == ProtocolVersion.V5)
            forwarded = ReadPublishProperties(ref reader, ref alias, ref expiry, ref scratch);
        if (topic.IsEmpty && alias == 0)
            throw reader.ProtocolError("Topic Name", "is empty and there is no Topic Alias", reader.Clause("MQTT 5, 3.3.2.1", "MQTT311-4.7.3-1"));
        return new PublishPacket
        {
            Qos = qos,
            Dup = (first & DupFlag) != 0,
            Retain = (first & RetainFlag) != 0,
            PacketId = packetId,
            Topic = topic,
            TopicAlias = alias,
            MessageExpiryInterval = expiry,
            Properties = forwarded,
            Payload = reader.Rest,
        };
    }

    private static Qos ReadPublishQos(byte first, in BodyReader reader)
    {
        var qos = (Qos)((first >> 1) & 3);
        if (qos > Qos.ExactlyOnce)
            throw reader.Malformed("fixed header", "has QoS 3", "MQTT-3.3.1-4");
        if (qos == Qos.AtMostOnce && (first & DupFlag) != 0)
            throw reader.ProtocolError("fixed header", "has DUP at QoS 0", "MQTT-3.3.1-2");
        return qos;
    }

    private static ReadOnlySpan<byte> ReadPublishProperties(
        scoped ref BodyReader reader, scoped ref ushort alias, scoped ref uint? expiry, scoped ref byte[]? scratch)
    {
        var properties = reader.ReadProperties(PublishProperties);
        if (properties.Value.IsAtEnd)
            return default;
        var forwarded = new ForwardedProperties(properties.Value.Whole, scratch);
        while (properties.TryNext(out var id))
        {
            if (id == PropertyId.TopicAlias)
                alias = ReadTopicAlias(ref properties.Value);
            else if (id == PropertyId.MessageExpiryInterval)
                expiry = properties.Value.ReadUInt32(nameof(PropertyId.MessageExpiryInterval));
            else if (id == PropertyId.SubscriptionIdentifier)
                throw reader.ProtocolError(nameof(PropertyId.SubscriptionIdentifier), "is for a server to send", "MQTT-3.3.4-6");
            else
                forwarded.Add(id, ref properties);
        }
        scratch = forwarded.Scratch;
        return forwarded.Bytes;
    }

    private static ushort ReadTopicAlias(ref BodyReader value)
    {
        var alias = value.ReadUInt16(nameof(PropertyId.TopicAlias));
        if (alias == 0)
            throw value.Violation(ReasonCode.TopicAliasInvalid, nameof(PropertyId.TopicAlias), "is 0", "MQTT-3.3.2-8");
        return alias;
    }
}
