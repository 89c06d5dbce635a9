using Sparkplug.Broker.Storage;

namespace Sparkplug.Broker.Sessions;

/// <summary>Holds something back until the store has a batch on the disk.</summary>
internal interface IStoreWaiter
{
    /// <summary>The last batch it was registered for; kept by <see cref="Durability"/>.</summary>
    long WaitsFor { get; set; }

    /// <summary>A batch was settled: <see cref="Durability.Committed"/> or <see cref="Durability.Refused"/> has grown.</summary>
    /// <returns>Whether something is still held back for a batch that was refused, so that its second attempt matters.</returns>
    bool Settled();
}

/// <summary>
/// The rule that nothing is promised before it is on the disk: changes go to the store, and whoever owes an acknowledgement is called
/// when their batch has settled.
/// </summary>
internal sealed class Durability(IBrokerStore store, Clock clock)
{
    /// <summary>How long a change that may be written behind stays in memory, in milliseconds: many then cost one sync.</summary>
    public const int WriteBehind = 20;

    private readonly Queue<(long Batch, IStoreWaiter Waiter)> _waiters = new();
    private readonly HashSet<IStoreWaiter> _held = [];
    /// <summary>Since when a change waits: <see cref="long.MaxValue"/> when there is none, <see cref="long.MinValue"/> when it may not wait.</summary>
    private long _changedAt = long.MaxValue;

    /// <summary>Everything up to this batch is on the disk.</summary>
    public long Committed { get; private set; }

    /// <summary>Everything up to this batch was tried; what is above <see cref="Committed"/> was refused.</summary>
    public long Refused { get; private set; }

    /// <summary>The last batch that somebody waits or waited for.</summary>
    public long Promised { get; private set; }

    /// <summary>Whether new promises may be made.</summary>
    public bool IsAccepting => store.IsAccepting;

    /// <summary>About the bytes that wait for the disk.</summary>
    public long Backlog => store.Backlog;

    /// <summary>The batch that the next change belongs to.</summary>
    public long Batch => store.Batch;

    /// <summary>Keeps a change; the disk begins with it at the end of this turn.</summary>
    public void Add(StoreChange change)
    {
        _changedAt = long.MinValue;
        store.Add(change);
    }

    /// <summary>Keeps a change behind the delivery: a QoS 0 message that is retained, a birth certificate, a message that has arrived.</summary>
    public void AddBehind(StoreChange change)
    {
        if (_changedAt == long.MaxValue)
            _changedAt = clock.Now;
        store.Add(change);
    }

    /// <summary>The batch of the changes made so far: what depends on them is held back until it has settled.</summary>
    public long Promise(IStoreWaiter waiter)
    {
        WaitFor(waiter, store.Batch);
        return store.Batch;
    }

    /// <summary>Has the waiter called when the batch has settled.</summary>
    public void WaitFor(IStoreWaiter waiter, long batch)
    {
        Promised = Math.Max(Promised, batch);
        if (waiter.WaitsFor == batch)
            return;
        waiter.WaitsFor = batch;
        _waiters.Enqueue((batch, waiter));
    }

    /// <summary>Takes what the store said, on the broker's loop.</summary>
    public void Settle(long batch, bool isOnDisk)
    {
        if (isOnDisk)
            Committed = Math.Max(Committed, batch);
        else
            Refused = Math.Max(Refused, batch);
        CallHeld(isOnDisk);
        while (_waiters.TryPeek(out var next) && next.Batch <= batch)
        {
            _waiters.Dequeue();
            if (next.Waiter.Settled())
                _held.Add(next.Waiter);
        }
    }

    /// <summary>
    /// Ends the batch if somebody waits for it, or if its first change has waited long enough; returns for how many milliseconds it may
    /// still wait, -1 when there is nothing in it.
    /// </summary>
    public int EndTurn()
    {
        if (_changedAt == long.MaxValue)
            return -1;
        if (_changedAt != long.MinValue && Promised < store.Batch && _changedAt + WriteBehind - clock.Now is var left and > 0)
            return (int)left;
        End();
        return -1;
    }

    /// <summary>Ends the batch: the disk may begin.</summary>
    public void End()
    {
        _changedAt = long.MaxValue;
        store.Submit();
    }

    private void CallHeld(bool isOnDisk)
    {
        if (!isOnDisk || _held.Count == 0)
            return;
        IStoreWaiter[] held = [.. _held];
        _held.Clear();
        foreach (var waiter in held)
            if (waiter.Settled())
                _held.Add(waiter);
    }
}
