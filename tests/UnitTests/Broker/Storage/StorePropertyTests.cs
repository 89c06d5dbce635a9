using CsCheck;
using Microsoft.Data.Sqlite;
using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Routing;
using Sparkplug.Broker.Storage;

namespace UnitTests.Broker.Storage;

/// <summary>Whatever the changes and however they are grouped, refused and interrupted, the disk has what a plain model has.</summary>
public sealed class StorePropertyTests
{
    /// <summary>Few keys, so that changes meet each other. The id of a message decides its content.</summary>
    private static readonly Gen<StoreChange> GenChange =
        from kind in Gen.Int[0, 19]
        from key in Gen.Long[1, 3]
        from position in Gen.Long[1, 6]
        from id in Gen.Long[1, 8]
        from packetId in Gen.UShort[1, 3]
        from flag in Gen.Bool
        select Change(kind, key, position, id, packetId, flag);

    private static readonly Gen<Step[]> GenSteps =
        (from changes in GenChange.Array[0, 12] from what in Gen.Enum<What>() select new Step(changes, what)).Array[1, 12];

    private enum What
    {
        Write,
        Refused,
        Killed,
        Reopened,
    }

    [Fact]
    public void The_disk_has_what_the_model_has_after_each_commit() =>
        GenSteps.Sample(Run, iter: 120, threads: 1);

    [Fact]
    public void The_whole_store_keeps_what_the_model_keeps_however_batches_gather() =>
        GenSteps.Sample(RunWhole, iter: 40, threads: 1);

    private static void Run(Step[] steps)
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("broker.db");
        var (model, committed) = (new StoreModel(), "");
        var (database, pending) = Open(file, "");
        try
        {
            foreach (var step in steps)
            {
                foreach (var change in step.Changes)
                {
                    model.Apply(change);
                    pending.Apply(change);
                }

                if (step.What == What.Refused)
                {
                    if (IsRefused(file, database, pending))
                        continue;
                }
                else
                {
                    database.Write(pending);
                }

                pending.Written();
                committed = model.Text();
                Assert.Equal((0, 0), (pending.Count, pending.Size));
                if (step.What == What.Killed)
                    AssertOnDisk(folder, file, committed);
                if (step.What != What.Reopened)
                    continue;
                database.Dispose();
                (database, pending) = Open(file, committed);
            }

            AssertOnDisk(folder, file, committed);
        }
        finally
        {
            database.Dispose();
        }
    }

    private static void RunWhole(Step[] steps)
    {
        using var open = new OpenStore().Open();
        var model = new StoreModel();
        foreach (var step in steps)
        {
            foreach (var change in step.Changes)
            {
                model.Apply(change);
                open.Store.Add(change);
            }

            open.Store.Submit();
            if (step.What == What.Killed && open.Store.Batch > 1)
            {
                var last = open.Store.Batch - 1;
                open.Await(told => told.Batch >= last);
                Assert.Equal(model.Text(), Stored.Text(open.Read(open.CopyAsIfKilled())));
            }

            if (step.What == What.Reopened)
                Assert.Equal(model.Text(), Stored.Text(open.Reopen()));
        }

        Assert.Equal(model.Text(), Stored.Text(open.Reopen()));
    }

    private static (StoreDatabase Database, PendingChanges Pending) Open(string file, string expected)
    {
        var database = StoreDatabase.Open(file);
        var state = database.Read();
        Assert.Equal(expected, Stored.Text(state));
        var pending = new PendingChanges();
        pending.Restore(state);
        return (database, pending);
    }

    /// <summary>A transaction that fails in its middle, if it writes or removes a retained message, a delivery or a Will.</summary>
    private static bool IsRefused(string file, StoreDatabase database, PendingChanges pending)
    {
        string[] events = ["INSERT ON delivery", "DELETE ON delivery", "INSERT ON retained", "DELETE ON retained", "INSERT ON will"];
        using var other = StoreFile.Open(file);
        StoreFile.Run(other, "PRAGMA synchronous = OFF");
        for (var i = 0; i < events.Length; i++) // a fault that leaves the transaction open, and one that ends it
            StoreFile.Run(other, $"CREATE TRIGGER refuse{i} BEFORE {events[i]} BEGIN SELECT RAISE({(i % 2 == 0 ? "ABORT" : "ROLLBACK")}, 'refused'); END");
        try
        {
            database.Write(pending);
            return false;
        }
        catch (SqliteException)
        {
            return true;
        }
        finally
        {
            for (var i = 0; i < events.Length; i++)
                StoreFile.Run(other, $"DROP TRIGGER refuse{i}");
        }
    }

    private static void AssertOnDisk(TemporaryFolder folder, string file, string expected)
    {
        var copy = folder.File("copy.db");
        foreach (var suffix in (string[])["", "-wal", "-shm"])
        {
            File.Delete(copy + suffix);
            if (suffix != "-shm" && File.Exists(file + suffix))
                File.Copy(file + suffix, copy + suffix);
        }

        using var database = StoreDatabase.Open(copy);
        Assert.Equal(expected, Stored.Text(database.Read()));
        using var connection = StoreFile.Open(copy);
        Assert.Equal(0L, StoreFile.Run(connection, "SELECT count(*) FROM message WHERE id NOT IN (SELECT message FROM delivery WHERE released = 0)"));
    }

    private static StoreChange Change(int kind, long key, long position, long id, ushort packetId, bool flag) => kind switch
    {
        0 => new StoreChange.Retain(Stored.Message(id, $"t/{id % 3}")),
        1 => new StoreChange.Unretain(new Topic([(byte)'t', (byte)'/', (byte)('0' + (id % 3))])),
        2 or 3 or 4 => new StoreChange.PutSession(Stored.Session(key, flag ? "u" : null, flag ? position : null)),
        5 => new StoreChange.EndSession(key),
        6 => new StoreChange.Subscribe(key, Stored.Subscription($"f/{position % 2}", (uint)id)),
        7 => new StoreChange.Unsubscribe(key, $"f/{position % 2}"),
        8 or 9 or 10 or 11 => new StoreChange.Enqueue(key, Stored.Delivery(position, Stored.Message(id), flag ? packetId : (ushort)0, isReleased: false, [.. Enumerable.Range(0, packetId - 1).Select(i => (uint)i)])),
        12 => new StoreChange.Assign(key, position, packetId),
        13 => new StoreChange.Release(key, position),
        14 or 15 => new StoreChange.Dequeue(key, position),
        16 => new StoreChange.ReceiveId(key, packetId),
        17 => new StoreChange.ReleaseId(key, packetId),
        18 => new StoreChange.PutWill(Stored.Will($"c{key}", flag ? null : (uint)position)),
        _ => new StoreChange.RemoveWill($"c{key}"),
    };

    private sealed record Step(StoreChange[] Changes, What What);
}
