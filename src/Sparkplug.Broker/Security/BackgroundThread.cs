using System.Runtime.InteropServices;

namespace Sparkplug.Broker.Security;

/// <summary>Threads that take what the others leave. .NET's thread priorities do nothing on Linux.</summary>
internal static partial class BackgroundThread
{
    private const int PrioProcess = 0, ThisThread = 0, Nice = 10;

    /// <summary>Steps back for the rest of this thread's life: it must be one of its own, not the pool's.</summary>
    public static void Yield()
    {
        if (OperatingSystem.IsLinux())
            _ = SetPriority(PrioProcess, ThisThread, Nice); // where it is not allowed, all are equal
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}
