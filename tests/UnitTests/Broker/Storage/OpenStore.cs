using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sparkplug.Broker;
using Sparkplug.Broker.Storage;

namespace UnitTests.Broker.Storage;

/// <summary>A store in a folder of its own, with a clock of its own.</summary>
internal sealed class OpenStore : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly List<(long Batch, bool IsOnDisk)> _settled = [];

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));

    public ILogger Logger { get; init; } = NullLogger.Instance;

    public BrokerMetrics Metrics => new(_services.GetRequiredService<IMeterFactory>());

    public string Path => _folder.File("broker.db");

    public string Folder => _folder.ToString();

    public BrokerStore Store { get; private set; } = null!;

    /// <summary>What was on the disk when <see cref="Open"/> was called last.</summary>
    public StoredState AtStart { get; private set; } = null!;

    /// <summary>What <see cref="IBrokerStore.Settled"/> has told so far.</summary>
    public IReadOnlyList<(long Batch, bool IsOnDisk)> Settled
    {
        get
        {
            lock (_settled)
                return [.. _settled];
        }
    }

    public OpenStore Open(int maximumPages = 0)
    {
        Store = BrokerStore.Open(Path, Time, Metrics, Logger, maximumPages);
        AtStart = Store.Load();
        lock (_settled)
            _settled.Clear(); // batches are numbered from 1 again
        Store.Settled = (batch, isOnDisk) =>
        {
            lock (_settled)
            {
                _settled.Add((batch, isOnDisk));
                Monitor.PulseAll(_settled);
            }
        };
        Store.Start();
        return this;
    }

    public StoredState Reopen()
    {
        Store.Stop();
        return Open().AtStart;
    }

    /// <summary>Makes a batch of the changes, and waits until it has settled.</summary>
    /// <returns>Whether it is on the disk.</returns>
    public bool Write(params ReadOnlySpan<StoreChange> changes)
    {
        foreach (var change in changes)
            Store.Add(change);
        var batch = Store.Batch;
        Store.Submit();
        return Await(told => told.Batch >= batch).IsOnDisk;
    }

    /// <summary>Waits until something that was or is told fits.</summary>
    public (long Batch, bool IsOnDisk) Await(Func<(long Batch, bool IsOnDisk), bool> fits)
    {
        var deadline = TimeProvider.System.GetTimestamp();
        lock (_settled)
        {
            while (!_settled.Any(fits))
            {
                Assert.True(TimeProvider.System.GetElapsedTime(deadline) < Deadline, "the store has not settled");
                Monitor.Wait(_settled, Deadline);
            }

            return _settled.Last(fits);
        }
    }

    /// <summary>A folder with the files as a power cut at this moment would leave them.</summary>
    public string CopyAsIfKilled()
    {
        var copy = _folder.File($"copy-{Guid.NewGuid():N}");
        Directory.CreateDirectory(copy);
        foreach (var suffix in (string[])["", "-wal"])
            if (File.Exists(Path + suffix))
                File.Copy(Path + suffix, System.IO.Path.Combine(copy, "broker.db" + suffix));
        return System.IO.Path.Combine(copy, "broker.db");
    }

    /// <summary>What a broker that starts with this file has.</summary>
    public StoredState Read(string file)
    {
        using var store = BrokerStore.Open(file, Time, Metrics, Logger);
        return store.Load();
    }

    public void Dispose()
    {
        Store?.Dispose();
        _services.Dispose();
        _folder.Dispose();
    }
}
