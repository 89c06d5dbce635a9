using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Sparkplug.Broker.Connections;

/// <summary>
/// The system calls of the loop. .NET's own sockets queue an operation and wake a thread for each of them; a broker's cost is mostly
/// system calls and wake-ups, so it makes its own. Every descriptor here is non-blocking.
/// </summary>
internal static partial class Native
{
    // EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP, EPOLLRDHUP, EPOLLET
    public const uint Readable = 0x001, Writable = 0x004, Error = 0x008, HungUp = 0x010, PeerEnded = 0x2000, Once = 0x8000_0000;
    public const int Add = 1, Modify = 3; // EPOLL_CTL_ADD, EPOLL_CTL_MOD

    public const int Interrupted = 4, WouldBlock = 11; // EINTR, EAGAIN
    public const int TooManyFilesInSystem = 23, TooManyFiles = 24, NoMemory = 12, NoBuffers = 105; // ENFILE, EMFILE, ENOMEM, ENOBUFS

    private const int CloseOnExec = 0x80000, NonBlocking = 0x800; // O_CLOEXEC, O_NONBLOCK: the same for sockets, epoll and eventfd
    private const int NoSignal = 0x4000; // MSG_NOSIGNAL
    private const int SendDirection = 1; // SHUT_WR
    private const int LongestAddress = 28; // sizeof(sockaddr_in6)

    public static int EpollCreate() => epoll_create1(CloseOnExec);

    public static int EventCreate() => eventfd(0, CloseOnExec | NonBlocking);

    /// <summary>Sets what is watched on a descriptor.</summary>
    public static int EpollControl(int epoll, int operation, int descriptor, ReadOnlySpan<int> entry) =>
        epoll_ctl(epoll, operation, descriptor, in MemoryMarshal.GetReference(entry));

    /// <summary>Waits for events; a negative result is <c>-errno</c>.</summary>
    public static int EpollWait(int epoll, Span<int> entries, int count, int milliseconds) =>
        Result(epoll_wait(epoll, ref MemoryMarshal.GetReference(entries), count, milliseconds));

    /// <summary>Takes what has come: a count, 0 at the end of the stream, or <c>-errno</c>.</summary>
    public static int Receive(int descriptor, Span<byte> into) =>
        Result((int)recv(descriptor, ref MemoryMarshal.GetReference(into), (nuint)into.Length, 0));

    /// <summary>Gives bytes to the kernel: how many it took, or <c>-errno</c>.</summary>
    public static int Send(int descriptor, ReadOnlySpan<byte> bytes) =>
        Result((int)send(descriptor, in MemoryMarshal.GetReference(bytes), (nuint)bytes.Length, NoSignal));

    /// <summary>Takes the next connection: its descriptor, or <c>-errno</c>.</summary>
    public static int Accept(int listener, out IPEndPoint? remote)
    {
        Span<byte> address = stackalloc byte[LongestAddress];
        var length = address.Length;
        var accepted = Result(accept4(listener, ref MemoryMarshal.GetReference(address), ref length, NonBlocking | CloseOnExec));
        remote = accepted < 0 ? null : EndPoint(address);
        return accepted;
    }

    /// <summary>Tells the peer that nothing more comes; what it still sends can be read.</summary>
    public static void EndSending(int descriptor) => _ = shutdown(descriptor, SendDirection);

    public static void Close(int descriptor) => _ = close(descriptor);

    public static void Raise(int eventDescriptor)
    {
        ulong one = 1;
        _ = write(eventDescriptor, in one, sizeof(ulong));
    }

    public static void Lower(int eventDescriptor)
    {
        ulong count = 0;
        _ = read(eventDescriptor, ref count, sizeof(ulong));
    }

    private static int Result(int result) => result >= 0 ? result : -Marshal.GetLastPInvokeError();

    private static IPEndPoint EndPoint(ReadOnlySpan<byte> address)
    {
        const int InternetVersion6 = 10; // AF_INET6
        var port = (address[2] << 8) | address[3];
        if (MemoryMarshal.Read<ushort>(address) != InternetVersion6)
            return new IPEndPoint(new IPAddress(address.Slice(4, 4)), port);
        var host = new IPAddress(address.Slice(8, 16), MemoryMarshal.Read<uint>(address[24..]));
        return new IPEndPoint(host.IsIPv4MappedToIPv6 ? host.MapToIPv4() : host, port);
    }

    /// <summary>What a failed call means, in the words of .NET.</summary>
    public static SocketException Fault(string call, int error) => new(error, $"{call}: {Marshal.GetPInvokeErrorMessage(error)}");

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int epoll, int operation, int descriptor, in int entry);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(int epoll, ref int entries, int count, int milliseconds);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int eventfd(uint value, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int accept4(int descriptor, ref byte address, ref int length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(int descriptor, ref byte into, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(int descriptor, in byte from, nuint length, int flags);

    [LibraryImport("libc")]
    private static partial int shutdown(int descriptor, int how);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);

    [LibraryImport("libc")]
    private static partial nint write(int descriptor, in ulong from, nuint length);

    [LibraryImport("libc")]
    private static partial nint read(int descriptor, ref ulong into, nuint length);
}
