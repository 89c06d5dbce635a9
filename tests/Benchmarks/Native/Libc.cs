using System.Runtime.InteropServices;

namespace Benchmarks.Native;

/// <summary>The system calls of the generator and the sink: .NET's own sockets would cost several times the work that is measured.</summary>
internal static unsafe partial class Libc
{
    public const int InternetFamily = 2, Stream = 1, NonBlocking = 0x800, CloseOnExec = 0x80000;
    public const int SocketLevel = 1, ReuseAddress = 2, SocketError = 4, Linger = 13, ReceiveLowWater = 18;
    public const int TcpLevel = 6, NoDelay = 1;
    public const int NoSignal = 0x4000;
    public const int WouldBlock = 11, InProgress = 115, Interrupted = 4;
    public const int PollOut = 4;
    public const int ThreadCpuClock = 3;
    public const int OpenFilesLimit = 7;

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(int descriptor, SocketAddress* address, uint length);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int descriptor, SocketAddress* address, uint length);

    [LibraryImport("libc", EntryPoint = "listen", SetLastError = true)]
    public static partial int Listen(int descriptor, int backlog);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    public static partial int Accept(int descriptor, SocketAddress* address, uint* length, int flags);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetOption(int descriptor, int level, int name, void* value, uint* length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(int descriptor, int level, int name, void* value, uint length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int descriptor, byte* bytes, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int descriptor, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, int descriptor, byte* entry);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, byte* entries, int capacity, int milliseconds);

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    public static partial int ClockTime(int clock, TimeSpec* time);

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    public static partial int GetLimit(int resource, ResourceLimit* limit);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    public static partial int SetLimit(int resource, ResourceLimit* limit);

    /// <summary>The processor time that the calling thread has used.</summary>
    public static TimeSpan ThreadCpu()
    {
        TimeSpec time;
        Check(ClockTime(ThreadCpuClock, &time), "clock_gettime");
        return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromTicks(time.Nanoseconds / 100);
    }

    /// <summary>Waits without using the processor.</summary>
    public static void Pause(TimeSpan time) => _ = Poll(null, 0, (int)time.TotalMilliseconds);

    /// <summary>Raises the number of open files to what the system allows; what is started from here inherits it.</summary>
    public static long RaiseOpenFiles()
    {
        ResourceLimit limit;
        Check(GetLimit(OpenFilesLimit, &limit), "getrlimit");
        limit.Soft = limit.Hard;
        Check(SetLimit(OpenFilesLimit, &limit), "setrlimit");
        return (long)Math.Min(limit.Hard, int.MaxValue);
    }

    /// <summary>Turns the answer -1 of a system call into an exception that names the call.</summary>
    public static int Check(int answer, string call) =>
        answer >= 0 ? answer : throw new IOException($"{call}: {Marshal.GetLastPInvokeErrorMessage()}");

    [StructLayout(LayoutKind.Sequential)]
    public struct SocketAddress
    {
        public ushort Family;
        public ushort Port;
        public uint Address;
        public ulong Zero;

        /// <summary>A port of 127.0.0.1.</summary>
        public static SocketAddress Loopback(int port) => new()
        {
            Family = InternetFamily,
            Port = (ushort)System.Net.IPAddress.HostToNetworkOrder((short)port),
            Address = (uint)System.Net.IPAddress.HostToNetworkOrder(0x7F000001),
        };
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int Descriptor;
        public short Wanted;
        public short Ready;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct ResourceLimit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
