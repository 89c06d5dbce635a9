using Microsoft.Data.Sqlite;
using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Storage;

namespace UnitTests.Broker.Storage;

/// <summary>An upgrade from the version that kept retained messages in a file of their own.</summary>
public sealed class StoreImportTests : IDisposable
{
    private readonly OpenStore _open = new();

    private string Previous => Path.Combine(_open.Folder, "retained.db");

    public void Dispose() => _open.Dispose();

    [Fact]
    public void Retained_messages_and_certificates_of_the_previous_version_are_taken_over_once()
    {
        WritePrevious(
            ("a/b", [1, 2], 1, """{"IsText":true,"ContentType":"t","ResponseTopic":"r/s","CorrelationData":"AQI=","UserProperties":["n","v","n","w"]}"""),
            ("$sparkplug/certificates/spBv1.0/G/NBIRTH/E", [3], 0, null));
        _open.Open();

        var messages = _open.AtStart.Retained.ToDictionary(message => message.Topic.Text);
        Assert.Equal([3], messages["$sparkplug/certificates/spBv1.0/G/NBIRTH/E"].Payload);
        var message = messages["a/b"];
        Assert.Equal([1, 2], message.Payload);
        Assert.Equal((Qos.AtLeastOnce, true, long.MaxValue), (message.Qos, message.Retain, message.ExpiresAt));
        byte[] properties =
        [
            0x01, 1, 0x03, 0, 1, (byte)'t', 0x08, 0, 3, (byte)'r', (byte)'/', (byte)'s', 0x09, 0, 2, 1, 2,
            0x26, 0, 1, (byte)'n', 0, 1, (byte)'v', 0x26, 0, 1, (byte)'n', 0, 1, (byte)'w',
        ];
        Assert.Equal(properties, message.Properties);
        Assert.False(File.Exists(Previous));
        Assert.True(File.Exists(Previous + ".imported"));
        Assert.True(_open.AtStart.LastMessageId >= messages.Values.Max(kept => kept.Id));

        _open.Write(new StoreChange.Unretain(message.Topic));
        Assert.Single(_open.Reopen().Retained);
    }

    [Fact]
    public void A_topic_that_the_store_has_is_newer_there()
    {
        _open.Open();
        _open.Write(new StoreChange.Retain(Stored.Message(7, "a/b")));
        WritePrevious(("a/b", [1], 1, null), ("c", [2], 1, null));
        Assert.Equal([7, 1], _open.Reopen().Retained.OrderBy(message => message.Topic.Text, StringComparer.Ordinal).Select(message => message.Id > 100 ? 1 : message.Id));
    }

    [Fact]
    public void A_damaged_file_of_the_previous_version_is_put_aside()
    {
        File.WriteAllText(Previous, new string('x', 5_000));
        _open.Open();
        Assert.Empty(_open.AtStart.Retained);
        Assert.True(File.Exists(Previous + ".damaged-20261124T120000Z"));
        Assert.False(File.Exists(Previous));
    }

    private void WritePrevious(params (string Topic, byte[] Payload, int Qos, string? Properties)[] messages)
    {
        using var connection = StoreFile.Open(Previous);
        StoreFile.Run(connection, "PRAGMA journal_mode = WAL");
        StoreFile.Run(connection, "CREATE TABLE retained (topic TEXT PRIMARY KEY, payload BLOB NOT NULL, qos INTEGER NOT NULL, properties TEXT) STRICT, WITHOUT ROWID");
        foreach (var message in messages)
        {
            using var insert = new SqliteCommand("INSERT INTO retained VALUES ($topic, $payload, $qos, $properties)", connection);
            insert.Parameters.AddWithValue("$topic", message.Topic);
            insert.Parameters.AddWithValue("$payload", message.Payload);
            insert.Parameters.AddWithValue("$qos", message.Qos);
            insert.Parameters.AddWithValue("$properties", (object?)message.Properties ?? DBNull.Value);
            insert.ExecuteNonQuery();
        }
    }
}
