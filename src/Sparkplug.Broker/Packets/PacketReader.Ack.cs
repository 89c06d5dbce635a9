namespace Sparkplug.Broker.Packets;

internal static partial class PacketReader
{
    private static readonly ulong AckProperties = PropertyReader.Set(PropertyId.ReasonString, PropertyId.UserProperty);

    private static readonly ulong DisconnectProperties = AckProperties | PropertyReader.Set(PropertyId.SessionExpiryInterval);

    private static readonly ulong AuthProperties = AckProperties | PropertyReader.Set(
        PropertyId.AuthenticationMethod, PropertyId.AuthenticationData);

    /// <summary>Reads a PUBACK, PUBREC, PUBREL or PUBCOMP (MQTT 5, 3.4 to 3.7).</summary>
    public static AckPacket ReadAck(PacketType type, ReadOnlySpan<byte> body, ProtocolVersion version)
    {
        var reader = Start(type, version, body);
        var packetId = ReadPacketId(ref reader);
        var reason = ReasonCode.Success;
        if (version == ProtocolVersion.V5 && !reader.IsAtEnd)
        {
            reason = (ReasonCode)reader.ReadByte("Reason Code");
            if (!IsAckReason(type, reason))
                throw reader.ProtocolError("Reason Code", "is none of this packet's", AckReasonClause(type));
            if (!reader.IsAtEnd) // the Property Length may be left out (MQTT 5, 3.4.2.2.1)
                SkipProperties(ref reader, AckProperties);
        }
        reader.End();
        return new AckPacket(packetId, reason);
    }

    /// <summary>Reads a DISCONNECT (MQTT 5, 3.14).</summary>
    public static DisconnectPacket ReadDisconnect(ReadOnlySpan<byte> body, ProtocolVersion version)
    {
        var reader = Start(PacketType.Disconnect, version, body);
        var reason = ReasonCode.Success;
        uint? expiry = null;
        if (version == ProtocolVersion.V5 && !reader.IsAtEnd)
        {
            reason = (ReasonCode)reader.ReadByte("Disconnect Reason Code");
            if (!IsClientsDisconnectReason(reason))
                throw reader.ProtocolError("Disconnect Reason Code", "is none that a client may send", "MQTT-3.14.2-1");
            if (!reader.IsAtEnd) // the Property Length may be left out (MQTT 5, 3.14.2.2.1)
                expiry = ReadDisconnectProperties(ref reader);
        }
        reader.End();
        return new DisconnectPacket(reason, expiry);
    }

    /// <summary>Checks a PINGREQ, which has no body (MQTT 5, 3.12).</summary>
    public static void ReadPingreq(ReadOnlySpan<byte> body, ProtocolVersion version) => Start(PacketType.Pingreq, version, body).End();

    /// <summary>Reads an AUTH (MQTT 5, 3.15): only its Authenticate Reason Code, since no method is offered.</summary>
    public static ReasonCode ReadAuth(ReadOnlySpan<byte> body)
    {
        var reader = Start(PacketType.Auth, ProtocolVersion.V5, body);
        if (reader.IsAtEnd)
            return ReasonCode.Success;
        var reason = (ReasonCode)reader.ReadByte("Authenticate Reason Code");
        if (reason is not (ReasonCode.Success or ReasonCode.ContinueAuthentication or ReasonCode.ReAuthenticate))
            throw reader.ProtocolError("Authenticate Reason Code", "is none of this packet's", "MQTT-3.15.2-1");
        ReadAuthProperties(ref reader);
        reader.End();
        return reason;
    }

    private static bool IsAckReason(PacketType type, ReasonCode reason) => type switch
    {
        PacketType.Puback or PacketType.Pubrec => reason is ReasonCode.Success or ReasonCode.NoMatchingSubscribers
            or ReasonCode.UnspecifiedError or ReasonCode.ImplementationSpecificError or ReasonCode.NotAuthorized or ReasonCode.TopicNameInvalid
            or ReasonCode.PacketIdentifierInUse or ReasonCode.QuotaExceeded or ReasonCode.PayloadFormatInvalid,
        _ => reason is ReasonCode.Success or ReasonCode.PacketIdentifierNotFound,
    };

    private static string AckReasonClause(PacketType type) => type switch
    {
        PacketType.Puback => "MQTT-3.4.2-1",
        PacketType.Pubrec => "MQTT-3.5.2-1",
        PacketType.Pubrel => "MQTT-3.6.2-1",
        _ => "MQTT-3.7.2-1",
    };

    private static bool IsClientsDisconnectReason(ReasonCode reason) => reason is ReasonCode.Success or ReasonCode.DisconnectWithWillMessage
        or ReasonCode.UnspecifiedError or ReasonCode.MalformedPacket or ReasonCode.ProtocolError or ReasonCode.ImplementationSpecificError
        or ReasonCode.TopicNameInvalid or ReasonCode.ReceiveMaximumExceeded or ReasonCode.TopicAliasInvalid or ReasonCode.PacketTooLarge
        or ReasonCode.MessageRateTooHigh or ReasonCode.QuotaExceeded or ReasonCode.AdministrativeAction or ReasonCode.PayloadFormatInvalid;

    private static uint? ReadDisconnectProperties(ref BodyReader reader)
    {
        uint? expiry = null;
        var properties = reader.ReadProperties(DisconnectProperties);
        while (properties.TryNext(out var id))
        {
            if (id == PropertyId.SessionExpiryInterval)
                expiry = properties.Value.ReadUInt32(nameof(PropertyId.SessionExpiryInterval));
            else
                properties.Skip(id);
        }
        return expiry;
    }

    private static void ReadAuthProperties(ref BodyReader reader)
    {
        var properties = reader.ReadProperties(AuthProperties);
        while (properties.TryNext(out var id))
        {
            if (id == PropertyId.AuthenticationData)
                properties.Value.ReadBinary(nameof(PropertyId.AuthenticationData));
            else
                properties.Skip(id);
        }
        if (!properties.Has(PropertyId.AuthenticationMethod))
            throw reader.ProtocolError(nameof(PropertyId.AuthenticationMethod), "is missing", "MQTT 5, 3.15.2.2.2");
    }
}
