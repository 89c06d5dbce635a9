namespace Sparkplug.Configuration;

/// <summary>Files that only their owner may read: written whole, flushed to the disk, then moved into place.</summary>
public static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Replaces the file in one step: a reader or a crash sees the old text or the new one, never half of it.</summary>
    /// <exception cref="IOException">It cannot be written; the old text stands.</exception>
    public static void Write(string path, string text, UnixFileMode mode = OwnerOnly)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, NewFile(mode)))
            {
                stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Like <see cref="Write"/>, for a file that everyone on the machine may read.</summary>
    public static void WritePublic(string path, string text) =>
        Write(path, text, OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

    private static FileStreamOptions NewFile(UnixFileMode mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = mode;
        return options;
    }
}
