namespace Sparkplug.Broker.Packets;

internal static partial class PacketReader
{
    private const byte ReservedFlag = 0x01, CleanStartFlag = 0x02, WillFlag = 0x04, WillRetainFlag = 0x20;
    private const byte PasswordFlag = 0x40, UserNameFlag = 0x80;

    private static readonly ulong ConnectProperties = PropertyReader.Set(
        PropertyId.SessionExpiryInterval, PropertyId.AuthenticationMethod, PropertyId.AuthenticationData,
        PropertyId.RequestProblemInformation, PropertyId.RequestResponseInformation, PropertyId.ReceiveMaximum,
        PropertyId.TopicAliasMaximum, PropertyId.UserProperty, PropertyId.MaximumPacketSize);

    private static readonly ulong WillProperties = ForwardedProperties.Ids | PropertyReader.Set(
        PropertyId.WillDelayInterval, PropertyId.MessageExpiryInterval);

    /// <summary>
    /// The version that the body of a CONNECT names, so that a server can refuse it in words that the client knows; null when it is
    /// neither of the two.
    /// </summary>
    public static ProtocolVersion? VersionOf(ReadOnlySpan<byte> body) =>
        body.StartsWith("\0\u0004MQTT"u8) && body.Length > 6 && body[6] is (byte)ProtocolVersion.V311 or (byte)ProtocolVersion.V5
            ? (ProtocolVersion)body[6]
            : null;

    /// <summary>
    /// Reads a CONNECT (MQTT 5, 3.1). Another protocol than MQTT 3.1.1 and 5.0 is
    /// <see cref="ReasonCode.UnsupportedProtocolVersion"/> (MQTT-3.1.2-2).
    /// </summary>
    public static ConnectPacket ReadConnect(ReadOnlySpan<byte> body)
    {
        var version = ReadProtocol(body, out var read);
        var reader = Start(PacketType.Connect, version, body);
        reader.ReadBytes(read, "Protocol Name");
        var flags = ReadConnectFlags(ref reader);
        var keepAlive = reader.ReadUInt16("Keep Alive");
        var options = version == ProtocolVersion.V5 ? ReadConnectProperties(ref reader) : OptionsOf311((flags & CleanStartFlag) != 0);
        var packet = new ConnectPacket
        {
            Version = version,
            CleanStart = (flags & CleanStartFlag) != 0,
            KeepAlive = keepAlive,
            SessionExpiryInterval = options.SessionExpiryInterval,
            ReceiveMaximum = options.ReceiveMaximum,
            MaximumPacketSize = options.MaximumPacketSize,
            TopicAliasMaximum = options.TopicAliasMaximum,
            RequestResponseInformation = options.RequestResponseInformation,
            RequestProblemInformation = options.RequestProblemInformation,
            AuthenticationMethod = options.AuthenticationMethod,
            // The payload, in this order (MQTT-3.1.3-1).
            ClientId = reader.ReadText("Client Identifier"),
            Will = (flags & WillFlag) != 0 ? ReadWill(ref reader, flags) : null,
            UserName = (flags & UserNameFlag) != 0 ? reader.ReadText("User Name") : null,
            Password = (flags & PasswordFlag) != 0 ? reader.ReadBinary("Password").ToArray() : null,
        };
        reader.End();
        return packet;
    }

    private static ProtocolVersion ReadProtocol(ReadOnlySpan<byte> body, out int read)
    {
        var reader = Start(PacketType.Connect, ProtocolVersion.V311, body);
        var name = reader.ReadUtf8("Protocol Name");
        if (name.SequenceEqual("MQIsdp"u8))
            throw Unsupported(reader, "Protocol Name", "is MQIsdp: MQTT 3.1 is not served, only 3.1.1 and 5.0", "MQTT-3.1.2-1");
        if (!name.SequenceEqual("MQTT"u8))
            throw Unsupported(reader, "Protocol Name", "is not MQTT", "MQTT-3.1.2-1");
        var level = reader.ReadByte("Protocol Version");
        if (level is not ((byte)ProtocolVersion.V311 or (byte)ProtocolVersion.V5))
            throw Unsupported(reader, "Protocol Version", $"is {level}: only 4 (MQTT 3.1.1) and 5 (MQTT 5.0) are served", "MQTT-3.1.2-2");
        read = reader.Position;
        return (ProtocolVersion)level;
    }

    private static MqttViolation Unsupported(in BodyReader reader, string field, string fault, string clause) =>
        reader.Violation(ReasonCode.UnsupportedProtocolVersion, field, fault, clause);

    private static byte ReadConnectFlags(ref BodyReader reader)
    {
        const string Field = "Connect Flags";
        var flags = reader.ReadByte(Field);
        if ((flags & ReservedFlag) != 0)
            throw reader.Malformed(Field, "have the reserved flag", "MQTT-3.1.2-3");
        if (WillQos(flags) > (byte)Qos.ExactlyOnce)
            throw reader.Malformed(Field, "have Will QoS 3", reader.Clause("MQTT-3.1.2-12", "MQTT311-3.1.2-14"));
        if ((flags & WillFlag) == 0 && WillQos(flags) != 0)
            throw reader.Malformed(Field, "have a Will QoS without a Will", reader.Clause("MQTT-3.1.2-11", "MQTT311-3.1.2-13"));
        if ((flags & WillFlag) == 0 && (flags & WillRetainFlag) != 0)
            throw reader.Malformed(Field, "have Will Retain without a Will", reader.Clause("MQTT-3.1.2-13", "MQTT311-3.1.2-15"));
        if (reader.Version == ProtocolVersion.V311 && (flags & (UserNameFlag | PasswordFlag)) == PasswordFlag)
            throw reader.Malformed(Field, "have a Password without a User Name", "MQTT311-3.1.2-22");
        return flags;
    }

