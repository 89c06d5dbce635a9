using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Sparkplug.Broker.Storage;

/// <summary>
/// A statement that is prepared once and used for each row: values are bound in the order of its parameters, straight from the bytes
/// they are in.
/// </summary>
internal sealed class Statement : IDisposable
{
    private const uint IsKept = 1; // SQLITE_PREPARE_PERSISTENT

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private int _bound;

    public Statement(SqliteConnection connection, string text)
    {
        _database = connection.Handle!;
        Check(raw.sqlite3_prepare_v3(_database, text, IsKept, out _statement));
    }

    public Statement Bind(long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, ++_bound, value));
        return this;
    }

    public Statement Bind(bool value) => Bind(value ? 1 : 0);

    public Statement Bind(long? value)
    {
        if (value is { } some)
            return Bind(some);
        Check(raw.sqlite3_bind_null(_statement, ++_bound));
        return this;
    }

    /// <summary>Binds text; null is none.</summary>
    public Statement BindText(string? text)
    {
        Check(text is null ? raw.sqlite3_bind_null(_statement, ++_bound) : raw.sqlite3_bind_text(_statement, ++_bound, text));
        return this;
    }

    /// <summary>Binds text that is in UTF-8 already.</summary>
    public Statement BindText(ReadOnlySpan<byte> utf8)
    {
        // An empty span has no address, and SQLite would take that for NULL.
        Check(utf8.IsEmpty ? raw.sqlite3_bind_text(_statement, ++_bound, "") : raw.sqlite3_bind_text(_statement, ++_bound, utf8));
        return this;
    }

    public Statement BindBlob(ReadOnlySpan<byte> bytes)
    {
        Check(bytes.IsEmpty ? raw.sqlite3_bind_zeroblob(_statement, ++_bound, 0) : raw.sqlite3_bind_blob(_statement, ++_bound, bytes));
        return this;
    }

    /// <summary>Does what the statement says; it returns no rows.</summary>
    public void Run()
    {
        if (Read())
            Reset();
    }

    /// <summary>Goes to the next row. False at the end, and the statement is ready for its next use.</summary>
    public bool Read()
    {
        var result = raw.sqlite3_step(_statement);
        if (result == raw.SQLITE_ROW)
            return true;
        if (result == raw.SQLITE_DONE)
        {
            Reset();
            return false;
        }

        try
        {
            SqliteException.ThrowExceptionForRC(result, _database);
            return false;
        }
        finally
        {
            Reset();
        }
    }

    public long Integer(int column) => raw.sqlite3_column_int64(_statement, column);

    /// <summary>A number that can only be within these bounds.</summary>
    /// <exception cref="InvalidDataException">It is not: the file is damaged.</exception>
    public long Integer(int column, long minimum, long maximum)
    {
        var value = Integer(column);
        if (value < minimum || value > maximum)
            throw new InvalidDataException($"a {raw.sqlite3_column_name(_statement, column).utf8_to_string()} of {value}");
        return value;
    }

    public bool Flag(int column) => Integer(column, 0, 1) == 1;

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    /// <summary>The bytes of a blob, or of a text in UTF-8; valid until the next row.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_statement, column);

    public string Text(int column) => Encoding.UTF8.GetString(Bytes(column));

    /// <inheritdoc/>
    public void Dispose() => _statement.Dispose();

    private void Reset()
    {
        _bound = 0;
        raw.sqlite3_reset(_statement); // repeats the fault of the last step, which is known already
    }

    private void Check(int result)
    {
        if (result == raw.SQLITE_OK)
            return;
        _bound = 0;
        SqliteException.ThrowExceptionForRC(result, _database);
    }
}
