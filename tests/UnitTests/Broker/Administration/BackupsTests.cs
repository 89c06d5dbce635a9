using Microsoft.Extensions.Time.Testing;
using Sparkplug.Broker.Administration;

namespace UnitTests.Broker.Administration;

public sealed class BackupsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 22, 13, 22, 123, TimeSpan.Zero));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_backup_stands_in_the_folder_under_its_time()
    {
        var backups = new Backups(_folder.File("backups"), file => File.WriteAllText(file, "copy"), _time);
        var file = await backups.TryMakeAsync();
        Assert.Equal(Path.Combine(_folder.File("backups"), "broker-20261124T221322.123Z.db"), file);
        Assert.Equal("copy", await File.ReadAllTextAsync(file!, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task One_backup_is_made_at_a_time_and_a_failed_one_is_over()
    {
        using var release = new SemaphoreSlim(0);
        var isFailing = true;
        var backups = new Backups(
            _folder.File("backups"),
            _ =>
            {
                release.Wait(TestContext.Current.CancellationToken);
                if (isFailing)
                    throw new IOException("full");
            },
            _time);
        var first = backups.TryMakeAsync();
        Assert.Null(await backups.TryMakeAsync());
        release.Release();
        await Assert.ThrowsAsync<IOException>(() => first);
        isFailing = false;
        release.Release();
        Assert.NotNull(await backups.TryMakeAsync());
    }
}
