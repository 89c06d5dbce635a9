using System.Runtime.InteropServices;

namespace Benchmarks.Native;

/// <summary>Waits for many descriptors at once.</summary>
internal sealed unsafe class Epoll : IDisposable
{
    public const uint Readable = 1, Writable = 4, Failed = 8 | 0x10, EdgeTriggered = 1u << 31;

    private const int Add = 1, Delete = 2;
    private const int Capacity = 1024;

    // The kernel packs the struct on x86-64 only: events (4), then the tag (8).
    private static readonly int Stride = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int TagOffset = Stride - 8;

    private readonly int _descriptor = Libc.Check(Libc.EpollCreate(Libc.CloseOnExec), "epoll_create1");
    private readonly byte* _entries = (byte*)NativeMemory.Alloc((nuint)(Capacity * 16));

    /// <summary>Watches a descriptor; its events carry the tag.</summary>
    public void Watch(int descriptor, uint events, int tag)
    {
        var entry = stackalloc byte[16];
        *(uint*)entry = events;
        *(long*)(entry + TagOffset) = tag;
        Libc.Check(Libc.EpollControl(_descriptor, Add, descriptor, entry), "epoll_ctl");
    }

    public void Forget(int descriptor)
    {
        var entry = stackalloc byte[16];
        Libc.Check(Libc.EpollControl(_descriptor, Delete, descriptor, entry), "epoll_ctl");
    }

    /// <summary>Waits that long (0: not at all, -1: for ever) and tells how many descriptors are ready.</summary>
    public int Wait(int milliseconds)
    {
        var ready = Libc.EpollWait(_descriptor, _entries, Capacity, milliseconds);
        if (ready < 0 && Marshal.GetLastPInvokeError() == Libc.Interrupted)
            return 0;
        return Libc.Check(ready, "epoll_wait");
    }

    public int Tag(int index) => (int)*(long*)(_entries + index * Stride + TagOffset);

    public uint Events(int index) => *(uint*)(_entries + index * Stride);

    public void Dispose()
    {
        _ = Libc.Close(_descriptor);
        NativeMemory.Free(_entries);
    }
}
