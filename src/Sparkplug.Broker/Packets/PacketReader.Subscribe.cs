namespace Sparkplug.Broker.Packets;

internal static partial class PacketReader
{
    private const byte QosBits = 0x03, NoLocalBit = 0x04, RetainAsPublishedBit = 0x08, RetainHandlingBits = 0x30;

    private const string SubscriptionOptions = "Subscription Options";

    private static readonly ulong SubscribeProperties = PropertyReader.Set(PropertyId.SubscriptionIdentifier, PropertyId.UserProperty);

    private static readonly ulong UnsubscribeProperties = PropertyReader.Set(PropertyId.UserProperty);

    /// <summary>Reads a SUBSCRIBE (MQTT 5, 3.8). Whether a filter is a Topic Filter is left to the server's answer for that filter.</summary>
    public static SubscribePacket ReadSubscribe(ReadOnlySpan<byte> body, ProtocolVersion version)
    {
        var reader = Start(PacketType.Subscribe, version, body);
        var packetId = ReadPacketId(ref reader);
        var identifier = version == ProtocolVersion.V5 ? ReadSubscribeProperties(ref reader) : 0;
        if (reader.IsAtEnd)
            throw reader.ProtocolError("payload", "has no Topic Filter", reader.Clause("MQTT-3.8.3-2", "MQTT311-3.8.3-3"));
        var subscriptions = new List<RequestedSubscription>();
        while (!reader.IsAtEnd)
            subscriptions.Add(ReadSubscription(ref reader));
        return new SubscribePacket { PacketId = packetId, SubscriptionIdentifier = identifier, Subscriptions = subscriptions };
    }

    /// <summary>Reads an UNSUBSCRIBE (MQTT 5, 3.10).</summary>
    public static UnsubscribePacket ReadUnsubscribe(ReadOnlySpan<byte> body, ProtocolVersion version)
    {
        var reader = Start(PacketType.Unsubscribe, version, body);
        var packetId = ReadPacketId(ref reader);
        if (version == ProtocolVersion.V5)
            SkipProperties(ref reader, UnsubscribeProperties);
        if (reader.IsAtEnd)
            throw reader.ProtocolError("payload", "has no Topic Filter", "MQTT-3.10.3-2");
        var filters = new List<string>();
        while (!reader.IsAtEnd)
            filters.Add(reader.ReadText("Topic Filter"));
        return new UnsubscribePacket { PacketId = packetId, Filters = filters };
    }

    private static uint ReadSubscribeProperties(ref BodyReader reader)
    {
        var identifier = 0;
        var properties = reader.ReadProperties(SubscribeProperties);
        while (properties.TryNext(out var id))
        {
            if (id != PropertyId.SubscriptionIdentifier)
                properties.Skip(id);
            else if ((identifier = properties.Value.ReadVariableByteInteger(nameof(PropertyId.SubscriptionIdentifier))) == 0)
                throw reader.ProtocolError(nameof(PropertyId.SubscriptionIdentifier), "is 0", "MQTT 5, 3.8.2.1.2");
        }
        return (uint)identifier;
    }

    private static RequestedSubscription ReadSubscription(ref BodyReader reader)
    {
        var filter = reader.ReadText("Topic Filter");
        var options = reader.ReadByte(SubscriptionOptions);
        if (reader.Version == ProtocolVersion.V5)
            return WithOptions(filter, options, reader);
        if (options > (byte)Qos.ExactlyOnce)
            throw reader.Malformed("Requested QoS", "is not 0, 1 or 2", "MQTT311-3.8.3-4");
        return new RequestedSubscription(filter, (Qos)options);
    }

    private static RequestedSubscription WithOptions(string filter, byte options, in BodyReader reader)
    {
        if ((options & ~(QosBits | NoLocalBit | RetainAsPublishedBit | RetainHandlingBits)) != 0)
            throw reader.Malformed(SubscriptionOptions, "have reserved bits", "MQTT-3.8.3-5");
        var qos = (Qos)(options & QosBits);
        if (qos > Qos.ExactlyOnce)
            throw reader.ProtocolError(SubscriptionOptions, "have QoS 3", "MQTT 5, 3.8.3.1");
        var retainHandling = (RetainHandling)((options & RetainHandlingBits) >> 4);
        if (retainHandling > RetainHandling.DoNotSend)
            throw reader.ProtocolError(SubscriptionOptions, "have Retain Handling 3", "MQTT 5, 3.8.3.1");
        var noLocal = (options & NoLocalBit) != 0;
        if (noLocal && filter.StartsWith("$share/", StringComparison.Ordinal))
            throw reader.ProtocolError(SubscriptionOptions, "have No Local on a Shared Subscription", "MQTT-3.8.3-4");
        return new RequestedSubscription(filter, qos, noLocal, (options & RetainAsPublishedBit) != 0, retainHandling);
    }

    private static void SkipProperties(ref BodyReader reader, ulong allowed)
    {
        var properties = reader.ReadProperties(allowed);
        while (properties.TryNext(out var id))
            properties.Skip(id);
    }
}
