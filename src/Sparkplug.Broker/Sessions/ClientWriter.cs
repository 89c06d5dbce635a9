using Sparkplug.Broker.Connections;
using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Routing;

namespace Sparkplug.Broker.Sessions;

/// <summary>Writes packets to one client, in its version and within what it takes, and counts them.</summary>
internal sealed class ClientWriter(BrokerEngine engine, Connection connection)
{
    /// <summary>The bytes of SUBACK and UNSUBACK before their reason codes, at most.</summary>
    private const int LargestAcknowledgementHead = 8;

    private OutboundAliases? _aliases;
    private uint? _maximumPacketSize;
    private bool _wantsReasons;

    /// <summary>The protocol the client speaks; known from its CONNECT on.</summary>
    public ProtocolVersion Version { get; set; } = ProtocolVersion.V311;

    /// <summary>PUBLISH packets that were written.</summary>
    public long Publishes { get; private set; }

    private int Lag => connection.Output.Length;

    /// <summary>Takes what the client said of itself.</summary>
    public void Learn(ConnectPacket connect) =>
        (_wantsReasons, _maximumPacketSize) = (connect.RequestProblemInformation, connect.MaximumPacketSize);

    /// <summary>From now on topics may have aliases.</summary>
    public void AllowAliases(ConnectPacket connect)
    {
        if (connect.TopicAliasMaximum > 0)
            _aliases = new OutboundAliases(Math.Min(connect.TopicAliasMaximum, engine.Limits.TopicAliases));
    }

    public void Connack(ConnackPacket connack)
    {
        var before = Lag;
        PacketWriter.WriteConnack(connection.Output, connack, Version, _maximumPacketSize);
        Flush(before);
    }

    /// <summary>A CONNACK that says no (MQTT-3.2.2-7).</summary>
    public void Refusal(ReasonCode reason, string? why, string? serverReference = null) =>
        Connack(new ConnackPacket { Reason = ForConnack(reason), ReasonString = _wantsReasons ? why : null, ServerReference = serverReference });

    /// <summary>A DISCONNECT; 3.1.1 has none from the server.</summary>
    public void Disconnect(ReasonCode reason, string why, string? serverReference)
    {
        if (Version != ProtocolVersion.V5)
            return;
        var before = Lag;
        PacketWriter.WriteDisconnect(connection.Output, reason, _wantsReasons ? why : null, serverReference, _maximumPacketSize);
        Flush(before);
    }

    public void Pingresp()
    {
        var before = Lag;
        PacketWriter.WritePingresp(connection.Output);
        Flush(before);
    }

    /// <summary>PUBACK, PUBREC, PUBREL or PUBCOMP.</summary>
    public void Ack(PacketType type, ushort packetId, ReasonCode reason)
    {
        var before = Lag;
        PacketWriter.WriteAck(connection.Output, type, Version, packetId, reason);
        Flush(before);
    }

    /// <summary>SUBACK or UNSUBACK. One that is larger than the client takes is not sent, as if it had been (MQTT-3.1.2-25).</summary>
    public void Ack(PacketType type, ushort packetId, ReasonCode[] reasons)
    {
        if (reasons.Length + LargestAcknowledgementHead > _maximumPacketSize)
            return;
        var before = Lag;
        if (type == PacketType.Suback)
            PacketWriter.WriteSuback(connection.Output, Version, packetId, reasons);
        else
            PacketWriter.WriteUnsuback(connection.Output, Version, packetId, reasons);
        Flush(before);
    }

    /// <summary>A QoS 0 PUBLISH; false when it is larger than the client takes (MQTT-3.1.2-24).</summary>
    public bool Publish(scoped ref Publication publication, bool retain, uint[] identifiers) => Publish(
        publication.Topic, Qos.AtMostOnce, false, retain, 0, publication.ExpiresAt, publication.Properties, identifiers, publication.Payload);

    /// <summary>A QoS 1 or 2 PUBLISH; false when it is larger than the client takes (MQTT-3.1.2-24).</summary>
    public bool Publish(Delivery delivery)
    {
        var message = delivery.Message;
        return Publish(
            message.Topic, delivery.Qos, delivery.WasSent, delivery.Retain, delivery.PacketId, message.ExpiresAt, message.Properties,
            delivery.Identifiers, message.Payload);
    }

    private bool Publish(
        Topic topic, Qos qos, bool dup, bool retain, ushort packetId, long expiresAt, ReadOnlySpan<byte> properties, uint[] identifiers,
        ReadOnlySpan<byte> payload)
    {
        uint? expiry = expiresAt == long.MaxValue ? null : SecondsUntil(expiresAt);
        ReadOnlySpan<byte> name = topic.Utf8;
        if (_maximumPacketSize is { } maximum
            && PacketWriter.PublishSize(Version, qos, name, _aliases is null ? (ushort)0 : (ushort)1, expiry, properties, identifiers, payload) > maximum)
            return false;
        ushort alias = 0;
        if (_aliases is not null && _aliases.TryGet(topic, out alias, out var isKnown) && isKnown)
            name = default;
        var before = Lag;
        PacketWriter.WritePublish(connection.Output, Version, qos, dup, retain, packetId, name, alias, expiry, properties, identifiers, payload);
        Publishes++;
        engine.Metrics.Delivered();
        Flush(before);
        return true;
    }

    /// <summary>What is left of the interval, begun seconds counted in full (MQTT-3.3.2-6).</summary>
    private uint SecondsUntil(long expiresAt) => (uint)Math.Clamp((expiresAt - engine.Clock.UtcNow + 999) / 1000, 0, uint.MaxValue);

    /// <summary>CONNACK has reason codes of its own (MQTT-3.2.2-8).</summary>
    private static ReasonCode ForConnack(ReasonCode reason) => reason switch
    {
        ReasonCode.ServerShuttingDown => ReasonCode.ServerUnavailable,
        ReasonCode.SessionTakenOver or ReasonCode.AdministrativeAction or ReasonCode.KeepAliveTimeout => ReasonCode.UnspecifiedError,
        _ => reason,
    };

    /// <summary>A packet was written to an output that had <paramref name="before"/> bytes.</summary>
    private void Flush(int before)
    {
        engine.Metrics.PacketSent(Lag - before);
        connection.Flush();
    }
}
