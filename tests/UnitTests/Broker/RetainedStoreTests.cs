using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sparkplug.Broker;
using Sparkplug.Broker.Storage;

namespace UnitTests.Broker;

public sealed class RetainedStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    private string DatabasePath => _folder.File("retained.db");

    public void Dispose()
    {
        _services.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_last_message_of_each_topic_comes_back_with_its_properties()
    {
        await RunAsync(async store =>
        {
            await store.PutAsync("a", Message("a", 1), untilOnDisk: false);
            await store.PutAsync("b", Message("b", 2), untilOnDisk: true);
            await store.PutAsync("gone", Message("gone", 3), untilOnDisk: false);
            await store.PutAsync("gone", null, untilOnDisk: false);
            await store.PutAsync("a", Message("a", 4), untilOnDisk: false);
        });
        await RunAsync(store =>
        {
            var kept = store.AtStart.OrderBy(message => message.Topic, StringComparer.Ordinal).ToList();
            Assert.Equal(["a", "b"], kept.Select(message => message.Topic));
            Assert.Equal([4], kept[0].Payload);
            Assert.Equal(1, kept[0].Qos);
            Assert.Equal("text/plain", kept[0].Properties!.ContentType);
            Assert.Equal(["name", "value", "name", "again"], kept[0].Properties!.UserProperties);
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task Only_the_owner_may_read_what_is_kept_even_in_a_folder_that_is_open_to_all()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has other access rights");
        await RunAsync(async store =>
        {
            await store.PutAsync("a", Message("a", 1), untilOnDisk: true);
            foreach (var file in (string[])[DatabasePath, DatabasePath + "-wal", DatabasePath + "-shm"])
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(file).UnixFileMode);
        });
    }

    [Fact]
    public async Task What_was_to_be_on_disk_is_there_before_the_store_closes()
    {
        await RunAsync(async store =>
        {
            await store.PutAsync("a", Message("a", 1), untilOnDisk: true);
            using var second = RetainedDatabase.Open(DatabasePath, TimeProvider.System, NullLogger.Instance);
            Assert.Equal([1], Assert.Single(second.Load()).Payload);
        });
    }

    [Fact]
    public async Task A_file_that_is_damaged_in_the_middle_is_put_aside_and_replaced()
    {
        await RunAsync(async store =>
        {
            for (var i = 0; i < 200; i++)
                await store.PutAsync($"topic/{i}", new RetainedMessage { Topic = $"topic/{i}", Payload = new byte[500], Qos = 0 }, untilOnDisk: i == 199);
        });
        var bytes = await File.ReadAllBytesAsync(DatabasePath, TestContext.Current.CancellationToken);
        Assert.True(bytes.Length > 40_000);
        Array.Fill(bytes, (byte)0xA5, 8_192, 16_384);
        await File.WriteAllBytesAsync(DatabasePath, bytes, TestContext.Current.CancellationToken);

        await RunAsync(async store =>
        {
            Assert.Empty(store.AtStart);
            await store.PutAsync("a", Message("a", 1), untilOnDisk: true);
        });
        var aside = Assert.Single(Directory.GetFiles(_folder.ToString(), "retained.db.damaged-20261124T120000Z"));
        Assert.Equal(bytes.Length, new FileInfo(aside).Length);
    }

    private async Task RunAsync(Func<RetainedStore, Task> use)
    {
        var config = new BrokerConfig { DataDirectory = _folder.ToString(), UsersFile = _folder.File("users") };
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));
        using var store = new RetainedStore(config, time, new BrokerMetrics(_services.GetRequiredService<IMeterFactory>()), NullLogger<RetainedStore>.Instance);
        await store.StartAsync(TestContext.Current.CancellationToken);
        await use(store);
        await store.StopAsync(TestContext.Current.CancellationToken);
    }

    private static RetainedMessage Message(string topic, byte payload) => new()
    {
        Topic = topic,
        Payload = [payload],
        Qos = 1,
        Properties = new MessageProperties { ContentType = "text/plain", UserProperties = ["name", "value", "name", "again"] },
    };
}
