using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Routing;
using Sparkplug.Broker.Storage;

namespace UnitTests.Broker.Storage;

public sealed class BrokerStoreTests : IDisposable
{
    private readonly OpenStore _open = new OpenStore().Open();

    public void Dispose() => _open.Dispose();

    [Fact]
    public void A_new_store_is_empty()
    {
        Assert.Equal("", Stored.Text(_open.AtStart));
        Assert.Equal(0, _open.AtStart.LastMessageId);
        Assert.Equal(0, _open.AtStart.LastSessionKey);
    }

    [Fact]
    public void Retained_messages_come_back_with_every_field()
    {
        Message[] messages = [Stored.Message(15, "a"), Stored.Message(2, "ä/b", Qos.AtMostOnce), Stored.Message(3, "c", Qos.ExactlyOnce, size: 100_000)];
        Assert.True(_open.Write([.. messages.Select(message => new StoreChange.Retain(message))]));
        Assert.Equal(Stored.Text(new StoredState { Retained = messages }), Stored.Text(_open.Reopen()));
    }

    [Fact]
    public void The_last_message_of_a_topic_is_the_retained_one()
    {
        _open.Write(new StoreChange.Retain(Stored.Message(1, "a")), new StoreChange.Retain(Stored.Message(2, "gone")));
        _open.Write(new StoreChange.Retain(Stored.Message(3, "a")), new StoreChange.Retain(Stored.Message(4, "a")), new StoreChange.Unretain(new Topic("gone"u8.ToArray())));
        Assert.Equal(4, Assert.Single(_open.Reopen().Retained).Id);
    }

    [Fact]
    public void A_session_comes_back_with_all_that_belongs_to_it()
    {
        var session = Stored.Session(5, user: null, disconnectedAt: 1_764_000_000_000);
        StoredSubscription[] subscriptions = [Stored.Subscription("a/#", identifier: 268_435_455), Stored.Subscription("$share/g/b/+")];
        StoredDelivery[] queue = [Stored.Delivery(1, Stored.Message(1), packetId: 65_535, isReleased: false, 1, 268_435_455), Stored.Delivery(2, Stored.Message(2, size: 0))];
        _open.Write(
            [
                new StoreChange.PutSession(session),
                .. subscriptions.Select(subscription => new StoreChange.Subscribe(5, subscription)),
                .. queue.Reverse().Select(delivery => new StoreChange.Enqueue(5, delivery)),
                new StoreChange.ReceiveId(5, 65_535),
                new StoreChange.ReceiveId(5, 1),
            ]);
        var expected = new RestoredSession { Session = session, Subscriptions = subscriptions, Queue = queue, ReceivedIds = [1, 65_535] };
        Assert.Equal(Stored.Text(new StoredState { Sessions = [expected] }), Stored.Text(_open.Reopen()));
    }

    [Fact]
    public void The_facts_of_a_session_change_and_what_belongs_to_it_stays()
    {
        _open.Write(new StoreChange.PutSession(Stored.Session(1)), new StoreChange.Subscribe(1, Stored.Subscription("a")), new StoreChange.Enqueue(1, Stored.Delivery(1, Stored.Message(1))));
        _open.Write(new StoreChange.PutSession(Stored.Session(1, "other", disconnectedAt: 7)));
        var session = Assert.Single(_open.Reopen().Sessions);
        Assert.Equal(("other", 7), (session.Session.UserName, session.Session.DisconnectedAt));
        Assert.Single(session.Subscriptions);
        Assert.Single(session.Queue);
    }

    [Fact]
    [Spec("MQTT-4.3.3-5")]
    public void A_delivery_is_assigned_released_and_dequeued_across_restarts()
    {
        _open.Write(new StoreChange.PutSession(Stored.Session(1)), new StoreChange.Enqueue(1, Stored.Delivery(1, Stored.Message(1))), new StoreChange.Enqueue(1, Stored.Delivery(2, Stored.Message(2))));
        _open.Write(new StoreChange.Assign(1, 1, 77));
        var first = _open.Reopen().Sessions[0].Queue[0];
        Assert.Equal((77, false, 3), (first.PacketId, first.IsReleased, first.Message.Payload.Length));

        _open.Write(new StoreChange.Release(1, 1));
        first = _open.Reopen().Sessions[0].Queue[0];
        Assert.Equal((77, true, 0), (first.PacketId, first.IsReleased, first.Message.Payload.Length));

        _open.Write(new StoreChange.Dequeue(1, 1), new StoreChange.Dequeue(1, 2));
        Assert.Empty(_open.Reopen().Sessions[0].Queue);
    }

    [Fact]
    public void A_message_in_many_queues_is_stored_once_and_goes_with_the_last_of_them()
    {
        var message = Stored.Message(9, size: 50_000);
        for (var key = 1; key <= 20; key++)
            _open.Write(new StoreChange.PutSession(Stored.Session(key)), new StoreChange.Enqueue(key, Stored.Delivery(1, message)));
        Assert.All(_open.Reopen().Sessions, session => Assert.Equal(message.Payload, session.Queue[0].Message.Payload));
        Assert.Single(_open.AtStart.Sessions.Select(session => session.Queue[0].Message).Distinct());

        for (var key = 1; key <= 19; key++)
            _open.Write(key % 2 == 0 ? new StoreChange.Dequeue(key, 1) : new StoreChange.EndSession(key));
        Assert.Equal(message.Payload, Assert.Single(_open.Reopen().Sessions, session => session.Queue.Count == 1).Queue[0].Message.Payload);

        _open.Write(new StoreChange.Release(20, 1));
        _open.Store.Stop();
        Assert.Equal(0, StoreFile.Count(_open.Path, "message"));
        Assert.Equal(1, StoreFile.Count(_open.Path, "delivery"));
    }

