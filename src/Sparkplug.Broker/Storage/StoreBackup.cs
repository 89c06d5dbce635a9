using Microsoft.Data.Sqlite;
using Sparkplug.Configuration;

namespace Sparkplug.Broker.Storage;

/// <summary>A copy of the store while it is written: one read transaction sees one state, and the writer does not wait for it.</summary>
internal static class StoreBackup
{
    /// <inheritdoc cref="BrokerStore.Backup"/>
    public static void Write(string file, string path)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            PrivateFile.Write(temporary, ""); // an empty file is filled and keeps its mode
            Copy(file, temporary);
            using (var copy = File.OpenHandle(temporary, FileMode.Open, FileAccess.ReadWrite))
                RandomAccess.FlushToDisk(copy);
            File.Move(temporary, path, overwrite: true);
            DirectoryEntries.Flush(path);
        }
        catch (SqliteException fault)
        {
            throw new IOException($"cannot back up {file} to {path}: {fault.Message}", fault);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static void Copy(string file, string target)
    {
        var builder = new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadWrite, Pooling = false };
        using var connection = new SqliteConnection(builder.ToString());
        connection.Open();
        using var copy = new Statement(connection, "VACUUM INTO ?");
        copy.BindText(target).Run();
    }
}
