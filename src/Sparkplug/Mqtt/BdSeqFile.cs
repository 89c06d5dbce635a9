using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Sparkplug.Metrics;

namespace Sparkplug.Mqtt;

/// <summary>
/// Keeps the bdSeq of the last CONNECT on disk, so that after a restart a late Will of the earlier run matches no birth of the new one.
/// The file holds the number as text on one line. It is replaced as a whole: after a crash it holds the old number or the new one.
/// </summary>
public sealed class BdSeqFile(string path, ILogger logger)
{
    private const int LongestContent = 4; // "255\n"

    /// <summary>The number that was written last; null when there is none or the file is damaged, which is logged.</summary>
    /// <exception cref="IOException">The file exists but cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file exists but may not be read.</exception>
    public BdSeq? Read()
    {
        if (!File.Exists(path)) return null;
        using var file = File.OpenRead(path);
        Span<byte> content = stackalloc byte[LongestContent + 1];
        var length = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        var text = Encoding.ASCII.GetString(content[..length]);
        if (text.EndsWith('\n') && byte.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return new BdSeq(number);
        logger.BdSeqFileDamaged(path, length == 0 ? "it is empty" : "it is not one line with a number from 0 to 255");
        return null;
    }

    /// <summary>Writes the number; when this returns it survives a loss of power.</summary>
    /// <exception cref="IOException">It could not be written; the old number stands.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written; the old number stands.</exception>
    public void Write(BdSeq bdSeq)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        var temporary = path + ".new";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(Encoding.ASCII.GetBytes(bdSeq + "\n"));
            file.Flush(flushToDisk: true);
        }
        File.Move(temporary, path, overwrite: true);
        if (!OperatingSystem.IsWindows()) FlushFolder(folder);
    }

    // The new name is durable only when the folder is; .NET opens no folders.
    private static void FlushFolder(string folder)
    {
        using var handle = new SafeFileHandle(Open(folder, 0), ownsHandle: true);
        if (!handle.IsInvalid) RandomAccess.FlushToDisk(handle);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true, BestFitMapping = false)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);
}
