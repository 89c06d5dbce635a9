using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Storage;
using Sparkplug.Configuration;

namespace UnitTests.Broker.Storage;

public sealed class StoreDamageTests : IDisposable
{
    private const int PageSize = 4_096;
    private const string Aside = "broker.db.damaged-20261124T120000Z";

    private readonly OpenStore _open = new();
    private readonly string _text;
    private readonly byte[] _bytes;

    public StoreDamageTests()
    {
        _open.Open();
        for (var i = 1; i <= 60; i++)
            _open.Store.Add(new StoreChange.Retain(Stored.Message(i, $"topic/{i}", size: i == 1 ? 20_000 : 900)));
        for (var key = 1; key <= 20; key++)
        {
            _open.Store.Add(new StoreChange.PutSession(Stored.Session(key)));
            _open.Store.Add(new StoreChange.Subscribe(key, Stored.Subscription("a/#")));
            _open.Store.Add(new StoreChange.ReceiveId(key, 9));
            _open.Store.Add(new StoreChange.PutWill(Stored.Will($"e{key}")));
            for (var position = 1; position <= 20; position++)
                _open.Store.Add(new StoreChange.Enqueue(key, Stored.Delivery(position, Stored.Message((100 * key) + position, size: 100))));
        }

        _text = Stored.Text(_open.Reopen());
        _open.Store.Stop();
        _bytes = File.ReadAllBytes(_open.Path);
    }

    public void Dispose() => _open.Dispose();

    [Fact]
    public void A_file_that_is_cut_anywhere_is_put_aside_and_replaced()
    {
        for (var length = 1; length < _bytes.Length; length += 1 + (_bytes.Length / 40))
            AssertReplaced(_bytes[..length], $"cut at {length}");
    }

    [Fact]
    public void A_file_with_any_page_of_zeros_is_put_aside_and_replaced()
    {
        for (var page = 0; page < _bytes.Length / PageSize; page++)
        {
            var damaged = _bytes.ToArray();
            Array.Clear(damaged, page * PageSize, PageSize);
            AssertReplaced(damaged, $"page {page + 1}");
        }
    }

    [Fact]
    public void A_file_with_any_page_of_noise_is_put_aside_and_replaced()
    {
        for (var page = 0; page < _bytes.Length / PageSize; page++)
        {
            var damaged = _bytes.ToArray();
            new Random(page).NextBytes(damaged.AsSpan(page * PageSize, PageSize));
            AssertReplaced(damaged, $"page {page + 1}");
        }
    }

    [Fact]
    public void A_byte_of_a_payload_that_has_changed_puts_the_file_aside()
    {
        var damaged = _bytes.ToArray();
        byte[] part = [.. Stored.Message(30, size: 900).Payload.AsSpan()[..200]];
        int found;
        for (var at = 0; (found = damaged.AsSpan(at).IndexOf(part)) >= 0; at += found + 1) // SQLite leaves old copies lying about
            damaged[at + found + 100] ^= 1;
        AssertReplaced(damaged, "one bit");
    }

    [Fact]
    public void A_byte_of_the_header_that_has_changed_is_harmless_or_puts_the_file_aside_or_is_told()
    {
        var whole = 0;
        for (var at = 0; at < 100; at++)
        {
            var damaged = _bytes.ToArray();
            damaged[at] ^= 0xFF;
            Place(damaged);
            try
            {
                var text = Stored.Text(_open.Read(_open.Path));
                Assert.True(text == _text || (text.Length == 0 && File.Exists(Path.Combine(_open.Folder, Aside))), $"byte {at}: neither whole nor put aside");
                whole += text == _text ? 1 : 0;
            }
            catch (ConfigurationFaultException fault)
            {
                Assert.Contains("schema", fault.Message, StringComparison.Ordinal);
                Assert.Equal(63, at); // the schema's version
            }
        }

        Assert.InRange(whole, 1, 60);
    }

    [Fact]
    public void A_text_file_is_put_aside_and_replaced() => AssertReplaced([.. Enumerable.Repeat((byte)'x', 5_000)], "text");

    [Fact]
    public void A_log_that_was_torn_costs_no_more_than_what_was_not_committed()
    {
        _open.Open();
        _open.Write(new StoreChange.Retain(Stored.Message(5_000, "late")));
        var copy = _open.CopyAsIfKilled();
        using (var log = new FileStream(copy + "-wal", FileMode.Open))
            log.SetLength(log.Length - 100);
        Assert.Equal(_text, Stored.Text(_open.Read(copy)));
    }

    [Fact]
    public void The_store_that_replaces_a_damaged_one_works_and_the_damaged_one_is_kept_whole()
    {
        var damaged = _bytes.ToArray();
        Array.Clear(damaged, PageSize, PageSize);
        Place(damaged);
        _open.Open();
        Assert.True(_open.Write(new StoreChange.Retain(Stored.Message(1, "again", Qos.AtMostOnce))));
        Assert.Single(_open.Reopen().Retained);
        Assert.Equal(damaged, File.ReadAllBytes(Path.Combine(_open.Folder, Aside)));
    }

    [Fact]
    public void A_newer_schema_is_refused_and_left_as_it_is()
    {
        using (var connection = StoreFile.Open(_open.Path))
            StoreFile.Run(connection, "PRAGMA user_version = 2");
        var fault = Assert.Throws<ConfigurationFaultException>(() => _open.Open());
        Assert.Contains("has schema 2, and this broker knows 1", fault.Message, StringComparison.Ordinal);
        Assert.Equal(60, StoreFile.Count(_open.Path, "retained"));
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_told_and_not_put_aside()
    {
        var folder = Path.Combine(_open.Folder, "folder.db");
        Directory.CreateDirectory(folder);
        Assert.Throws<ConfigurationFaultException>(() => _open.Read(folder));
        Assert.True(Directory.Exists(folder));
    }

    private void AssertReplaced(byte[] damaged, string what)
    {
        Place(damaged);
        var state = _open.Read(_open.Path);
        Assert.True(Stored.Text(state).Length == 0, $"{what}: read as if it were whole");
        Assert.True(File.Exists(Path.Combine(_open.Folder, Aside)), $"{what}: not put aside");
    }

    private void Place(byte[] bytes)
    {
        foreach (var file in Directory.GetFiles(_open.Folder, "broker.db*"))
            File.Delete(file);
        File.WriteAllBytes(_open.Path, bytes);
    }
}
