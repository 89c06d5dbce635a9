namespace Sparkplug.Broker.Connections;

/// <summary>Wakes the loop from other threads: a system call only when it sleeps, and then one.</summary>
internal sealed class Wake : IWatched, IDisposable
{
    private int _sleeps;

    public int Descriptor { get; } = Native.EventCreate();

    /// <summary>The loop is going to sleep; it looks once more for work after this.</summary>
    public void Armed() => Interlocked.Exchange(ref _sleeps, 1);

    /// <summary>The loop is awake.</summary>
    public void Disarmed() => Volatile.Write(ref _sleeps, 0);

    /// <summary>There is new work. The exchange is a fence: the work is to be seen before the question whether the loop sleeps.</summary>
    public void Up()
    {
        if (Interlocked.Exchange(ref _sleeps, 0) == 1)
            Native.Raise(Descriptor);
    }

    public void Ready(uint events) => Native.Lower(Descriptor);

    public void Fail()
    {
        // It holds nothing that could be wrong.
    }

    public void Dispose() => Native.Close(Descriptor);
}
