using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Sparkplug.Configuration;

namespace Sparkplug.Broker.Storage;

/// <summary>A store that has been opened and read.</summary>
/// <param name="Database">The file.</param>
/// <param name="State">What is in it.</param>
/// <param name="Pending">Nothing yet; knows what is in the file as far as it must.</param>
internal sealed record OpenedStore(StoreDatabase Database, StoredState State, PendingChanges Pending)
{
    private const string ConfigurationKey = "Broker:DataDirectory";

    private const int SqliteError = 1, SqliteReadOnly = 8, SqliteCorrupt = 11, SqliteConstraint = 19, SqliteFormat = 24, SqliteNotADatabase = 26;

    /// <inheritdoc cref="BrokerStore.Open"/>
    public static OpenedStore Open(string file, TimeProvider time, BrokerMetrics metrics, ILogger logger, int maximumPages)
    {
        try
        {
            var database = OpenOrReplace(file, time, metrics, logger, maximumPages, out var state);
            var pending = new PendingChanges();
            pending.Restore(state);
            var isNew = Import(database, pending, Path.Combine(Path.GetDirectoryName(file)!, PreviousRetained.FileName), state, time, logger);
            DirectoryEntries.Flush(file); // the first file of the folder, or the renamed one, is found again after a power cut
            return new OpenedStore(database, isNew ? database.Read() : state, pending);
        }
        catch (NewerSchemaException fault)
        {
            throw new ConfigurationFaultException(ConfigurationKey, $"{file} {fault.Message}", fault);
        }
        catch (Exception fault) when (fault is SqliteException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new ConfigurationFaultException(ConfigurationKey, $"cannot open {file}: {fault.Message}", fault);
        }
    }

    private static StoreDatabase OpenOrReplace(
        string file, TimeProvider time, BrokerMetrics metrics, ILogger logger, int maximumPages, out StoredState state)
    {
        try
        {
            return OpenAndRead(file, maximumPages, out state);
        }
        catch (Exception fault) when (IsDamage(fault))
        {
            metrics.StoreQuarantined();
            logger.StoreQuarantined(file, fault.Message, PutAside(file, $"damaged-{Stamp(time)}"));
            return OpenAndRead(file, maximumPages, out state);
        }
    }

    private static StoreDatabase OpenAndRead(string file, int maximumPages, out StoredState state)
    {
        var database = StoreDatabase.Open(file, maximumPages);
        try
        {
            state = database.Read();
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Takes over what the previous version retained, once; a topic that the store has is newer there.</summary>
    private static bool Import(StoreDatabase database, PendingChanges pending, string previous, StoredState state, TimeProvider time, ILogger logger)
    {
        if (!File.Exists(previous))
            return false;
        try
        {
            var known = state.Retained.Select(message => message.Topic.Utf8).ToHashSet(new BytesComparer());
            foreach (var message in PreviousRetained.Read(previous, state.LastMessageId))
                if (known.Add(message.Topic.Utf8))
                    pending.Apply(new StoreChange.Retain(message));
        }
        catch (Exception fault) when (IsDamage(fault))
        {
            logger.StoreQuarantined(previous, fault.Message, PutAside(previous, $"damaged-{Stamp(time)}"));
            return false;
        }

        var count = pending.Retained.Count;
        database.Write(pending);
        pending.Written();
        logger.StoreImported(count, previous, PutAside(previous, "imported"));
        return true;
    }

    /// <summary>Whether the content is at fault, and not the disk or the rights: the file is writable when this is asked.</summary>
    private static bool IsDamage(Exception fault) => fault is InvalidDataException
        or SqliteException { SqliteErrorCode: SqliteError or SqliteReadOnly or SqliteCorrupt or SqliteConstraint or SqliteFormat or SqliteNotADatabase };

    private static string PutAside(string file, string name)
    {
        var aside = $"{file}.{name}";
        foreach (var suffix in (string[])["", "-wal", "-shm"])
            if (File.Exists(file + suffix))
                File.Move(file + suffix, aside + suffix, overwrite: true);
        return aside;
    }

    private static string Stamp(TimeProvider time) => time.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
}
