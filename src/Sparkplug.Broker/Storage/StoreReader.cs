using System.Buffers.Binary;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Routing;

namespace Sparkplug.Broker.Storage;

/// <summary>Reads everything back at the start. What cannot have been written by a broker is damage.</summary>
internal sealed class StoreReader(SqliteConnection connection)
{
    // A name is in memory once, however many messages have it.
    private readonly Dictionary<byte[], Topic> _topics = new(new BytesComparer());

    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="SqliteException">The file is damaged or cannot be read.</exception>
    public StoredState Read()
    {
        var (messageId, sessionKey) = ReadReserved();
        return new StoredState
        {
            Retained = ReadRetained(),
            Sessions = ReadSessions(),
            Wills = ReadWills(),
            LastMessageId = messageId,
            LastSessionKey = sessionKey,
        };
    }

    private (long MessageId, long SessionKey) ReadReserved()
    {
        using var rows = Select("SELECT message_id, session_key FROM reserved");
        if (!rows.Read())
            throw new InvalidDataException("no reserved numbers");
        return (rows.Integer(0, 0, long.MaxValue), rows.Integer(1, 0, long.MaxValue));
    }

    private List<Message> ReadRetained()
    {
        var messages = new List<Message>();
        using var rows = Select("SELECT id, topic, payload, properties, qos, retain, expires_at, checksum FROM retained");
        while (rows.Read())
            messages.Add(ReadMessage(rows));
        return messages;
    }

    private List<RestoredSession> ReadSessions()
    {
        var queues = ReadQueues(ReadMessages());
        var subscriptions = ReadSubscriptions();
        var received = ReadReceivedIds();
        var sessions = new List<RestoredSession>();
        using var rows = Select("SELECT key, client_id, user_name, version, expiry_interval, disconnected_at FROM session");
        while (rows.Read())
        {
            var key = rows.Integer(0);
            sessions.Add(new RestoredSession
            {
                Session = new StoredSession(
                    key,
                    rows.Text(1),
                    rows.IsNull(2) ? null : rows.Text(2),
                    (ProtocolVersion)rows.Integer(3, (int)ProtocolVersion.V311, (int)ProtocolVersion.V5),
                    (uint)rows.Integer(4, 0, uint.MaxValue),
                    rows.IsNull(5) ? null : rows.Integer(5)),
                Subscriptions = Take(subscriptions, key),
                Queue = Take(queues, key),
                ReceivedIds = Take(received, key),
            });
        }

        if (queues.Count + subscriptions.Count + received.Count > 0)
            throw new InvalidDataException("rows of a session that is not there");
        return sessions;
    }

    private Dictionary<long, Message> ReadMessages()
    {
        var messages = new Dictionary<long, Message>();
        using var rows = Select("SELECT id, topic, payload, properties, qos, retain, expires_at, checksum FROM message");
        while (rows.Read())
            messages.Add(rows.Integer(0), ReadMessage(rows));
        return messages;
    }

    private Dictionary<long, List<StoredDelivery>> ReadQueues(Dictionary<long, Message> messages)
    {
        var queues = new Dictionary<long, List<StoredDelivery>>();
        using var rows = Select("SELECT session, position, message, qos, retain, identifiers, packet_id, released FROM delivery ORDER BY session, position");
        while (rows.Read())
        {
            var isReleased = rows.Flag(7);
            Of(queues, rows.Integer(0)).Add(new StoredDelivery
            {
                Position = rows.Integer(1),
                Message = isReleased ? Released(rows.Integer(2)) : MessageOf(messages, rows.Integer(2)),
                Qos = (Qos)rows.Integer(3, 0, 2),
                Retain = rows.Flag(4),
                Identifiers = ReadIdentifiers(rows.Bytes(5)),
                PacketId = (ushort)rows.Integer(6, 0, ushort.MaxValue),
                IsReleased = isReleased,
            });
        }

        return queues;
    }

    private Dictionary<long, List<StoredSubscription>> ReadSubscriptions()
    {
        var subscriptions = new Dictionary<long, List<StoredSubscription>>();
        using var rows = Select("SELECT session, filter, qos, no_local, retain_as_published, retain_handling, identifier FROM subscription");
        while (rows.Read())
            Of(subscriptions, rows.Integer(0)).Add(new StoredSubscription(
                rows.Text(1),
                (Qos)rows.Integer(2, 0, 2),
                rows.Flag(3),
                rows.Flag(4),
                (RetainHandling)rows.Integer(5, 0, 2),
                (uint)rows.Integer(6, 0, uint.MaxValue)));
        return subscriptions;
    }

