using System.Runtime.InteropServices;

namespace Sparkplug.Broker.Connections;

/// <summary>The kernel's list of the descriptors that are watched, and those of them that are ready.</summary>
internal sealed class Epoll : IDisposable
{
    private const int Most = 512; // events a turn: enough to make the wait cheap, little enough to answer the first of them soon

    /// <summary>
    /// <c>struct epoll_event</c> in words: the mask, a gap except on x86, and two words that are the user's. The first of them holds the
    /// descriptor.
    /// </summary>
    private static readonly int Words = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 3 : 4;

    private readonly int[] _entries = GC.AllocateArray<int>(Most * Words, pinned: true);
    private readonly int _epoll = Native.EpollCreate();

    /// <summary>Waits until something is ready; -1 milliseconds for ever. Returns how many entries there are.</summary>
    public int Wait(int milliseconds)
    {
        var count = Native.EpollWait(_epoll, _entries, Most, milliseconds);
        if (count < 0 && count != -Native.Interrupted)
            throw Native.Fault("epoll_wait", -count);
        return Math.Max(count, 0);
    }

    /// <summary>The descriptor of an entry and what it is ready for.</summary>
    public (int Descriptor, uint Events) this[int index] => (_entries[(index * Words) + Words - 2], (uint)_entries[index * Words]);

    public void Add(int descriptor, uint events) => Control(Native.Add, descriptor, events);

    /// <summary>Changes what is watched; closing a descriptor takes it off by itself.</summary>
    public void Modify(int descriptor, uint events) => Control(Native.Modify, descriptor, events);

    public void Dispose() => Native.Close(_epoll);

    private void Control(int operation, int descriptor, uint events)
    {
        Span<int> entry = stackalloc int[4];
        entry.Clear();
        entry[0] = (int)events;
        entry[Words - 2] = descriptor;
        if (Native.EpollControl(_epoll, operation, descriptor, entry) < 0)
            throw Native.Fault("epoll_ctl", Marshal.GetLastPInvokeError());
    }
}
