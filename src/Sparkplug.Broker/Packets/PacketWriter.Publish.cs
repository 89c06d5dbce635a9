using System.Buffers.Binary;

namespace Sparkplug.Broker.Packets;

internal static partial class PacketWriter
{
    private const int TopicAliasLength = 3, MessageExpiryLength = 5;

    /// <summary>
    /// The size of a PUBLISH as <see cref="WritePublish"/> writes it, to compare with the client's Maximum Packet Size before
    /// (MQTT-3.1.2-24, -25).
    /// </summary>
    public static int PublishSize(
        ProtocolVersion version, Qos qos, ReadOnlySpan<byte> topic, ushort topicAlias, uint? messageExpiryInterval,
        ReadOnlySpan<byte> properties, ReadOnlySpan<uint> subscriptionIdentifiers, ReadOnlySpan<byte> payload)
    {
        var propertiesLength = version == ProtocolVersion.V5
            ? PropertiesLength(topicAlias, messageExpiryInterval, properties, subscriptionIdentifiers)
            : 0;
        var body = PublishBodyLength(version, qos, topic, propertiesLength, payload);
        return 1 + VariableByteInteger.LengthOf(body) + body;
    }

    /// <summary>
    /// Writes a PUBLISH (MQTT 5, 3.3) in one pass, without allocating. To a 3.1.1 client go neither alias nor properties.
    /// </summary>
    /// <param name="packetId">0 at QoS 0.</param>
    /// <param name="topic">Empty when the client knows the alias.</param>
    /// <param name="topicAlias">0 for none.</param>
    /// <param name="messageExpiryInterval">What is left of it in seconds; null for none.</param>
    /// <param name="properties">As <see cref="PublishPacket.Properties"/>.</param>
    /// <param name="subscriptionIdentifiers">Of the subscriptions that match (MQTT-3.3.4-3, -4).</param>
    public static void WritePublish(
        OutputBuffer output, ProtocolVersion version, Qos qos, bool dup, bool retain, ushort packetId, ReadOnlySpan<byte> topic,
        ushort topicAlias, uint? messageExpiryInterval, ReadOnlySpan<byte> properties, ReadOnlySpan<uint> subscriptionIdentifiers,
        ReadOnlySpan<byte> payload)
    {
        var propertiesLength = version == ProtocolVersion.V5
            ? PropertiesLength(topicAlias, messageExpiryInterval, properties, subscriptionIdentifiers)
            : 0;
        var body = PublishBodyLength(version, qos, topic, propertiesLength, payload);
        var span = output.GetSpan(1 + VariableByteInteger.MaximumLength + body);
        span[0] = (byte)(First(PacketType.Publish) | (dup ? 0x08 : 0) | ((int)qos << 1) | (retain ? 0x01 : 0));
        var at = 1 + VariableByteInteger.Write(span[1..], body);
        BinaryPrimitives.WriteUInt16BigEndian(span[at..], (ushort)topic.Length);
        topic.CopyTo(span[(at + 2)..]);
        at += 2 + topic.Length;
        if (qos != Qos.AtMostOnce)
        {
            BinaryPrimitives.WriteUInt16BigEndian(span[at..], packetId);
            at += PacketIdLength;
        }
        if (version == ProtocolVersion.V5)
        {
            at += VariableByteInteger.Write(span[at..], propertiesLength);
            if (propertiesLength != 0)
                at += WriteProperties(span[at..], topicAlias, messageExpiryInterval, properties, subscriptionIdentifiers);
        }
        payload.CopyTo(span[at..]);
        output.Advance(at + payload.Length);
    }

    private static int PublishBodyLength(
        ProtocolVersion version, Qos qos, ReadOnlySpan<byte> topic, int propertiesLength, ReadOnlySpan<byte> payload)
    {
        var length = 2 + topic.Length + propertiesLength + payload.Length;
        if (qos != Qos.AtMostOnce)
            length += PacketIdLength;
        if (version == ProtocolVersion.V5)
            length += VariableByteInteger.LengthOf(propertiesLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, VariableByteInteger.Maximum);
        return length;
    }

    private static int PropertiesLength(
        ushort topicAlias, uint? messageExpiryInterval, ReadOnlySpan<byte> properties, ReadOnlySpan<uint> subscriptionIdentifiers)
    {
        var length = properties.Length;
        if (topicAlias != 0)
            length += TopicAliasLength;
        if (messageExpiryInterval is not null)
            length += MessageExpiryLength;
        foreach (var identifier in subscriptionIdentifiers)
            length += 1 + VariableByteInteger.LengthOf((int)identifier);
        return length;
    }

    private static int WriteProperties(
        Span<byte> span, ushort topicAlias, uint? messageExpiryInterval, ReadOnlySpan<byte> properties,
        ReadOnlySpan<uint> subscriptionIdentifiers)
    {
        var at = 0;
        if (topicAlias != 0)
        {
            span[0] = (byte)PropertyId.TopicAlias;
            BinaryPrimitives.WriteUInt16BigEndian(span[1..], topicAlias);
            at = TopicAliasLength;
        }
        if (messageExpiryInterval is { } seconds)
        {
            span[at] = (byte)PropertyId.MessageExpiryInterval;
            BinaryPrimitives.WriteUInt32BigEndian(span[(at + 1)..], seconds);
            at += MessageExpiryLength;
        }
        foreach (var identifier in subscriptionIdentifiers)
        {
            span[at] = (byte)PropertyId.SubscriptionIdentifier;
            at += 1 + VariableByteInteger.Write(span[(at + 1)..], (int)identifier);
        }
        properties.CopyTo(span[at..]);
        return at + properties.Length;
    }
}
