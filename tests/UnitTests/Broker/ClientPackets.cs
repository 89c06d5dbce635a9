using System.Buffers.Binary;
using System.Text;
using Sparkplug.Broker.Packets;

namespace UnitTests.Broker;

/// <summary>
/// What a client sends, as bytes. Written by hand and apart from the product's codec, so that the one can prove the other; property and
/// packet numbers are those of the standard's tables.
/// </summary>
internal static class ClientPackets
{
    private const ProtocolVersion V5 = ProtocolVersion.V5;

    /// <summary>CONNECT; each property is left out when it is null.</summary>
    public static byte[] Connect(
        string clientId = "client", ProtocolVersion version = V5, bool cleanStart = true, ushort keepAlive = 0, string? userName = null,
        string? password = null, ConnectWill? will = null, uint? sessionExpiryInterval = null, ushort? receiveMaximum = null,
        uint? maximumPacketSize = null, ushort? topicAliasMaximum = null, bool? requestResponseInformation = null,
        bool? requestProblemInformation = null, string? authenticationMethod = null, byte[]? authenticationData = null, byte[]? moreProperties = null)
    {
        var flags = (cleanStart ? 0x02 : 0) | (userName is not null ? 0x80 : 0) | (password is not null ? 0x40 : 0) | WillFlags(will);
        List<byte> body = [.. Text("MQTT"), (byte)version, (byte)flags, .. Number(keepAlive)];
        if (version == V5)
        {
            List<byte> properties =
            [
                .. Property(0x11, sessionExpiryInterval), .. Property(0x21, receiveMaximum), .. Property(0x27, maximumPacketSize),
                .. Property(0x22, topicAliasMaximum), .. Property(0x19, requestResponseInformation), .. Property(0x17, requestProblemInformation),
                .. Property(0x15, authenticationMethod), .. Property(0x16, authenticationData), .. moreProperties ?? [],
            ];
            body.AddRange(Counted(properties));
        }
        body.AddRange(Text(clientId));
        if (will is not null) body.AddRange(WillFields(will, version));
        if (userName is not null) body.AddRange(Text(userName));
        if (password is not null) body.AddRange(Text(password));
        return Frame(0x10, body);
    }

    /// <summary>PUBLISH; <paramref name="properties"/> are more properties, encoded.</summary>
    public static byte[] Publish(
        string topic, ReadOnlySpan<byte> payload = default, ProtocolVersion version = V5, Qos qos = Qos.AtMostOnce, ushort packetId = 0,
        bool retain = false, bool dup = false, ushort? topicAlias = null, uint? messageExpiryInterval = null, byte[]? properties = null)
    {
        List<byte> body = [.. Text(topic)];
        if (qos > Qos.AtMostOnce) body.AddRange(Number(packetId));
        if (version == V5)
            body.AddRange(Counted([.. Property(0x23, topicAlias), .. Property(0x02, messageExpiryInterval), .. properties ?? []]));
        body.AddRange(payload);
        return Frame((byte)(0x30 | (dup ? 8 : 0) | ((int)qos << 1) | (retain ? 1 : 0)), body);
    }

    /// <inheritdoc cref="Publish(string, ReadOnlySpan{byte}, ProtocolVersion, Qos, ushort, bool, bool, ushort?, uint?, byte[])"/>
    public static byte[] Publish(
        string topic, string payload, ProtocolVersion version = V5, Qos qos = Qos.AtMostOnce, ushort packetId = 0, bool retain = false,
        bool dup = false, ushort? topicAlias = null, uint? messageExpiryInterval = null, byte[]? properties = null) =>
        Publish(topic, Encoding.UTF8.GetBytes(payload), version, qos, packetId, retain, dup, topicAlias, messageExpiryInterval, properties);

    /// <summary>SUBSCRIBE to one filter.</summary>
    public static byte[] Subscribe(
        ushort packetId, string filter, Qos qos = Qos.AtMostOnce, ProtocolVersion version = V5, bool noLocal = false,
        bool retainAsPublished = false, RetainHandling retainHandling = RetainHandling.SendAtSubscribe, uint? identifier = null) =>
        Subscribe(packetId, version, identifier, new RequestedSubscription(filter, qos, noLocal, retainAsPublished, retainHandling));

    /// <summary>SUBSCRIBE to some filters.</summary>
    public static byte[] Subscribe(ushort packetId, ProtocolVersion version, uint? identifier, params RequestedSubscription[] subscriptions)
    {
        List<byte> body = [.. Number(packetId)];
        if (version == V5) body.AddRange(Counted(identifier is { } number ? [0x0B, .. Length((int)number)] : []));
        foreach (var subscription in subscriptions)
        {
            body.AddRange(Text(subscription.Filter));
            body.Add((byte)((int)subscription.Qos | (subscription.NoLocal ? 4 : 0) | (subscription.RetainAsPublished ? 8 : 0) | ((int)subscription.RetainHandling << 4)));
        }
        return Frame(0x82, body);
    }

