using Sparkplug.Broker.Storage;

namespace UnitTests.Broker.Storage;

public sealed class StoreBackupTests : IDisposable
{
    private readonly OpenStore _open = new OpenStore().Open();

    private string Target => Path.Combine(_open.Folder, "copy.db");

    public void Dispose() => _open.Dispose();

    [Fact]
    public async Task A_backup_while_the_store_is_written_holds_one_state_between_two_batches()
    {
        using var stop = new CancellationTokenSource();
        var written = 0;
        var writing = Task.Run(
            () =>
            {
                for (var i = 1; !stop.IsCancellationRequested; i++)
                {
                    // Both topics change together, so one state has the same message on both.
                    var (x, y) = (Stored.Message(2 * i, "x", size: 2_000), Stored.Message((2 * i) + 1, "y", size: 2_000));
                    _open.Write(new StoreChange.Retain(x), new StoreChange.Retain(Stored.Message(1_000_000 + i, $"filler/{i % 300}", size: 5_000)), new StoreChange.Retain(y));
                    Volatile.Write(ref written, i);
                }
            },
            TestContext.Current.CancellationToken);
        for (var copy = 0; copy < 10; copy++)
        {
            var begin = Volatile.Read(ref written);
            _open.Await(told => told.IsOnDisk && told.Batch > begin + 1);
            _open.Store.Backup(Target);
            var kept = _open.Read(Target).Retained.ToDictionary(message => message.Topic.Text, message => message.Id);
            Assert.True(kept["x"] >= 2 * begin, "older than what was on the disk");
            Assert.Equal(kept["x"] + 1, kept["y"]);
        }

        await stop.CancelAsync();
        await writing;
    }

    [Fact]
    public void A_backup_is_for_its_owner_alone_and_replaces_the_one_before()
    {
        File.WriteAllText(Target, "the one before");
        _open.Write(new StoreChange.Retain(Stored.Message(1)));
        _open.Store.Backup(Target);
        Assert.Single(_open.Read(Target).Retained);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Target));
        Assert.Empty(Directory.GetFiles(_open.Folder, "*.tmp"));
    }

    [Fact]
    public void A_backup_that_cannot_be_written_leaves_nothing_behind_and_the_store_goes_on()
    {
        Assert.ThrowsAny<IOException>(() => _open.Store.Backup(Path.Combine(_open.Folder, "missing", "copy.db")));
        Assert.True(_open.Write(new StoreChange.Retain(Stored.Message(1))));
        Assert.Empty(Directory.GetFiles(_open.Folder, "*.tmp"));
    }
}
