using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sparkplug.Configuration;

namespace Sparkplug.Broker.Storage;

/// <summary>
/// Keeps retained messages on disk behind a bounded queue: one loop writes what has gathered in one transaction. A change of QoS 1 or 2
/// can be awaited until it is on the disk.
/// </summary>
internal sealed class RetainedStore(BrokerConfig config, TimeProvider time, BrokerMetrics metrics, ILogger<RetainedStore> logger) : IHostedService, IDisposable
{
    private const int MaximumBatch = 1_000;

    // A full queue makes publishers wait: nothing is dropped.
    private readonly Channel<Change> _changes = Channel.CreateBounded<Change>(
        new BoundedChannelOptions(4_096) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    private RetainedDatabase? _database;
    private Task _writing = Task.CompletedTask;

    /// <summary>What was on disk at the start.</summary>
    public IReadOnlyList<RetainedMessage> AtStart { get; private set; } = [];

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            _database = RetainedDatabase.Open(config.RetainedFile, time, logger);
            AtStart = _database.Load();
        }
        catch (Exception fault) when (fault is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationFaultException("Broker:DataDirectory", $"cannot open {config.RetainedFile}: {fault.Message}", fault);
        }

        logger.RetainedLoaded(AtStart.Count, config.RetainedFile);
        _writing = Task.Run(WriteAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Writes what is queued, then closes the file.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _changes.Writer.TryComplete();
        await _writing;
    }

    /// <summary>Keeps or, with a null message, removes what is retained on a topic; waits for the queue and, if asked, for the disk.</summary>
    /// <exception cref="IOException">It was to be on disk, and could not be written.</exception>
    public async Task PutAsync(string topic, RetainedMessage? message, bool untilOnDisk)
    {
        var onDisk = untilOnDisk ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : null;
        await _changes.Writer.WriteAsync(new Change(topic, message, onDisk));
        if (onDisk is not null)
            await onDisk.Task;
    }

    /// <inheritdoc/>
    public void Dispose() => _database?.Dispose();

    private async Task WriteAsync()
    {
        // What could not be written stays here, the latest per topic, and is tried again with the next change and at the stop.
        var pending = new Dictionary<string, RetainedMessage?>(StringComparer.Ordinal);
        var waiting = new List<TaskCompletionSource>();
        while (await _changes.Reader.WaitToReadAsync())
        {
            for (var read = 0; read < MaximumBatch && _changes.Reader.TryRead(out var change); read++)
            {
                pending[change.Topic] = change.Message;
                if (change.OnDisk is not null)
                    waiting.Add(change.OnDisk);
            }

            Commit(pending, waiting);
        }

        Commit(pending, waiting);
    }

    private void Commit(Dictionary<string, RetainedMessage?> pending, List<TaskCompletionSource> waiting)
    {
        try
        {
            if (pending.Count > 0)
                _database!.Apply(pending);
            pending.Clear();
            waiting.ForEach(onDisk => onDisk.SetResult());
        }
        catch (SqliteException fault)
        {
            metrics.RetainedWriteFailed();
            logger.RetainedWriteFailed(pending.Count, fault);
            waiting.ForEach(onDisk => onDisk.SetException(new IOException("the retained message is not on disk", fault)));
        }

        waiting.Clear();
    }

    private readonly record struct Change(string Topic, RetainedMessage? Message, TaskCompletionSource? OnDisk);
}