    [Fact]
    public void What_a_session_had_goes_with_it_even_when_its_key_comes_back_in_the_same_batch()
    {
        _open.Write(new StoreChange.PutSession(Stored.Session(1)), new StoreChange.Subscribe(1, Stored.Subscription("a")), new StoreChange.ReceiveId(1, 4));
        _open.Write(new StoreChange.EndSession(1), new StoreChange.PutSession(Stored.Session(1)), new StoreChange.Subscribe(1, Stored.Subscription("b")));
        var session = Assert.Single(_open.Reopen().Sessions);
        Assert.Equal("b", Assert.Single(session.Subscriptions).Filter);
        Assert.Empty(session.ReceivedIds);
    }

    [Fact]
    public void A_position_that_is_left_used_again_and_left_again_in_one_batch_is_empty()
    {
        _open.Write(new StoreChange.PutSession(Stored.Session(1)), new StoreChange.Enqueue(1, Stored.Delivery(1, Stored.Message(1))));
        _open.Write(new StoreChange.Dequeue(1, 1), new StoreChange.Enqueue(1, Stored.Delivery(1, Stored.Message(2))), new StoreChange.Dequeue(1, 1));
        Assert.Empty(_open.Reopen().Sessions[0].Queue);
    }

    [Fact]
    public void A_change_for_a_session_that_has_ended_changes_nothing()
    {
        Assert.True(_open.Write(new StoreChange.Enqueue(1, Stored.Delivery(1, Stored.Message(1))), new StoreChange.Dequeue(1, 1), new StoreChange.Unsubscribe(1, "a")));
        Assert.Equal("", Stored.Text(_open.Reopen()));
    }

    [Fact]
    public void Wills_come_back_with_every_field_until_they_are_removed()
    {
        StoredWill[] wills = [Stored.Will("e1", expiry: null, user: "u"), Stored.Will("e2")];
        _open.Write(new StoreChange.PutWill(wills[0]), new StoreChange.PutWill(Stored.Will("e2", expiry: 1)), new StoreChange.PutWill(wills[1]));
        Assert.Equal(Stored.Text(new StoredState { Wills = wills }), Stored.Text(_open.Reopen()));
        _open.Write(new StoreChange.RemoveWill("e1"));
        Assert.Equal("e2", Assert.Single(_open.Reopen().Wills).ClientId);
    }

    [Fact]
    public void An_identifier_that_was_given_is_never_given_again()
    {
        _open.Write(new StoreChange.PutSession(Stored.Session(3_000)), new StoreChange.Enqueue(3_000, Stored.Delivery(1, Stored.Message(5_000_000))));
        _open.Write(new StoreChange.EndSession(3_000));
        var state = _open.Reopen();
        Assert.True(state.LastMessageId >= 5_000_000);
        Assert.True(state.LastSessionKey >= 3_000);
    }

    [Fact]
    public void Batches_settle_in_order_once_each_commit_with_the_last_number()
    {
        for (var i = 1; i <= 500; i++)
        {
            Assert.Equal(i, _open.Store.Batch);
            _open.Store.Add(new StoreChange.Retain(Stored.Message(i, $"t/{i}")));
            _open.Store.Submit();
        }

        _open.Store.Submit(); // nothing in it: no batch
        Assert.Equal(501, _open.Store.Batch);
        _open.Await(told => told.Batch == 500);
        Assert.All(_open.Settled, told => Assert.True(told.IsOnDisk));
        Assert.Equal(_open.Settled.Select(told => told.Batch).Order().Distinct(), _open.Settled.Select(told => told.Batch));
        Assert.Equal(0, _open.Store.Backlog);
    }

    [Fact]
    public void What_has_settled_is_there_after_a_power_cut()
    {
        for (var i = 1; i <= 20; i++)
        {
            Assert.True(_open.Write(new StoreChange.Retain(Stored.Message(i, $"t/{i}"))));
            Assert.Equal(i, _open.Read(_open.CopyAsIfKilled()).Retained.Count);
        }
    }

    [Fact]
    public void Stopping_writes_what_was_added_last()
    {
        _open.Store.Add(new StoreChange.Retain(Stored.Message(1)));
        Assert.Single(_open.Reopen().Retained);
    }

    [Fact]
    public void What_is_overtaken_within_a_group_never_gets_to_the_disk()
    {
        _open.Write(new StoreChange.PutSession(Stored.Session(1)));
        var size = new FileInfo(_open.Path + "-wal").Length;
        for (var i = 1; i <= 200; i++)
        {
            _open.Store.Add(new StoreChange.Enqueue(1, Stored.Delivery(i, Stored.Message(i, size: 10_000))));
            _open.Store.Add(new StoreChange.Assign(1, i, (ushort)i));
            _open.Store.Add(new StoreChange.Dequeue(1, i));
        }

        Assert.True(_open.Write());
        Assert.InRange(new FileInfo(_open.Path + "-wal").Length - size, 0, 20_000);
    }

    [Fact]
    public void The_log_stays_bounded_under_load()
    {
        for (var i = 1; i <= 300; i++)
            Assert.True(_open.Write(new StoreChange.Retain(Stored.Message(i, "t", size: 200_000))));
        Assert.InRange(new FileInfo(_open.Path + "-wal").Length, 1, 20_000_000);
    }

    [Fact]
    public void Only_the_owner_may_read_what_is_kept_even_in_a_folder_that_is_open_to_all()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has other access rights");
        _open.Write(new StoreChange.Retain(Stored.Message(1)));
        foreach (var file in (string[])[_open.Path, _open.Path + "-wal", _open.Path + "-shm"])
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(file).UnixFileMode);
    }
}
