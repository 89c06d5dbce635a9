namespace UnitTests.Broker;

/// <summary>The properties of a 5.0 packet from a server (MQTT 5, 2.2.2.2); what it does not have is null or empty.</summary>
internal sealed class ServerProperties
{
    private readonly HashSet<uint> _seen = [];

    public bool? PayloadFormatIndicator { get; private set; }

    public uint? MessageExpiryInterval { get; private set; }

    public string? ContentType { get; private set; }

    public string? ResponseTopic { get; private set; }

    public byte[]? CorrelationData { get; private set; }

    public List<uint> SubscriptionIdentifiers { get; } = [];

    public uint? SessionExpiryInterval { get; private set; }

    public string? AssignedClientIdentifier { get; private set; }

    public ushort? ServerKeepAlive { get; private set; }

    public string? ResponseInformation { get; private set; }

    public string? ServerReference { get; private set; }

    public string? ReasonString { get; private set; }

    public ushort? ReceiveMaximum { get; private set; }

    public ushort? TopicAliasMaximum { get; private set; }

    public ushort? TopicAlias { get; private set; }

    public byte? MaximumQos { get; private set; }

    public bool? RetainAvailable { get; private set; }

    public List<(string Name, string Value)> UserProperties { get; } = [];

    public uint? MaximumPacketSize { get; private set; }

    public bool? WildcardSubscriptionAvailable { get; private set; }

    public bool? SubscriptionIdentifierAvailable { get; private set; }

    public bool? SharedSubscriptionAvailable { get; private set; }

    /// <summary>Whether the packet has no property at all.</summary>
    public bool IsEmpty => _seen.Count == 0;

    public static ServerProperties Read(ServerPacket.Fields fields)
    {
        var properties = new ServerProperties();
        while (!fields.IsAtEnd) properties.ReadOne(ref fields);
        return properties;
    }

    private void ReadOne(ref ServerPacket.Fields fields)
    {
        var id = fields.VariableByteInteger();
        if (!_seen.Add(id) && id is not (0x0B or 0x26)) throw new InvalidDataException($"property {id:X2} comes twice");
        switch (id)
        {
            case 0x01: PayloadFormatIndicator = Flag(fields.Byte()); break;
            case 0x02: MessageExpiryInterval = fields.UInt32(); break;
            case 0x03: ContentType = fields.Text(); break;
            case 0x08: ResponseTopic = fields.Text(); break;
            case 0x09: CorrelationData = fields.Binary(); break;
            case 0x0B: SubscriptionIdentifiers.Add(fields.VariableByteInteger()); break;
            case 0x11: SessionExpiryInterval = fields.UInt32(); break;
            case 0x12: AssignedClientIdentifier = fields.Text(); break;
            case 0x13: ServerKeepAlive = fields.UInt16(); break;
            case 0x1A: ResponseInformation = fields.Text(); break;
            case 0x1C: ServerReference = fields.Text(); break;
            case 0x1F: ReasonString = fields.Text(); break;
            case 0x21: ReceiveMaximum = fields.UInt16(); break;
            case 0x22: TopicAliasMaximum = fields.UInt16(); break;
            case 0x23: TopicAlias = fields.UInt16(); break;
            case 0x24: MaximumQos = fields.Byte(); break;
            case 0x25: RetainAvailable = Flag(fields.Byte()); break;
            case 0x26: UserProperties.Add((fields.Text(), fields.Text())); break;
            case 0x27: MaximumPacketSize = fields.UInt32(); break;
            case 0x28: WildcardSubscriptionAvailable = Flag(fields.Byte()); break;
            case 0x29: SubscriptionIdentifierAvailable = Flag(fields.Byte()); break;
            case 0x2A: SharedSubscriptionAvailable = Flag(fields.Byte()); break;
            default: throw new InvalidDataException($"property {id:X2} is not for a server to send");
        }
    }

    private static bool Flag(byte value) => value <= 1 ? value == 1 : throw new InvalidDataException("a flag that is neither 0 nor 1");
}
