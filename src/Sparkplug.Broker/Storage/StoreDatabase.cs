using System.Globalization;
using Microsoft.Data.Sqlite;
using Sparkplug.Configuration;
using SQLitePCL;

namespace Sparkplug.Broker.Storage;

/// <summary>The SQLite file. A transaction that has been committed survives a power cut (WAL, synchronous=FULL).</summary>
internal sealed class StoreDatabase : IDisposable
{
    /// <summary>How long another program that has the file open for writing, such as a shell, is waited for.</summary>
    private const int BusyMilliseconds = 100;

    private const int SmallestPage = 512;

    private const int PagesWritten = 9; // SQLITE_DBSTATUS_CACHE_WRITE

    private readonly SqliteConnection _connection;
    private readonly StoreWriter _writer;
    private readonly Statement _begin, _commit, _rollback;

    private StoreDatabase(SqliteConnection connection)
    {
        _connection = connection;
        _writer = new StoreWriter(connection);
        _begin = new Statement(connection, "BEGIN IMMEDIATE");
        _commit = new Statement(connection, "COMMIT");
        _rollback = new Statement(connection, "ROLLBACK");
    }

    /// <summary>About the pages of the log that are not in the file itself yet.</summary>
    public long PagesInLog { get; private set; }

    /// <summary>Opens or makes the file, brings it to this version's schema and checks it.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="SqliteException">The file is damaged or cannot be opened.</exception>
    /// <exception cref="NewerSchemaException">A newer broker has written it.</exception>
    public static StoreDatabase Open(string file, int maximumPages = 0)
    {
        if (!File.Exists(file))
            PrivateFile.Write(file, ""); // SQLite gives -wal and -shm the mode of the file; an empty one is an empty database
        else
            CheckFile(file);

        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        try
        {
            connection.Open();
            Prepare(connection);
            if (maximumPages > 0)
                Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {maximumPages}"));
            return new StoreDatabase(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public StoredState Read() => new StoreReader(_connection).Read();

    /// <summary>Writes all of it in one transaction, or nothing. Returns when it is on the disk.</summary>
    /// <exception cref="SqliteException">It could not be written.</exception>
    public void Write(PendingChanges changes)
    {
        _begin.Run();
        try
        {
            _writer.Write(changes);
            _commit.Run();
        }
        catch
        {
            if (raw.sqlite3_get_autocommit(_connection.Handle!) == 0) // some faults have rolled it back already
                _rollback.Run();
            throw;
        }

        PagesInLog += CountPages();
    }

    /// <summary>Moves what is in the log into the file, so that the log starts over.</summary>
    /// <exception cref="SqliteException">It could not be written; the log keeps it.</exception>
    public void Checkpoint()
    {
        PagesInLog = 0; // whatever becomes of it, the next attempt is not before as many pages again
        var result = raw.sqlite3_wal_checkpoint_v2(_connection.Handle!, null!, raw.SQLITE_CHECKPOINT_PASSIVE, out _, out _);
        SqliteException.ThrowExceptionForRC(result, _connection.Handle);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _begin.Dispose();
        _commit.Dispose();
        _rollback.Dispose();
        _writer.Dispose();
        _connection.Dispose();
    }

    private static void CheckFile(string file)
    {
        // A file that may not be written is no damage: this throws then.
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        if (stream.Length is > 0 and < SmallestPage)
            throw new InvalidDataException($"it ends after {stream.Length} bytes"); // SQLite would take it for an empty one
    }

    private static void Prepare(SqliteConnection connection)
    {
        // Checkpoints come when the store has time for them.
        Execute(connection, string.Create(CultureInfo.InvariantCulture, $"""
            PRAGMA busy_timeout = {BusyMilliseconds};
            PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;
            PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY;
            """));
        var version = Version(connection);
        Execute(connection, """
            PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 67108864;
            """);
        if (Scalar(connection, "PRAGMA quick_check(1)") is string verdict and not "ok")
            throw new InvalidDataException(verdict);
        Migrate(connection, version);
    }

    /// <summary>The version of the schema; 0 for an empty file.</summary>
    private static int Version(SqliteConnection connection)
    {
        var version = (long)Scalar(connection, "PRAGMA user_version")!;
        if (version == 0 && (long)Scalar(connection, "SELECT count(*) FROM sqlite_schema")! == 0)
            return 0;
        if ((long)Scalar(connection, "PRAGMA application_id")! != StoreSchema.ApplicationId || version is < 1 or > StoreSchema.LastPlausibleVersion)
            throw new InvalidDataException("it is not the broker's store");
        return version <= StoreSchema.Version ? (int)version : throw new NewerSchemaException((int)version);
    }

    private static void Migrate(SqliteConnection connection, int version)
    {
        if (version == StoreSchema.Version)
            return;
        var steps = string.Concat(StoreSchema.Steps.Skip(version));
        Execute(connection, string.Create(
            CultureInfo.InvariantCulture,
            $"BEGIN IMMEDIATE; {steps} PRAGMA application_id = {StoreSchema.ApplicationId}; PRAGMA user_version = {StoreSchema.Version}; COMMIT;"));
    }

    private long CountPages() =>
        raw.sqlite3_db_status(_connection.Handle!, PagesWritten, out var pages, out _, resetFlg: 1) == raw.SQLITE_OK ? pages : 1;

    // The texts are constants of this folder and numbers.
#pragma warning disable CA2100
    private static void Execute(SqliteConnection connection, string text)
    {
        using var command = new SqliteCommand(text, connection);
        command.ExecuteNonQuery();
    }

    private static object? Scalar(SqliteConnection connection, string text)
    {
        using var command = new SqliteCommand(text, connection);
        return command.ExecuteScalar();
    }
#pragma warning restore CA2100
}

/// <summary>The file was written by a newer broker, which alone knows what is in it.</summary>
internal sealed class NewerSchemaException(int version)
    : Exception(string.Create(CultureInfo.InvariantCulture, $"has schema {version}, and this broker knows {StoreSchema.Version}: start the newer broker, or move the file away"));
