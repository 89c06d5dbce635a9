using Microsoft.Data.Sqlite;

namespace UnitTests.Broker.Storage;

/// <summary>The store's file as another program sees it.</summary>
internal static class StoreFile
{
    public static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    public static long Count(string file, string table)
    {
        using var connection = Open(file);
        return (long)Run(connection, $"SELECT count(*) FROM {table}")!;
    }

#pragma warning disable CA2100 // the texts are the tests' own
    public static object? Run(SqliteConnection connection, string text)
    {
        using var command = new SqliteCommand(text, connection);
        return command.ExecuteScalar();
    }
#pragma warning restore CA2100
}
