using System.Globalization;
using System.Text;
using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Routing;
using Sparkplug.Broker.Storage;

namespace UnitTests.Broker.Storage;

/// <summary>Stored things with good defaults, and their text for comparison: every field is in it.</summary>
internal static class Stored
{
    public static Message Message(long id, string topic = "a/b", Qos qos = Qos.AtLeastOnce, int size = 3) => new()
    {
        Id = id,
        Topic = new Topic(Encoding.UTF8.GetBytes(topic)),
        Payload = [.. Enumerable.Range(0, size).Select(i => (byte)(id + i))],
        Properties = id % 2 == 0 ? [] : [1, 1, (byte)id],
        Qos = qos,
        Retain = id % 3 == 0,
        ExpiresAt = id % 5 == 0 ? 1_764_000_000_000 + id : long.MaxValue,
    };

    public static StoredSession Session(long key, string? user = "line1", long? disconnectedAt = null) =>
        new(key, $"client-{key}-é", user, key % 2 == 0 ? ProtocolVersion.V311 : ProtocolVersion.V5, uint.MaxValue, disconnectedAt);

    public static StoredSubscription Subscription(string filter, uint identifier = 0) =>
        new(filter, Qos.ExactlyOnce, NoLocal: true, RetainAsPublished: false, RetainHandling.SendIfNew, identifier);

    public static StoredDelivery Delivery(long position, Message message, ushort packetId = 0, bool isReleased = false, params uint[] identifiers) => new()
    {
        Position = position,
        Message = message,
        Qos = position % 2 == 0 ? Qos.AtLeastOnce : Qos.ExactlyOnce,
        Retain = position % 3 == 0,
        Identifiers = identifiers,
        PacketId = packetId,
        IsReleased = isReleased,
    };

    public static StoredWill Will(string clientId, uint? expiry = 60, string? user = null) => new(
        clientId,
        user,
        new ConnectWill
        {
            Topic = "spBv1.0/G/NDEATH/E"u8.ToArray(),
            Payload = [7, 8],
            Qos = Qos.AtLeastOnce,
            Retain = false,
            DelayInterval = 5,
            MessageExpiryInterval = expiry,
            Properties = [1, 0],
        },
        3_600);

    /// <summary>Everything that is kept, in one order.</summary>
    public static string Text(StoredState state)
    {
        var text = new StringBuilder();
        foreach (var line in state.Retained.Select(message => "retained " + Text(message)).Order(StringComparer.Ordinal))
            text.AppendLine(line);
        foreach (var session in state.Sessions.OrderBy(session => session.Session.Key))
            Append(text, session);
        foreach (var line in state.Wills.Select(Text).Order(StringComparer.Ordinal))
            text.AppendLine(line);
        return text.ToString();
    }

    private static void Append(StringBuilder text, RestoredSession session)
    {
        text.Append(CultureInfo.InvariantCulture, $"session {session.Session}").AppendLine();
        foreach (var subscription in session.Subscriptions.OrderBy(subscription => subscription.Filter, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"  {subscription}").AppendLine();
        foreach (var delivery in session.Queue) // the order matters
            text.Append("  ").AppendLine(Text(delivery));
        text.Append("  received ").AppendJoin(' ', session.ReceivedIds.Order()).AppendLine();
    }

    private static string Text(StoredDelivery delivery) => string.Create(
        CultureInfo.InvariantCulture,
        $"{delivery.Position} {delivery.Qos} {delivery.Retain} [{string.Join(' ', delivery.Identifiers)}] {delivery.PacketId} {delivery.IsReleased} {(delivery.IsReleased ? delivery.Message.Id : Text(delivery.Message))}");

    private static string Text(Message message) => string.Create(
        CultureInfo.InvariantCulture,
        $"{message.Id} {message.Topic} {Convert.ToHexString(message.Payload)} {Convert.ToHexString(message.Properties)} {message.Qos} {message.Retain} {message.ExpiresAt}");

    private static string Text(StoredWill will) => string.Create(
        CultureInfo.InvariantCulture,
        $"will {will.ClientId} {will.UserName ?? "nobody"} {Encoding.UTF8.GetString(will.Will.Topic)} {Convert.ToHexString(will.Will.Payload)} {Convert.ToHexString(will.Will.Properties)} {will.Will.Qos} {will.Will.Retain} {will.Will.DelayInterval} {will.Will.MessageExpiryInterval} {will.SessionExpiryInterval}");
}
