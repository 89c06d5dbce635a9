using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Sparkplug.Cli.Demo;

/// <summary>
/// The far end of a serial port that is none: whoever opens <see cref="DevicePath"/> as a serial port talks with this. No call waits
/// longer than it is told. Linux only.
/// </summary>
public sealed partial class PseudoTerminal : IDisposable
{
    private const int ReadWrite = 0x2;
    private const int NoControllingTerminal = 0x100;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const short Readable = 0x1;
    private const short HungUp = 0x10;

    // struct termios has 60 bytes in glibc and musl; its content is nobody's business here.
    private const int TermiosSize = 128;

    private readonly SafeFileHandle _handle;

    private PseudoTerminal(SafeFileHandle handle, string devicePath)
    {
        _handle = handle;
        DevicePath = devicePath;
    }

    /// <summary>What a serial port's path is to whoever opens it.</summary>
    public string DevicePath { get; }

    /// <summary>True while someone has the device open.</summary>
    public bool HasClient => (Wait(TimeSpan.Zero) & HungUp) == 0;

    /// <summary>Makes a terminal that passes bytes as they are: nothing is echoed and no line end is changed.</summary>
    /// <exception cref="IOException">The system gives none.</exception>
    public static PseudoTerminal Open()
    {
        var handle = new SafeFileHandle(OpenPseudoTerminal(ReadWrite | NoControllingTerminal | NonBlocking | CloseOnExec), ownsHandle: true);
        if (handle.IsInvalid) throw Failed("posix_openpt");
        try
        {
            if (Grant(handle) != 0) throw Failed("grantpt");
            if (Unlock(handle) != 0) throw Failed("unlockpt");
            // Before a client opens it: an echo would send the board its own words.
            MakeRaw(handle);
            var devicePath = NameOf(handle);
            OpenOnce(devicePath);
            return new PseudoTerminal(handle, devicePath);
        }
        catch (IOException)
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Waits until there is something to read, someone opens or closes the device, or <paramref name="time"/> is over.</summary>
    /// <returns>True if there is something to read.</returns>
    public bool WaitForInput(TimeSpan time) => (Wait(time) & Readable) != 0;

    /// <summary>Reads what there is; 0 for nothing.</summary>
    public unsafe int Read(Span<byte> buffer)
    {
        fixed (byte* start = buffer) return (int)Math.Max(0, Read(_handle, start, buffer.Length));
    }

    /// <summary>Writes as much as fits, as a board does that no flow control holds up.</summary>
    /// <returns>How many bytes were written; the rest is lost.</returns>
    public unsafe int Write(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes) return (int)Math.Max(0, Write(_handle, start, bytes.Length));
    }

    /// <summary>Pulls the plug: the device vanishes under whoever has it open.</summary>
    public void Dispose() => _handle.Dispose();

    private unsafe short Wait(TimeSpan time)
    {
        var poll = new PollRequest { Events = Readable };
        var isReferenced = false;
        try
        {
            _handle.DangerousAddRef(ref isReferenced);
            poll.Descriptor = (int)_handle.DangerousGetHandle();
            return Poll(&poll, 1, (int)time.TotalMilliseconds) > 0 ? poll.Returned : (short)0;
        }
        finally
        {
            if (isReferenced) _handle.DangerousRelease();
        }
    }

    private static unsafe void MakeRaw(SafeFileHandle handle)
    {
        var termios = stackalloc byte[TermiosSize];
        if (GetAttributes(handle, termios) != 0) throw Failed("tcgetattr");
        MakeRaw(termios);
        if (SetAttributes(handle, 0, termios) != 0) throw Failed("tcsetattr");
    }

    // A terminal that nobody has ever opened does not say that nobody has it open.
    private static void OpenOnce(string devicePath)
    {
        using var client = new SafeFileHandle(OpenFile(devicePath, ReadWrite | NoControllingTerminal | NonBlocking | CloseOnExec), ownsHandle: true);
        if (client.IsInvalid) throw Failed(devicePath);
    }

    private static unsafe string NameOf(SafeFileHandle handle)
    {
        Span<byte> name = stackalloc byte[128];
        fixed (byte* start = name)
            if (GetName(handle, start, name.Length) != 0) throw Failed("ptsname_r");
        return Encoding.UTF8.GetString(name[..name.IndexOf((byte)0)]);
    }

    private static IOException Failed(string call) => new($"{call}: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    private static partial int OpenPseudoTerminal(int flags);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    private static partial int Grant(SafeFileHandle handle);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static partial int Unlock(SafeFileHandle handle);

    [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    private static unsafe partial int GetName(SafeFileHandle handle, byte* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static unsafe partial int GetAttributes(SafeFileHandle handle, byte* termios);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static unsafe partial int SetAttributes(SafeFileHandle handle, int when, byte* termios);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static unsafe partial void MakeRaw(byte* termios);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static unsafe partial int Poll(PollRequest* requests, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static unsafe partial nint Read(SafeFileHandle handle, byte* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint Write(SafeFileHandle handle, byte* buffer, nint length);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollRequest
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
