namespace Sparkplug.Broker.Routing;

/// <summary>
/// When retained messages expire, soonest first. A message that is replaced leaves its old time behind; that is read over when it comes, and
/// thrown out with the others when they become many.
/// </summary>
internal sealed class RetainedExpiry
{
    private const int FewLeftovers = 64;

    private readonly PriorityQueue<Topic, long> _times = new();
    private int _count;

    /// <summary>Whether the times left behind outweigh the <see cref="Note"/>d messages: all are then to be noted anew.</summary>
    public bool IsCluttered => _times.Count > 2 * _count + FewLeftovers;

    /// <summary>A message is retained now.</summary>
    public void Note(Message message)
    {
        if (message.ExpiresAt == long.MaxValue)
            return;
        _count++;
        _times.Enqueue(message.Topic, message.ExpiresAt);
    }

    /// <summary>A message is retained no more.</summary>
    public void Forget(Message message)
    {
        if (message.ExpiresAt != long.MaxValue)
            _count--;
    }

    /// <summary>Takes a topic whose time has come; its message may be another one by now.</summary>
    public Topic? TakeDue(long nowMs) => _times.TryPeek(out _, out var time) && time <= nowMs ? _times.Dequeue() : null;

    public void Clear()
    {
        _times.Clear();
        _count = 0;
    }
}
