using Microsoft.Extensions.Logging;
using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Routing;
using Sparkplug.Broker.Storage;

namespace UnitTests.Broker.Storage;

/// <summary>The disk refuses: nothing is lost, nothing is promised, and it goes on by itself.</summary>
public sealed class StoreFailureTests : IDisposable
{
    private readonly LogLines _log = new();
    private readonly OpenStore _open;

    public StoreFailureTests() => _open = new OpenStore { Logger = _log }.Open();

    public void Dispose() => _open.Dispose();

    [Fact]
    public void A_refused_batch_settles_twice_and_is_on_the_disk_then()
    {
        using (var other = StoreFile.Open(_open.Path))
        {
            StoreFile.Run(other, "BEGIN IMMEDIATE"); // nobody else writes now
            Assert.False(_open.Write(new StoreChange.Retain(Stored.Message(1))));
            Assert.False(_open.Store.IsAccepting);
            Assert.InRange(_open.Store.Backlog, 1, 1_000);
            StoreFile.Run(other, "ROLLBACK");
        }

        _open.Time.Advance(TimeSpan.FromSeconds(1));
        _open.Await(told => told == (1, true));
        Assert.True(_open.Store.IsAccepting);
        Assert.Equal(0, _open.Store.Backlog);
        Assert.Equal([(1, false), (1, true)], _open.Settled);
        Assert.Single(_open.Reopen().Retained);
    }

    [Fact]
    public void What_is_added_while_the_disk_refuses_is_refused_at_once_and_written_with_the_rest()
    {
        using (var other = StoreFile.Open(_open.Path))
        {
            StoreFile.Run(other, "BEGIN IMMEDIATE");
            Assert.False(_open.Write(new StoreChange.PutSession(Stored.Session(1)), new StoreChange.Enqueue(1, Stored.Delivery(1, Stored.Message(1)))));
            Assert.False(_open.Write(new StoreChange.Enqueue(1, Stored.Delivery(2, Stored.Message(2)))));
            Assert.False(_open.Write(new StoreChange.Dequeue(1, 1)));
            StoreFile.Run(other, "ROLLBACK");
        }

        Assert.False(_open.Write(new StoreChange.Assign(1, 2, 5))); // not before its time
        _open.Time.Advance(TimeSpan.FromSeconds(1));
        _open.Await(told => told == (4, true));
        var delivery = Assert.Single(_open.Reopen().Sessions[0].Queue);
        Assert.Equal((2L, (ushort)5), (delivery.Position, delivery.PacketId));
    }

    [Fact]
    public void One_cause_is_logged_once_and_so_is_its_end()
    {
        using (var other = StoreFile.Open(_open.Path))
        {
            StoreFile.Run(other, "BEGIN IMMEDIATE");
            Assert.False(_open.Write(new StoreChange.Retain(Stored.Message(1))));
            for (var attempt = 2; attempt <= 3; attempt++)
            {
                _open.Time.Advance(TimeSpan.FromSeconds(1));
                var count = attempt;
                _open.Await(_ => _open.Settled.Count >= count);
            }
        }

        _open.Time.Advance(TimeSpan.FromSeconds(1));
        _open.Await(told => told.IsOnDisk);
        Assert.Equal([1312, 1313], _log.Ids);
    }

    [Fact]
    public void A_full_disk_refuses_until_there_is_room()
    {
        _open.Write(new StoreChange.Retain(Stored.Message(1, "kept")));
        _open.Store.Stop();
        _open.Open(maximumPages: 40);
        var large = Stored.Message(2, "large", size: 1_000_000);
        Assert.False(_open.Write(new StoreChange.Retain(large), new StoreChange.Retain(Stored.Message(3, "small"))));
        Assert.Contains(1312, _log.Ids);
        Assert.Equal(["kept"], _open.Read(_open.CopyAsIfKilled()).Retained.Select(message => message.Topic.Text));

        Assert.False(_open.Write(new StoreChange.Unretain(large.Topic)));
        var last = _open.Store.Batch - 1;
        _open.Time.Advance(TimeSpan.FromSeconds(1));
        _open.Await(told => told == (last, true));
        Assert.Equal(["kept", "small"], _open.Read(_open.CopyAsIfKilled()).Retained.Select(message => message.Topic.Text).Order());
    }

    [Fact]
    public void Stopping_while_the_disk_refuses_says_what_is_lost()
    {
        using var other = StoreFile.Open(_open.Path);
        StoreFile.Run(other, "BEGIN IMMEDIATE");
        Assert.False(_open.Write(new StoreChange.Retain(Stored.Message(1))));
        _open.Store.Stop();
        Assert.Equal([1312, 1315], _log.Ids);
    }

    [Fact]
    public void Beyond_the_bound_what_makes_no_promise_is_given_up_together_with_the_older_message_of_its_topic()
    {
        _open.Write(new StoreChange.Retain(Stored.Message(1, "birth/0", Qos.AtMostOnce)), new StoreChange.Retain(Stored.Message(2, "promised")));
        var message = new byte[16 << 20];
        using (var other = StoreFile.Open(_open.Path))
        {
            StoreFile.Run(other, "BEGIN IMMEDIATE");
            for (var i = 0; i < 20; i++) // all share the bytes here; the store counts each
                Assert.False(_open.Write(new StoreChange.Retain(Large(10 + i, $"birth/{i}", Qos.AtMostOnce))));
            Assert.False(_open.Write(new StoreChange.Retain(Large(50, "promised", Qos.AtLeastOnce))));
            Assert.InRange(_open.Store.Backlog, 16 << 20, 256 << 20);
        }

        var last = _open.Store.Batch - 1;
        _open.Time.Advance(TimeSpan.FromSeconds(1));
        _open.Await(told => told == (last, true));
        Assert.Contains(1314, _log.Ids);
        var kept = _open.Reopen().Retained.ToDictionary(retained => retained.Topic.Text, retained => retained.Id);
        Assert.Equal(50, kept["promised"]);
        Assert.DoesNotContain("birth/0", kept.Keys);
        Assert.Equal(29, kept["birth/19"]); // what came after the last time is there

        Message Large(long id, string topic, Qos qos) => new()
        {
            Id = id, Topic = Stored.Message(1, topic).Topic, Payload = message, Properties = [], Qos = qos, Retain = true, ExpiresAt = long.MaxValue,
        };
    }

    private sealed class LogLines : ILogger
    {
        private readonly List<int> _ids = [];

        public IReadOnlyList<int> Ids
        {
            get
            {
                lock (_ids)
                    return [.. _ids];
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_ids)
                _ids.Add(eventId.Id);
        }
    }
}