    /// <summary>UNSUBSCRIBE.</summary>
    public static byte[] Unsubscribe(ushort packetId, ProtocolVersion version, params string[] filters)
    {
        List<byte> body = [.. Number(packetId)];
        if (version == V5) body.Add(0);
        foreach (var filter in filters) body.AddRange(Text(filter));
        return Frame(0xA2, body);
    }

    /// <summary>PUBACK, PUBREC, PUBREL or PUBCOMP; in 5.0 with a Reason Code unless it is Success.</summary>
    public static byte[] Ack(PacketType type, ushort packetId, ReasonCode reason = ReasonCode.Success, ProtocolVersion version = V5) =>
        Frame((byte)(((int)type << 4) | (type == PacketType.Pubrel ? 2 : 0)), [.. Number(packetId), .. version == V5 && reason != 0 ? [(byte)reason] : (byte[])[]]);

    /// <summary>PINGREQ.</summary>
    public static byte[] Pingreq() => [0xC0, 0];

    /// <summary>DISCONNECT; in 5.0 with Reason Code and properties where they say something.</summary>
    public static byte[] Disconnect(ProtocolVersion version = V5, ReasonCode reason = ReasonCode.Success, uint? sessionExpiryInterval = null)
    {
        if (version != V5 || (reason == 0 && sessionExpiryInterval is null)) return [0xE0, 0];
        return Frame(0xE0, [(byte)reason, .. Counted(Property(0x11, sessionExpiryInterval))]);
    }

    /// <summary>AUTH.</summary>
    public static byte[] Auth(ReasonCode reason, string? authenticationMethod, byte[]? authenticationData = null) =>
        Frame(0xF0, [(byte)reason, .. Counted([.. Property(0x15, authenticationMethod), .. Property(0x16, authenticationData)])]);

    /// <summary>Any packet: first byte, Remaining Length, body.</summary>
    public static byte[] Frame(byte first, IReadOnlyList<byte> body) => [first, .. Length(body.Count), .. body];

    /// <summary>A UTF-8 Encoded String.</summary>
    public static byte[] Text(string text) => Binary(Encoding.UTF8.GetBytes(text));

    /// <summary>Binary Data.</summary>
    public static byte[] Binary(byte[] bytes) => [.. Number((ushort)bytes.Length), .. bytes];

    /// <summary>A User Property, encoded.</summary>
    public static byte[] UserProperty(string name, string value) => [0x26, .. Text(name), .. Text(value)];

    /// <summary>A property with a string, encoded.</summary>
    public static byte[] Property(byte id, string? value) => value is null ? [] : [id, .. Text(value)];

    /// <summary>A property with binary data, encoded.</summary>
    public static byte[] Property(byte id, byte[]? value) => value is null ? [] : [id, .. Binary(value)];

    /// <summary>A property with a byte of 0 or 1, encoded.</summary>
    public static byte[] Property(byte id, bool? value) => value is { } flag ? [id, flag ? (byte)1 : (byte)0] : [];

    /// <summary>A property with two bytes, encoded.</summary>
    public static byte[] Property(byte id, ushort? value) => value is { } number ? [id, .. Number(number)] : [];

    /// <summary>A property with four bytes, encoded.</summary>
    public static byte[] Property(byte id, uint? value)
    {
        if (value is not { } number) return [];
        var bytes = new byte[5];
        bytes[0] = id;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(1), number);
        return bytes;
    }

    /// <summary>Properties with their length in front.</summary>
    public static byte[] Counted(IReadOnlyList<byte> properties) => [.. Length(properties.Count), .. properties];

    private static byte[] Number(ushort value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Length(int value)
    {
        List<byte> bytes = [];
        do
        {
            bytes.Add((byte)((value % 128) | (value >= 128 ? 0x80 : 0)));
            value /= 128;
        }
        while (value > 0);
        return [.. bytes];
    }

    private static int WillFlags(ConnectWill? will) => will is null ? 0 : 0x04 | ((int)will.Qos << 3) | (will.Retain ? 0x20 : 0);

    private static List<byte> WillFields(ConnectWill will, ProtocolVersion version)
    {
        List<byte> fields = [];
        if (version == V5)
        {
            uint? delay = will.DelayInterval == 0 ? null : will.DelayInterval;
            fields.AddRange(Counted([.. Property(0x18, delay), .. Property(0x02, will.MessageExpiryInterval), .. will.Properties]));
        }
        fields.AddRange(Binary(will.Topic));
        fields.AddRange(Binary(will.Payload));
        return fields;
    }
}
