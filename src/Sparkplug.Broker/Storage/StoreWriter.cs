using System.Buffers.Binary;
using Microsoft.Data.Sqlite;
using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Routing;

namespace Sparkplug.Broker.Storage;

/// <summary>Writes what is pending as rows, within a transaction that its caller owns.</summary>
internal sealed class StoreWriter : IDisposable
{
    private readonly List<Statement> _all = [];
    private readonly Statement _putSession, _removeSession, _putSubscription, _removeSubscription, _removeSubscriptions;
    private readonly Statement _putMessage, _removeMessage, _putDelivery, _changeDelivery, _removeDelivery, _removeDeliveries;
    private readonly Statement _putReceivedId, _removeReceivedId, _removeReceivedIds;
    private readonly Statement _putRetained, _removeRetained, _putWill, _removeWill, _reserve;

    public StoreWriter(SqliteConnection connection)
    {
        _putSession = Prepare("INSERT OR REPLACE INTO session VALUES (?, ?, ?, ?, ?, ?)");
        _removeSession = Prepare("DELETE FROM session WHERE key = ?");
        _putSubscription = Prepare("INSERT OR REPLACE INTO subscription VALUES (?, ?, ?, ?, ?, ?, ?)");
        _removeSubscription = Prepare("DELETE FROM subscription WHERE session = ? AND filter = ?");
        _removeSubscriptions = Prepare("DELETE FROM subscription WHERE session = ?");
        _putMessage = Prepare("INSERT OR REPLACE INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
        _removeMessage = Prepare("DELETE FROM message WHERE id = ?");
        _putDelivery = Prepare("INSERT OR REPLACE INTO delivery VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
        _changeDelivery = Prepare("UPDATE delivery SET packet_id = ?, released = ? WHERE session = ? AND position = ?");
        _removeDelivery = Prepare("DELETE FROM delivery WHERE session = ? AND position = ?");
        _removeDeliveries = Prepare("DELETE FROM delivery WHERE session = ?");
        _putReceivedId = Prepare("INSERT OR IGNORE INTO received VALUES (?, ?)");
        _removeReceivedId = Prepare("DELETE FROM received WHERE session = ? AND packet_id = ?");
        _removeReceivedIds = Prepare("DELETE FROM received WHERE session = ?");
        _putRetained = Prepare("""
            INSERT INTO retained VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (topic) DO UPDATE SET id = excluded.id, payload = excluded.payload,
                properties = excluded.properties, qos = excluded.qos, retain = excluded.retain, expires_at = excluded.expires_at,
                checksum = excluded.checksum
            """);
        _removeRetained = Prepare("DELETE FROM retained WHERE topic = ?");
        _putWill = Prepare("INSERT OR REPLACE INTO will VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        _removeWill = Prepare("DELETE FROM will WHERE client_id = ?");
        _reserve = Prepare("UPDATE reserved SET message_id = ?, session_key = ?");

        Statement Prepare(string text)
        {
            var statement = new Statement(connection, text);
            _all.Add(statement);
            return statement;
        }
    }

    public void Write(PendingChanges changes)
    {
        foreach (var key in changes.EndedSessions)
            RemoveSession(key);
        foreach (var session in changes.Sessions)
            Write(session);
        foreach (var message in changes.Messages)
            Write(message);
        foreach (var (topic, change) in changes.Retained)
            WriteRetained(topic, change.Message);
        foreach (var (clientId, will) in changes.Wills)
            WriteWill(clientId, will);
        if (changes.IsReservationNew)
            _reserve.Bind(changes.ReservedMessageId).Bind(changes.ReservedSessionKey).Run();
    }

    /// <inheritdoc/>
    public void Dispose() => _all.ForEach(statement => statement.Dispose());

    private void RemoveSession(long key)
    {
        _removeSession.Bind(key).Run();
        _removeSubscriptions.Bind(key).Run();
        _removeDeliveries.Bind(key).Run();
        _removeReceivedIds.Bind(key).Run();
    }

    private void Write(SessionChanges session)
    {
        if (session.Facts is { } facts)
            WriteFacts(facts);
        foreach (var (filter, subscription) in session.Subscriptions)
            WriteSubscription(session.Key, filter, subscription);
        foreach (var (position, delivery) in session.Deliveries)
            WriteDelivery(session.Key, position, delivery);
        foreach (var (packetId, isThere) in session.ReceivedIds)
            (isThere ? _putReceivedId : _removeReceivedId).Bind(session.Key).Bind(packetId).Run();
    }

    private void WriteFacts(StoredSession facts) =>
        _putSession
            .Bind(facts.Key).BindText(facts.ClientId).BindText(facts.UserName).Bind((long)facts.Version).Bind(facts.ExpiryInterval)
            .Bind(facts.DisconnectedAt).Run();

    private void WriteSubscription(long session, string filter, StoredSubscription? subscription)
    {
        if (subscription is null)
        {
            _removeSubscription.Bind(session).BindText(filter).Run();
            return;
        }

        _putSubscription
            .Bind(session).BindText(filter).Bind((long)subscription.Qos).Bind(subscription.NoLocal).Bind(subscription.RetainAsPublished)
            .Bind((long)subscription.RetainHandling).Bind(subscription.Identifier).Run();
    }

    private void WriteDelivery(long session, long position, SessionChanges.QueuedDelivery? queued)
    {
        if (queued is null)
        {
            _removeDelivery.Bind(session).Bind(position).Run();
            return;
        }

        if (queued.Delivery is not { } delivery)
        {
            _changeDelivery.Bind(queued.PacketId).Bind(queued.IsReleased).Bind(session).Bind(position).Run();
            return;
        }

        var identifiers = delivery.Identifiers.Length == 0 ? [] : new byte[sizeof(uint) * delivery.Identifiers.Length];
        for (var i = 0; i < delivery.Identifiers.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(identifiers.AsSpan(sizeof(uint) * i), delivery.Identifiers[i]);
        _putDelivery
            .Bind(session).Bind(position).Bind(queued.MessageId).Bind((long)delivery.Qos).Bind(delivery.Retain).BindBlob(identifiers)
            .Bind(queued.PacketId).Bind(queued.IsReleased).Run();
    }

    private void Write(MessageReferences.StoredMessage stored)
    {
        if (stored.Message is not { } message)
        {
            _removeMessage.Bind(stored.Id).Run();
            return;
        }

        _putMessage
            .Bind(stored.Id).BindText(message.Topic.Utf8).BindBlob(message.Payload).BindBlob(message.Properties).Bind((long)message.Qos)
            .Bind(message.Retain).Bind(message.ExpiresAt).Bind(ChecksumOf(message)).Run();
    }

    private void WriteRetained(byte[] topic, Message? message)
    {
        if (message is null)
        {
            _removeRetained.BindText(topic).Run();
            return;
        }

        _putRetained
            .BindText(topic).Bind(message.Id).BindBlob(message.Payload).BindBlob(message.Properties).Bind((long)message.Qos)
            .Bind(message.Retain).Bind(message.ExpiresAt).Bind(ChecksumOf(message)).Run();
    }

    private void WriteWill(string clientId, StoredWill? stored)
    {
        if (stored is null)
        {
            _removeWill.BindText(clientId).Run();
            return;
        }

        var will = stored.Will;
        _putWill
            .BindText(clientId).BindText(stored.UserName).BindText(will.Topic).BindBlob(will.Payload).BindBlob(will.Properties)
            .Bind((long)will.Qos).Bind(will.Retain).Bind(will.DelayInterval).Bind((long?)will.MessageExpiryInterval)
            .Bind(stored.SessionExpiryInterval).Bind(Checksum.Of(will.Topic, will.Payload, will.Properties)).Run();
    }

    private static uint ChecksumOf(Message message) => Checksum.Of(message.Topic.Utf8, message.Payload, message.Properties);
}
