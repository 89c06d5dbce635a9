using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SystemTests.Serial;

/// <summary>Fills what a terminal can hold for an end that does not read, and keeps it open so that it stays full.</summary>
internal static partial class TerminalFiller
{
    private const int WriteOnly = 0x1;
    private const int NoControllingTerminal = 0x100;
    private const int NonBlocking = 0x800;

    public static async Task<SafeFileHandle> FillAsync(string device)
    {
        var handle = new SafeFileHandle(Open(device, WriteOnly | NoControllingTerminal | NonBlocking), ownsHandle: true);
        Assert.False(handle.IsInvalid);
        // The kernel moves what it has taken on its own time: full is what is full twice.
        for (var full = 0; full < 20;)
        {
            full = Write(handle, new byte[1024], 1024) > 0 ? 0 : full + 1;
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }
        return handle;
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(SafeFileHandle handle, byte[] buffer, nint length);
}
