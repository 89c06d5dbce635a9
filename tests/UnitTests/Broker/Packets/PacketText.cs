using System.Text;
using Sparkplug.Broker.Packets;

namespace UnitTests.Broker.Packets;

/// <summary>Reads one packet as a session does, header first, and tells all its fields in one line.</summary>
internal static class PacketText
{
    /// <summary>The packet at the front, which must be there as a whole.</summary>
    /// <param name="packet">Fixed header and body.</param>
    /// <param name="version">What the client speaks; a CONNECT tells it itself.</param>
    public static string Read(ReadOnlySpan<byte> packet, ProtocolVersion version)
    {
        if (!PacketReader.TryReadHeader(packet, out var first, out var headerLength, out var bodyLength) || packet.Length < headerLength + bodyLength)
            return "incomplete";
        PacketReader.CheckHeader(first, headerLength, bodyLength, version);
        return ReadBody(first, packet.Slice(headerLength, bodyLength), version);
    }

    public static string ReadBody(byte first, ReadOnlySpan<byte> body, ProtocolVersion version)
    {
        byte[]? scratch = null;
        switch (PacketReader.TypeOf(first))
        {
            case PacketType.Connect:
                return Of(PacketReader.ReadConnect(body));
            case PacketType.Publish:
                return Of(PacketReader.ReadPublish(first, body, version, ref scratch));
            case PacketType.Subscribe:
                var subscribe = PacketReader.ReadSubscribe(body, version);
                return $"SUBSCRIBE {subscribe.PacketId} identifier={subscribe.SubscriptionIdentifier} {string.Join(' ', subscribe.Subscriptions.Select(Of))}";
            case PacketType.Unsubscribe:
                var unsubscribe = PacketReader.ReadUnsubscribe(body, version);
                return $"UNSUBSCRIBE {unsubscribe.PacketId} {string.Join(' ', unsubscribe.Filters)}";
            case PacketType.Pingreq:
                PacketReader.ReadPingreq(body, version);
                return "PINGREQ";
            case PacketType.Disconnect:
                var disconnect = PacketReader.ReadDisconnect(body, version);
                return $"DISCONNECT {disconnect.Reason} expiry={Of(disconnect.SessionExpiryInterval)}";
            case PacketType.Auth:
                return $"AUTH {PacketReader.ReadAuth(body)}";
            case var type:
                var ack = PacketReader.ReadAck(type, body, version);
                return $"{type.ToString().ToUpperInvariant()} {ack.PacketId} {ack.Reason}";
        }
    }

    private static string Of(ConnectPacket packet) => string.Join(
        ' ', "CONNECT", packet.Version, $"id={packet.ClientId}", packet.CleanStart ? "clean" : "resume", $"keepAlive={packet.KeepAlive}",
        $"user={packet.UserName ?? "-"}", $"password={(packet.Password is { } password ? Convert.ToHexString(password) : "-")}",
        $"expiry={packet.SessionExpiryInterval}", $"receive={packet.ReceiveMaximum}", $"size={Of(packet.MaximumPacketSize)}",
        $"aliases={packet.TopicAliasMaximum}", $"response={packet.RequestResponseInformation}", $"problem={packet.RequestProblemInformation}",
        $"auth={packet.AuthenticationMethod ?? "-"}", packet.Will is { } will ? Of(will) : "no will");

    private static string Of(ConnectWill will) =>
        $"will[{Encoding.UTF8.GetString(will.Topic)} {Convert.ToHexString(will.Payload)} {will.Qos}{(will.Retain ? " retain" : "")} " +
        $"delay={will.DelayInterval} expiry={Of(will.MessageExpiryInterval)} {Convert.ToHexString(will.Properties)}]";

    private static string Of(PublishPacket packet) =>
        $"PUBLISH {packet.Qos}{(packet.Dup ? " dup" : "")}{(packet.Retain ? " retain" : "")} {packet.PacketId} " +
        $"topic={Encoding.UTF8.GetString(packet.Topic)} alias={packet.TopicAlias} expiry={Of(packet.MessageExpiryInterval)} " +
        $"properties={Convert.ToHexString(packet.Properties)} payload={Convert.ToHexString(packet.Payload)}";

    private static string Of(RequestedSubscription subscription) =>
        $"{subscription.Filter}:{subscription.Qos}{(subscription.NoLocal ? "+nl" : "")}{(subscription.RetainAsPublished ? "+rap" : "")}+{subscription.RetainHandling}";

    private static string Of(uint? value) => value?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-";
}
