namespace Sparkplug.Broker.Storage;

/// <summary>The tables, and how an older file gets to them.</summary>
internal static class StoreSchema
{
    /// <summary>The mark of the broker's store among SQLite files: "SpkB".</summary>
    public const int ApplicationId = 0x53706B42;

    /// <summary>A version beyond this was never written by a broker: the number itself is damaged.</summary>
    public const int LastPlausibleVersion = 9_999;

    /// <summary>The step at an index makes that version into the next one; a published step is never changed.</summary>
    public static readonly IReadOnlyList<string> Steps =
    [
        """
        CREATE TABLE retained (
            topic TEXT PRIMARY KEY NOT NULL, id INTEGER NOT NULL, payload BLOB NOT NULL, properties BLOB NOT NULL,
            qos INTEGER NOT NULL, retain INTEGER NOT NULL, expires_at INTEGER NOT NULL, checksum INTEGER NOT NULL) STRICT;
        CREATE TABLE session (
            key INTEGER PRIMARY KEY, client_id TEXT NOT NULL, user_name TEXT, version INTEGER NOT NULL,
            expiry_interval INTEGER NOT NULL, disconnected_at INTEGER) STRICT;
        CREATE TABLE subscription (
            session INTEGER NOT NULL, filter TEXT NOT NULL, qos INTEGER NOT NULL, no_local INTEGER NOT NULL,
            retain_as_published INTEGER NOT NULL, retain_handling INTEGER NOT NULL, identifier INTEGER NOT NULL,
            PRIMARY KEY (session, filter)) STRICT, WITHOUT ROWID;
        CREATE TABLE message (
            id INTEGER PRIMARY KEY, topic TEXT NOT NULL, payload BLOB NOT NULL, properties BLOB NOT NULL,
            qos INTEGER NOT NULL, retain INTEGER NOT NULL, expires_at INTEGER NOT NULL, checksum INTEGER NOT NULL) STRICT;
        CREATE TABLE delivery (
            session INTEGER NOT NULL, position INTEGER NOT NULL, message INTEGER NOT NULL, qos INTEGER NOT NULL,
            retain INTEGER NOT NULL, identifiers BLOB NOT NULL, packet_id INTEGER NOT NULL, released INTEGER NOT NULL,
            PRIMARY KEY (session, position)) STRICT, WITHOUT ROWID;
        CREATE TABLE received (
            session INTEGER NOT NULL, packet_id INTEGER NOT NULL,
            PRIMARY KEY (session, packet_id)) STRICT, WITHOUT ROWID;
        CREATE TABLE will (
            client_id TEXT PRIMARY KEY NOT NULL, user_name TEXT, topic TEXT NOT NULL, payload BLOB NOT NULL, properties BLOB NOT NULL,
            qos INTEGER NOT NULL, retain INTEGER NOT NULL, delay_interval INTEGER NOT NULL, message_expiry_interval INTEGER,
            session_expiry_interval INTEGER NOT NULL, checksum INTEGER NOT NULL) STRICT;
        CREATE TABLE reserved (one INTEGER PRIMARY KEY CHECK (one = 1), message_id INTEGER NOT NULL, session_key INTEGER NOT NULL) STRICT;
        INSERT INTO reserved VALUES (1, 0, 0);
        """,
    ];

    /// <summary>The version that this broker writes.</summary>
    public static int Version => Steps.Count;
}
