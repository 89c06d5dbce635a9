using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Sparkplug.Broker.Security;
using Sparkplug.Configuration;

namespace Sparkplug.Broker.Storage;

/// <summary>The SQLite file of retained messages. A transaction that has been committed survives a power cut (WAL, synchronous=FULL).</summary>
internal sealed class RetainedDatabase : IDisposable
{
    private const int SqliteCorrupt = 11, SqliteNotADatabase = 26;

    private readonly SqliteConnection _connection;

    private RetainedDatabase(SqliteConnection connection) => _connection = connection;

    /// <summary>Opens or makes the file. A damaged one is put aside under another name, and the broker starts with an empty one.</summary>
    /// <exception cref="SqliteException">The file cannot be opened for another reason.</exception>
    public static RetainedDatabase Open(string file, TimeProvider time, ILogger logger)
    {
        if (TryOpen(file, out var damage) is { } opened)
            return opened;
        var aside = $"{file}.damaged-{time.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}";
        foreach (var suffix in (string[])["", "-wal", "-shm"])
        {
            if (File.Exists(file + suffix))
                File.Move(file + suffix, aside + suffix, overwrite: true);
        }

        logger.RetainedQuarantined(file, damage!, aside);
        return TryOpen(file, out damage) ?? throw new IOException($"{file} cannot be made anew: {damage}");
    }

    /// <summary>Every message, in no order.</summary>
    public List<RetainedMessage> Load()
    {
        var messages = new List<RetainedMessage>();
        using var command = Command("SELECT topic, payload, qos, properties FROM retained");
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            messages.Add(new RetainedMessage
            {
                Topic = rows.GetString(0),
                Payload = rows.GetFieldValue<byte[]>(1),
                Qos = rows.GetInt32(2),
                Properties = rows.IsDBNull(3) ? null : JsonSerializer.Deserialize(rows.GetString(3), StorageJson.Default.MessageProperties),
            });
        }

        return messages;
    }

    /// <summary>Writes all changes in one transaction; a null message removes its topic.</summary>
    public void Apply(IReadOnlyDictionary<string, RetainedMessage?> changes)
    {
        using var transaction = _connection.BeginTransaction();
        using var put = Command("INSERT INTO retained (topic, payload, qos, properties) VALUES ($topic, $payload, $qos, $properties) ON CONFLICT (topic) DO UPDATE SET payload = $payload, qos = $qos, properties = $properties", transaction);
        using var remove = Command("DELETE FROM retained WHERE topic = $topic", transaction);
        foreach (var (topic, message) in changes)
        {
            var command = message is null ? remove : put;
            command.Parameters.Clear();
            command.Parameters.AddWithValue("$topic", topic);
            if (message is not null)
                Bind(put, message);
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private static void Bind(SqliteCommand put, RetainedMessage message)
    {
        put.Parameters.AddWithValue("$payload", message.Payload);
        put.Parameters.AddWithValue("$qos", message.Qos);
        put.Parameters.AddWithValue("$properties", message.Properties is null
            ? DBNull.Value
            : JsonSerializer.Serialize(message.Properties, StorageJson.Default.MessageProperties));
    }

    /// <summary>Null when the file is damaged; any other fault is thrown.</summary>
    private static RetainedDatabase? TryOpen(string file, out string? damage)
    {
        damage = null;
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        try
        {
            if (!File.Exists(file))
                PrivateFile.Write(file, ""); // SQLite gives -wal and -shm the mode of the file; an empty one is an empty database
            connection.Open();
            var database = new RetainedDatabase(connection);
            damage = database.Prepare();
            if (damage is null)
                return database;
        }
        catch (SqliteException fault) when (fault.SqliteErrorCode is SqliteCorrupt or SqliteNotADatabase)
        {
            damage = fault.Message;
        }
        catch
        {
            connection.Dispose();
            throw;
        }

        connection.Dispose();
        return null;
    }

    private string? Prepare()
    {
        using (var pragmas = Command("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"))
            pragmas.ExecuteNonQuery();
        using (var check = Command("PRAGMA quick_check(1)"))
        {
            if (check.ExecuteScalar() is string verdict and not "ok")
                return verdict;
        }

        using var table = Command("CREATE TABLE IF NOT EXISTS retained (topic TEXT PRIMARY KEY, payload BLOB NOT NULL, qos INTEGER NOT NULL, properties TEXT) STRICT, WITHOUT ROWID");
        table.ExecuteNonQuery();
        return null;
    }

    // The texts are constants of this file; what comes from outside is always a parameter.
#pragma warning disable CA2100
    private SqliteCommand Command(string text, SqliteTransaction? transaction = null) => new(text, _connection, transaction);
#pragma warning restore CA2100
}

[JsonSerializable(typeof(MessageProperties))]
internal sealed partial class StorageJson : JsonSerializerContext;
