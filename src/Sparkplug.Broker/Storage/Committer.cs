using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Sparkplug.Broker.Storage;

/// <summary>The store's thread: takes what has gathered, commits it, tells so; when the disk refuses, keeps it and tries again.</summary>
internal sealed class Committer : IDisposable
{
    /// <summary>Beyond this, what makes no promise is given up while the disk refuses.</summary>
    public const long MaximumPendingBytes = 256L << 20;

    /// <summary>The log goes into the file when this many pages are in it (4 MB) and nobody waits.</summary>
    private const int CheckpointPages = 1_000;

    /// <summary>The log goes into the file even though somebody waits (64 MB).</summary>
    private const int MaximumLogPages = 16_000;

    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly StoreDatabase _database;
    private readonly PendingChanges _pending;
    private readonly Handover _handover;
    private readonly TimeProvider _time;
    private readonly BrokerMetrics _metrics;
    private readonly ILogger _logger;
    private readonly ITimer _retry;

    private volatile bool _isAccepting = true;
    private long _pendingBytes, _batch, _committed, _strays;
    private string? _cause, _checkpointCause;

    public Committer(OpenedStore opened, Handover handover, TimeProvider time, BrokerMetrics metrics, ILogger logger)
    {
        (_database, _pending) = (opened.Database, opened.Pending);
        (_handover, _time, _metrics, _logger) = (handover, time, metrics, logger);
        _retry = time.CreateTimer(_ => handover.Retry(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc cref="IBrokerStore.Settled"/>
    public Action<long, bool>? Settled { get; set; }

    /// <summary>Told how many of the submitted bytes are counted in <see cref="PendingBytes"/> from now on.</summary>
    public required Action<long> Taken { get; init; }

    /// <inheritdoc cref="IBrokerStore.IsAccepting"/>
    public bool IsAccepting => _isAccepting;

    /// <summary>About the bytes that were taken and are not on the disk.</summary>
    public long PendingBytes => Interlocked.Read(ref _pendingBytes);

    /// <summary>Works until <see cref="Handover.Stop"/>.</summary>
    public void Run()
    {
        bool isStopping;
        do
        {
            var work = _handover.Take();
            isStopping = work.IsStopping;
            Apply(work);
            if (_isAccepting || work.IsRetryDue || isStopping)
                Commit();
            else
                Refuse();
            Checkpoint();
        }
        while (!isStopping);

        if (_pending.Count > 0)
            _logger.StoreChangesLost(_pending.Count, _cause);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _retry.Dispose();
        _database.Dispose();
    }

    private void Apply(Handover.Work work)
    {
        foreach (var change in work.Changes)
            _pending.Apply(change);
        _batch = work.Batch;
        Interlocked.Exchange(ref _pendingBytes, _pending.Size);
        Taken(work.Bytes);
        if (_pending.Strays == _strays)
            return;
        _logger.StoreStrays(_pending.Strays - _strays);
        _strays = _pending.Strays;
    }

    private void Commit()
    {
        var begin = _time.GetTimestamp();
        try
        {
            if (_pending.Count > 0)
                _database.Write(_pending);
        }
        catch (Exception fault) // whatever it is: nothing was written, everything is still pending
        {
            Fail(fault);
            return;
        }

        if (_pending.Count > 0)
            _metrics.StoreCommitted(_pending.Count, _time.GetElapsedTime(begin));
        _pending.Written();
        Interlocked.Exchange(ref _pendingBytes, _pending.Size);
        if (!_isAccepting)
            _logger.StoreRecovered();
        (_isAccepting, _cause) = (true, null);
        if (_batch == _committed)
            return;
        _committed = _batch;
        Settled?.Invoke(_batch, true);
    }

    private void Fail(Exception fault)
    {
        _metrics.StoreFailed();
        if (_cause != fault.Message)
            _logger.StoreFailed(_pending.Count, fault.Message, fault);
        _cause = fault.Message;
        _retry.Change(RetryInterval, Timeout.InfiniteTimeSpan);
        Refuse();
    }

    private void Refuse()
    {
        _isAccepting = false;
        if (_pending.Size > MaximumPendingBytes && _pending.DropUnpromised() is > 0 and var dropped)
        {
            _metrics.StoreDropped(dropped);
            _logger.StoreDropped(dropped, MaximumPendingBytes);
            Interlocked.Exchange(ref _pendingBytes, _pending.Size);
        }

        Settled?.Invoke(_batch, false);
    }

    /// <summary>Keeps the log short: when nobody waits, or when it has become long all the same.</summary>
    private void Checkpoint()
    {
        if (_database.PagesInLog < CheckpointPages || (_database.PagesInLog < MaximumLogPages && !_handover.IsEmpty))
            return;
        try
        {
            _database.Checkpoint();
            _checkpointCause = null;
        }
        catch (SqliteException fault) // no promise is broken: the log has it, and is read at the next start
        {
            _metrics.StoreFailed();
            if (_checkpointCause != fault.Message)
                _logger.StoreCheckpointFailed(fault);
            _checkpointCause = fault.Message;
        }
    }
}
