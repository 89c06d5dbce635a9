namespace Sparkplug.Broker.Storage;

/// <summary>What the broker's loop has handed over and the store's thread has not taken yet. The loop waits for a few instructions at most.</summary>
internal sealed class Handover
{
    private const int KeptCapacity = 1 << 16;

    private readonly object _gate = new();
    private List<StoreChange> _changes = [], _spare = [];
    private long _batch, _bytes;
    private bool _isRetryDue, _isStopping;

    /// <summary>Whether there is nothing to do.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate)
                return HasNothing;
        }
    }

    private bool HasNothing => _changes.Count == 0 && !_isRetryDue && !_isStopping;

    /// <summary>Hands a batch over; the list stays with its owner.</summary>
    public void Add(List<StoreChange> changes, long batch, long bytes)
    {
        lock (_gate)
        {
            _changes.AddRange(changes);
            _batch = batch;
            _bytes += bytes;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>It is time to try again what failed.</summary>
    public void Retry()
    {
        lock (_gate)
        {
            _isRetryDue = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>What is there is the last.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _isStopping = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Waits until there is something to do, and takes all of it. The list is valid until the next call.</summary>
    public Work Take()
    {
        lock (_gate)
        {
            while (HasNothing)
                Monitor.Wait(_gate);
            var work = new Work(_changes, _batch, _bytes, _isRetryDue, _isStopping);
            _spare.Clear();
            (_changes, _spare) = (_spare.Capacity > KeptCapacity ? [] : _spare, _changes);
            (_bytes, _isRetryDue) = (0, false);
            return work;
        }
    }

    /// <summary>What is to be done.</summary>
    /// <param name="Changes">In order.</param>
    /// <param name="Batch">The number of the last batch that was handed over.</param>
    /// <param name="Bytes">About the bytes of the changes.</param>
    /// <param name="IsRetryDue">It is time to try again what failed.</param>
    /// <param name="IsStopping">Nothing comes after this.</param>
    internal readonly record struct Work(List<StoreChange> Changes, long Batch, long Bytes, bool IsRetryDue, bool IsStopping);
}
