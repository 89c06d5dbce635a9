using Microsoft.Extensions.Logging;
using Sparkplug.Broker.Routing;

namespace Sparkplug.Broker.Storage;

/// <summary>
/// The store in one SQLite file. The broker's loop hands batches over; a thread writes whatever has gathered in one transaction, so that
/// one sync serves all who wait.
/// </summary>
internal sealed class BrokerStore : IBrokerStore, IDisposable
{
    private readonly string _file;
    private readonly Handover _handover = new();
    private readonly Committer _committer;
    private readonly List<StoreChange> _batch = [];
    private readonly Thread _thread;

    private StoredState? _atStart;
    private long _batchBytes, _submittedBytes;
    private Message? _lastMessage;
    private bool _isStarted, _isStopped;

    private BrokerStore(string file, OpenedStore opened, TimeProvider time, BrokerMetrics metrics, ILogger logger)
    {
        _file = file;
        _atStart = opened.State;
        _committer = new Committer(opened, _handover, time, metrics, logger) { Taken = bytes => Interlocked.Add(ref _submittedBytes, -bytes) };
        _thread = new Thread(_committer.Run) { Name = "Store", IsBackground = true };
    }

    /// <inheritdoc/>
    public long Batch { get; private set; } = 1;

    /// <inheritdoc/>
    public bool IsAccepting => _committer.IsAccepting;

    /// <inheritdoc/>
    public long Backlog => Interlocked.Read(ref _submittedBytes) + _committer.PendingBytes;

    /// <inheritdoc/>
    public Action<long, bool>? Settled
    {
        get => _committer.Settled;
        set => _committer.Settled = value;
    }

    /// <summary>
    /// Opens the store and reads it. A damaged file is put aside under another name, and the broker starts with an empty one; what the
    /// previous version kept in <c>retained.db</c> beside it is taken over.
    /// </summary>
    /// <param name="file">Made if it is not there, for its owner alone.</param>
    /// <param name="time">For names and for the next attempt after a failure.</param>
    /// <param name="metrics">Counts commits and failures.</param>
    /// <param name="logger">Is told of damage and failures.</param>
    /// <param name="maximumPages">The disk is full beyond so many pages; 0 for no such limit.</param>
    /// <exception cref="Sparkplug.Configuration.ConfigurationFaultException">It cannot be opened, or a newer broker has written it.</exception>
    public static BrokerStore Open(string file, TimeProvider time, BrokerMetrics metrics, ILogger logger, int maximumPages = 0) =>
        new(file, OpenedStore.Open(file, time, metrics, logger, maximumPages), time, metrics, logger);

    /// <summary>What was on the disk at the start. Given once, so that the store does not hold on to it.</summary>
    public StoredState Load()
    {
        var state = _atStart ?? throw new InvalidOperationException("What was on the disk is given once.");
        _atStart = null;
        return state;
    }

    /// <summary>Begins to write.</summary>
    public void Start()
    {
        _isStarted = true;
        _thread.Start();
    }

    /// <inheritdoc/>
    public void Add(StoreChange change)
    {
        _batch.Add(change);
        _batchBytes += SizeOf(change);
    }

    /// <inheritdoc/>
    public void Submit()
    {
        if (_batch.Count == 0)
            return;
        Interlocked.Add(ref _submittedBytes, _batchBytes);
        _handover.Add(_batch, Batch, _batchBytes);
        Batch++;
        _batch.Clear();
        (_batchBytes, _lastMessage) = (0, null);
    }

    /// <summary>
    /// Writes a copy of what is on the disk now, while the store goes on. It appears under its name when it is complete and on the disk,
    /// for its owner alone; put in the place of the store's file it is a store. Not for the broker's loop: it takes as long as it takes.
    /// </summary>
    /// <exception cref="IOException">It could not be written; a file of that name is as it was.</exception>
    public void Backup(string path) => StoreBackup.Write(_file, path);

    /// <summary>Writes what was added, closes the file. Nothing may be added from now on.</summary>
    public void Stop()
    {
        if (_isStopped)
            return;
        _isStopped = true;
        if (_isStarted)
        {
            Submit();
            _handover.Stop();
            _thread.Join();
        }

        _committer.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => Stop();

    /// <summary>A message that goes to many queues in a row is counted once.</summary>
    private long SizeOf(StoreChange change)
    {
        var message = change switch
        {
            StoreChange.Retain retain => retain.Message,
            StoreChange.Enqueue enqueue => enqueue.Delivery.Message,
            _ => null,
        };
        if (message is null || message == _lastMessage)
            return PendingChanges.RowSize;
        _lastMessage = message;
        return PendingChanges.RowSize + message.Size + message.Topic.Utf8.Length;
    }
}
