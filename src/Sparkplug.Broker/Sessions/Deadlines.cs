namespace Sparkplug.Broker.Sessions;

/// <summary>What is due at a time. It judges for itself whether that still holds: a deadline is never taken back.</summary>
internal interface IDue
{
    /// <summary>Its time has come.</summary>
    void Due(long now);
}

/// <summary>All times that the broker waits for, the next one first.</summary>
internal sealed class Deadlines
{
    private readonly PriorityQueue<IDue, long> _queue = new();

    /// <summary>Calls <paramref name="due"/> at a time of <see cref="Clock.Now"/>.</summary>
    public void Add(IDue due, long at) => _queue.Enqueue(due, at);

    /// <summary>Calls what is due; returns how many milliseconds are left until the next, -1 when there is none.</summary>
    public int Run(long now)
    {
        while (_queue.TryPeek(out var due, out var at))
        {
            if (at > now)
                return (int)Math.Min(at - now, int.MaxValue);
            _queue.Dequeue();
            due.Due(now);
        }

        return -1;
    }
}
