namespace Sparkplug.Broker.Storage;

/// <summary>
/// Where retained messages and sessions outlive the process. Changes gather in a batch; a batch is on the disk as a whole or not at all,
/// and batches get there in order. All members but <see cref="Settled"/> belong to the broker's loop and never wait for the disk.
/// </summary>
internal interface IBrokerStore
{
    /// <summary>The number of the batch that <see cref="Add"/> adds to. What promises the change waits until this number has settled.</summary>
    long Batch { get; }

    /// <summary>
    /// False while the disk refuses: then no new promise may be made. What was added before is kept and tried again until it is on the disk.
    /// </summary>
    bool IsAccepting { get; }

    /// <summary>About the bytes that wait for the disk: publishers are slowed down when it is large.</summary>
    long Backlog { get; }

    /// <summary>
    /// Told, on a thread of the store, that all batches up to a number are on the disk (true) or that they were refused and wait for
    /// another attempt (false). A refused batch settles a second time, with true, when it got to the disk after all.
    /// </summary>
    Action<long, bool>? Settled { get; set; }

    /// <summary>Adds a change to the current batch.</summary>
    void Add(StoreChange change);

    /// <summary>Ends the current batch, if there is anything in it, and lets the disk begin.</summary>
    void Submit();
}
