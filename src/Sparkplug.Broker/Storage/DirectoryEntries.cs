using System.Runtime.InteropServices;

namespace Sparkplug.Broker.Storage;

/// <summary>The name of a file is on the disk only when its folder is.</summary>
internal static partial class DirectoryEntries
{
    private const int ReadOnlyDirectoryCloseOnExec = 0x10000 | 0x80000; // O_RDONLY | O_DIRECTORY | O_CLOEXEC

    /// <summary>Returns when the entries of the file's folder are on the disk. Only Linux needs it and can do it.</summary>
    /// <exception cref="IOException">It could not be done.</exception>
    public static void Flush(string file)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var descriptor = Open(folder, ReadOnlyDirectoryCloseOnExec);
        if (descriptor < 0)
            throw Fault(folder);
        try
        {
            if (Sync(descriptor) != 0)
                throw Fault(folder);
        }
        finally
        {
            _ = Close(descriptor); // nothing was written through it
        }
    }

    private static IOException Fault(string folder) => new($"cannot sync {folder}: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