    private Dictionary<long, List<ushort>> ReadReceivedIds()
    {
        var received = new Dictionary<long, List<ushort>>();
        using var rows = Select("SELECT session, packet_id FROM received");
        while (rows.Read())
            Of(received, rows.Integer(0)).Add((ushort)rows.Integer(1, 0, ushort.MaxValue));
        return received;
    }

    private List<StoredWill> ReadWills()
    {
        var wills = new List<StoredWill>();
        using var rows = Select(
            "SELECT client_id, user_name, topic, payload, properties, qos, retain, delay_interval, message_expiry_interval, session_expiry_interval, checksum FROM will");
        while (rows.Read())
        {
            Verify(rows, topic: 2, payload: 3, properties: 4, checksum: 10);
            var will = new ConnectWill
            {
                Topic = rows.Bytes(2).ToArray(),
                Payload = rows.Bytes(3).ToArray(),
                Properties = rows.Bytes(4).ToArray(),
                Qos = (Qos)rows.Integer(5, 0, 2),
                Retain = rows.Flag(6),
                DelayInterval = (uint)rows.Integer(7, 0, uint.MaxValue),
                MessageExpiryInterval = rows.IsNull(8) ? null : (uint)rows.Integer(8, 0, uint.MaxValue),
            };
            wills.Add(new StoredWill(rows.Text(0), rows.IsNull(1) ? null : rows.Text(1), will, (uint)rows.Integer(9, 0, uint.MaxValue)));
        }

        return wills;
    }

    private Message ReadMessage(Statement rows)
    {
        Verify(rows, topic: 1, payload: 2, properties: 3, checksum: 7);
        return new Message
        {
            Id = rows.Integer(0),
            Topic = TopicOf(rows.Bytes(1)),
            Payload = rows.Bytes(2).ToArray(),
            Properties = rows.Bytes(3).ToArray(),
            Qos = (Qos)rows.Integer(4, 0, 2),
            Retain = rows.Flag(5),
            ExpiresAt = rows.Integer(6),
        };
    }

    private static void Verify(Statement rows, int topic, int payload, int properties, int checksum)
    {
        if (rows.Integer(checksum) != Checksum.Of(rows.Bytes(topic), rows.Bytes(payload), rows.Bytes(properties)))
            throw new InvalidDataException($"the checksum of a message on {rows.Text(topic)} is wrong");
    }

    private Topic TopicOf(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
            throw new InvalidDataException("a message without a topic");
        var topics = _topics.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (topics.TryGetValue(utf8, out var topic))
            return topic;
        topic = new Topic(utf8.ToArray());
        _topics.Add(topic.Utf8, topic);
        return topic;
    }

    private static Message MessageOf(Dictionary<long, Message> messages, long id) =>
        messages.TryGetValue(id, out var message)
            ? message
            : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"a queue without its message {id}"));

    /// <summary>The subscriber owns the message: what is left of it is its number.</summary>
    private Message Released(long id) => new()
    {
        Id = id,
        Topic = TopicOf("-"u8),
        Payload = [],
        Properties = [],
        Qos = Qos.ExactlyOnce,
        Retain = false,
        ExpiresAt = long.MaxValue,
    };

    private static uint[] ReadIdentifiers(ReadOnlySpan<byte> bytes)
    {
        var identifiers = bytes.Length < sizeof(uint) ? [] : new uint[bytes.Length / sizeof(uint)];
        for (var i = 0; i < identifiers.Length; i++)
            identifiers[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(sizeof(uint) * i)..]);
        return identifiers;
    }

    private static List<T> Of<T>(Dictionary<long, List<T>> lists, long session)
    {
        if (!lists.TryGetValue(session, out var list))
            lists.Add(session, list = []);
        return list;
    }

    private static List<T> Take<T>(Dictionary<long, List<T>> lists, long session) => lists.Remove(session, out var list) ? list : [];

    private Statement Select(string text) => new(connection, text);
}
