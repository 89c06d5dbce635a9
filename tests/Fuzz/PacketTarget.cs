using Sparkplug.Broker.Packets;

namespace Fuzz;

/// <summary>
/// Feeds bytes to the packet reader as a session does: the first says the version (even: 3.1.1, odd: 5.0), the others are what a client
/// sends. A violation ends the stream; any other exception, and a PUBLISH that is not the same after it was written, is a bug.
/// </summary>
internal static class PacketTarget
{
    public static void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
            return;
        var version = (input[0] & 1) == 0 ? ProtocolVersion.V311 : ProtocolVersion.V5;
        try
        {
            ReadAll(input[1..], version);
        }
        catch (MqttViolation violation)
        {
            Check((byte)violation.Reason >= 0x80, "a violation with a Reason Code that is none");
        }
    }

    private static void ReadAll(ReadOnlySpan<byte> stream, ProtocolVersion version)
    {
        byte[]? scratch = null;
        while (PacketReader.TryReadHeader(stream, out var first, out var headerLength, out var bodyLength))
        {
            PacketReader.CheckHeader(first, headerLength, bodyLength, version);
            if (stream.Length - headerLength < bodyLength)
                return;
            var body = stream.Slice(headerLength, bodyLength);
            Read(first, body, version, ref scratch);
            stream = stream[(headerLength + bodyLength)..];
        }
    }

    private static void Read(byte first, ReadOnlySpan<byte> body, ProtocolVersion version, ref byte[]? scratch)
    {
        switch (PacketReader.TypeOf(first))
        {
            case PacketType.Connect:
                CheckConnect(PacketReader.ReadConnect(body));
                break;
            case PacketType.Publish:
                CheckPublish(PacketReader.ReadPublish(first, body, version, ref scratch), version);
                break;
            case PacketType.Subscribe:
                var subscribe = PacketReader.ReadSubscribe(body, version);
                Check(subscribe.PacketId != 0 && subscribe.Subscriptions.Count > 0 && subscribe.SubscriptionIdentifier <= VariableByteInteger.Maximum, "SUBSCRIBE");
                break;
            case PacketType.Unsubscribe:
                var unsubscribe = PacketReader.ReadUnsubscribe(body, version);
                Check(unsubscribe.PacketId != 0 && unsubscribe.Filters.Count > 0, "UNSUBSCRIBE");
                break;
            case PacketType.Pingreq:
                PacketReader.ReadPingreq(body, version);
                break;
            case PacketType.Disconnect:
                PacketReader.ReadDisconnect(body, version);
                break;
            case PacketType.Auth:
                PacketReader.ReadAuth(body);
                break;
            case var type:
                Check(PacketReader.ReadAck(type, body, version).PacketId != 0, "an acknowledgement of packet identifier 0");
                break;
        }
    }

    private static void CheckConnect(ConnectPacket packet)
    {
        Check(packet.ReceiveMaximum != 0 && packet.MaximumPacketSize != 0, "CONNECT with a limit of 0");
        if (packet.Will is { } will)
            CheckTopic(will.Topic);
    }

    private static void CheckPublish(PublishPacket packet, ProtocolVersion version)
    {
        Check(!packet.Topic.IsEmpty || packet.TopicAlias != 0, "PUBLISH without a topic");
        Check((packet.PacketId == 0) == (packet.Qos == Qos.AtMostOnce), "PUBLISH with a packet identifier that is none");
        if (!packet.Topic.IsEmpty)
            CheckTopic(packet.Topic);
        var output = new OutputBuffer();
        PacketWriter.WritePublish(
            output, version, packet.Qos, packet.Dup, packet.Retain, packet.PacketId, packet.Topic, packet.TopicAlias, packet.MessageExpiryInterval,
            packet.Properties, default, packet.Payload);
        byte[]? scratch = null;
        Check(PacketReader.TryReadHeader(output.Written, out var first, out var headerLength, out var bodyLength), "no header was written");
        Check(headerLength + bodyLength == output.Length, "a wrong length was written");
        PacketReader.CheckHeader(first, headerLength, bodyLength, version);
        var again = PacketReader.ReadPublish(first, output.Written[headerLength..], version, ref scratch);
        Check(
            again.Topic.SequenceEqual(packet.Topic) && again.Payload.SequenceEqual(packet.Payload) && again.Properties.SequenceEqual(packet.Properties)
            && again.MessageExpiryInterval == packet.MessageExpiryInterval && again.TopicAlias == packet.TopicAlias && again.PacketId == packet.PacketId
            && again.Qos == packet.Qos && again.Dup == packet.Dup && again.Retain == packet.Retain, "PUBLISH is another after it was written");
        output.Clear();
    }

    private static void CheckTopic(ReadOnlySpan<byte> topic) => Check(topic.IndexOfAny((byte)0, (byte)'+', (byte)'#') < 0, "a topic that is no Topic Name");

    private static void Check(bool holds, string what)
    {
        if (!holds)
            throw new InvalidOperationException(what);
    }
}