    private static byte WillQos(byte flags) => (byte)((flags >> 3) & 3);

    /// <summary>The properties of a CONNECT that the server uses.</summary>
    private struct ConnectOptions()
    {
        public uint SessionExpiryInterval;
        public ushort ReceiveMaximum = ushort.MaxValue;
        public uint? MaximumPacketSize;
        public ushort TopicAliasMaximum;
        public bool RequestResponseInformation;
        public bool RequestProblemInformation = true;
        public string? AuthenticationMethod;
    }

    private static ConnectOptions OptionsOf311(bool cleanSession) =>
        new() { SessionExpiryInterval = cleanSession ? 0 : uint.MaxValue };

    private static ConnectOptions ReadConnectProperties(ref BodyReader reader)
    {
        var options = new ConnectOptions();
        var properties = reader.ReadProperties(ConnectProperties);
        while (properties.TryNext(out var id))
            ReadConnectProperty(id, ref properties, ref options);
        if (properties.Has(PropertyId.AuthenticationData) && options.AuthenticationMethod is null)
            throw reader.ProtocolError(nameof(PropertyId.AuthenticationData), "comes without an AuthenticationMethod", "MQTT 5, 3.1.2.11.10");
        return options;
    }

    private static void ReadConnectProperty(PropertyId id, ref PropertyReader properties, ref ConnectOptions options)
    {
        ref var value = ref properties.Value;
        switch (id)
        {
            case PropertyId.SessionExpiryInterval:
                options.SessionExpiryInterval = value.ReadUInt32(nameof(PropertyId.SessionExpiryInterval));
                break;
            case PropertyId.ReceiveMaximum:
                options.ReceiveMaximum = value.ReadNonZeroUInt16(nameof(PropertyId.ReceiveMaximum), "MQTT 5, 3.1.2.11.3");
                break;
            case PropertyId.MaximumPacketSize:
                options.MaximumPacketSize = ReadMaximumPacketSize(ref value);
                break;
            case PropertyId.TopicAliasMaximum:
                options.TopicAliasMaximum = value.ReadUInt16(nameof(PropertyId.TopicAliasMaximum));
                break;
            case PropertyId.RequestResponseInformation:
                options.RequestResponseInformation = value.ReadFlag(nameof(PropertyId.RequestResponseInformation), "MQTT 5, 3.1.2.11.6");
                break;
            case PropertyId.RequestProblemInformation:
                options.RequestProblemInformation = value.ReadFlag(nameof(PropertyId.RequestProblemInformation), "MQTT 5, 3.1.2.11.7");
                break;
            case PropertyId.AuthenticationMethod:
                options.AuthenticationMethod = value.ReadText(nameof(PropertyId.AuthenticationMethod));
                break;
            case PropertyId.AuthenticationData:
                value.ReadBinary(nameof(PropertyId.AuthenticationData));
                break;
            default:
                properties.Skip(id);
                break;
        }
    }

    private static uint ReadMaximumPacketSize(ref BodyReader value)
    {
        var size = value.ReadUInt32(nameof(PropertyId.MaximumPacketSize));
        return size != 0 ? size : throw value.ProtocolError(nameof(PropertyId.MaximumPacketSize), "is 0", "MQTT 5, 3.1.2.11.4");
    }

    private static ConnectWill ReadWill(ref BodyReader reader, byte flags)
    {
        var (delay, expiry, forwarded) = reader.Version == ProtocolVersion.V5 ? ReadWillProperties(ref reader) : (0, null, []);
        var topic = reader.ReadTopicName("Will Topic", "MQTT 5, 3.1.3.3");
        if (topic.IsEmpty)
            throw reader.Violation(ReasonCode.TopicNameInvalid, "Will Topic", "is empty", "MQTT-4.7.3-1");
        return new ConnectWill
        {
            Topic = topic.ToArray(),
            Payload = reader.ReadBinary("Will Payload").ToArray(),
            Qos = (Qos)WillQos(flags),
            Retain = (flags & WillRetainFlag) != 0,
            DelayInterval = delay,
            MessageExpiryInterval = expiry,
            Properties = forwarded,
        };
    }

    private static (uint Delay, uint? Expiry, byte[] Forwarded) ReadWillProperties(ref BodyReader reader)
    {
        var (delay, expiry) = (0u, (uint?)null);
        var properties = reader.ReadProperties(WillProperties);
        var forwarded = new ForwardedProperties(properties.Value.Whole, null);
        while (properties.TryNext(out var id))
        {
            if (id == PropertyId.WillDelayInterval)
                delay = properties.Value.ReadUInt32(nameof(PropertyId.WillDelayInterval));
            else if (id == PropertyId.MessageExpiryInterval)
                expiry = properties.Value.ReadUInt32(nameof(PropertyId.MessageExpiryInterval));
            else
                forwarded.Add(id, ref properties);
        }
        return (delay, expiry, forwarded.Bytes.ToArray());
    }
}
