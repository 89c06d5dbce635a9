using System.Text;
using Sparkplug.Broker.Routing;
using static UnitTests.Broker.Routing.Build;

namespace UnitTests.Broker.Routing;

public sealed class RetainedMessagesTests
{
    private readonly RetainedMessages _retained = new(1 << 20);

    [Fact]
    [Spec("MQTT-4.7.1-1", "MQTT-4.7.1-2", "MQTT-4.7.2-1", "MQTT-3.3.1-9", "MQTT311-3.3.1-6")]
    public void Every_filter_of_three_levels_finds_what_the_standard_says()
    {
        foreach (var topic in Names.Topics)
            Assert.True(_retained.TrySet(Message(topic)));
        foreach (var filter in Names.Filters)
        {
            var expected = Names.Topics.Where(topic => NaiveMatcher.Matches(filter, topic)).Order(StringComparer.Ordinal);
            Assert.Equal(expected, Match(filter).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    [Spec("MQTT-3.3.1-5", "MQTT311-3.3.1-5")]
    public void A_topic_keeps_the_last_message()
    {
        var (first, second) = (Message("a/b"), Message("a/b"));
        Assert.True(_retained.TrySet(first));
        Assert.Same(first, Find("a/b"));
        Assert.True(_retained.TrySet(second));
        Assert.Same(second, Find("a/b"));
        Assert.Equal(1, _retained.Count);
        Assert.Null(Find("a"));
        Assert.Null(Find("a/b/c"));
        Assert.Null(Find("a/b/"));
        Assert.Same(second, _retained.Remove("a/b"u8));
        Assert.Null(_retained.Remove("a/b"u8));
        Assert.Equal((0, 0L), (_retained.Count, _retained.Bytes));
    }

    [Fact]
    public void A_new_topic_is_refused_when_the_quota_is_used_up_and_room_that_is_given_back_counts()
    {
        var retained = new RetainedMessages(4_000);
        Assert.True(retained.TrySet(Message("a", 2_500)));
        Assert.False(retained.TrySet(Message("b", 2_500)));
        Assert.True(retained.TrySet(Message("a", 3_000))); // its own old room counts
        Assert.False(retained.TrySet(Message("a", 4_000)));
        Assert.Equal(3_000, retained.Find("a"u8)!.Payload.Length);
        Assert.True(retained.TrySet(Message("a", 10))); // smaller always goes
        Assert.True(retained.TrySet(Message("b", 2_500)));
        Assert.Equal(2, retained.Count);
    }

    [Fact]
    public void Levels_of_topics_count_for_the_quota()
    {
        var retained = new RetainedMessages(100_000);
        var kept = Enumerable.Range(0, 1_000).TakeWhile(number => retained.TrySet(Message($"{number}/" + new string('/', 100), 0))).Count();
        Assert.InRange(kept, 5, 20); // each is a hundred levels
        Assert.InRange(retained.Bytes, 80_000, 100_000);
    }

    [Fact]
    public void A_topic_that_is_too_deep_is_refused()
    {
        Assert.True(_retained.TrySet(Message(new string('/', TopicFilter.MaximumDepth - 1))));
        Assert.False(_retained.TrySet(Message(new string('/', TopicFilter.MaximumDepth))));
        Assert.Null(Find(new string('/', 65_535)));
        Assert.Null(_retained.Remove(Encoding.UTF8.GetBytes(new string('/', 65_535))));
        Assert.Single(Match("#"));
    }

    [Fact]
    [Spec("MQTT-3.3.2-5")]
    public void A_message_that_has_expired_is_not_sent_to_a_new_subscriber()
    {
        _retained.TrySet(Message("a/b", expiresAt: 1_000));
        _retained.TrySet(Message("a/c", expiresAt: 2_000));
        _retained.TrySet(Message("a/d"));
        Assert.Equal(["a/b", "a/c", "a/d"], Match("a/+", 999).Order());
        Assert.Equal(["a/c", "a/d"], Match("a/+", 1_000).Order());
        Assert.Equal(["a/d"], Match("a/#", 2_000));
        Assert.Empty(Match("a/b", 1_000));
    }

    [Fact]
    [Spec("MQTT-3.3.2-5")]
    public void Expired_messages_are_removed_a_few_at_a_time()
    {
        for (var number = 0; number < 10; number++)
            _retained.TrySet(Message($"a/{number}", expiresAt: 1_000 + number));
        _retained.TrySet(Message("a/0")); // replaced by one that stays
        _retained.TrySet(Message("a/1", expiresAt: 5_000)); // by one that stays longer
        _retained.TrySet(Message("a/9", expiresAt: 500)); // by one that stays shorter
        _retained.Remove("a/2"u8);
        Assert.Empty(Expire(499, 100));
        Assert.Equal(["a/9"], Expire(1_004, 1));
        Assert.Equal(["a/3", "a/4"], Expire(1_004, 100));
        Assert.Equal(["a/5", "a/6", "a/7", "a/8"], Expire(4_999, 100));
        Assert.Equal(["a/1"], Expire(5_000, 100));
        Assert.Equal(["a/0"], Match("#"));
    }

    [Fact]
    public void Replacing_messages_that_expire_does_not_pile_up_work()
    {
        for (var number = 0; number < 10_000; number++)
            _retained.TrySet(Message("a", expiresAt: 1_000_000 - number));
        _retained.TrySet(Message("$b/c", expiresAt: 2_000_000));
        var removed = Expire(1_000_000, 200); // 10,000 times left behind would need more
        Assert.Equal(["a"], removed);
        Assert.Equal(["$b/c"], Expire(2_000_000, 200));
    }

    [Fact]
    [Spec("tck-id-conformance-mqtt-aware-store")]
    public void The_device_certificates_of_one_edge_node_are_taken_at_once()
    {
        const string Certificates = "$sparkplug/certificates/spBv1.0";
        string[] devices = [$"{Certificates}/G/DBIRTH/N/D1", $"{Certificates}/G/DBIRTH/N/D2"];
        string[] others = [$"{Certificates}/G/NBIRTH/N", $"{Certificates}/G/DBIRTH/N2/D1", $"{Certificates}/G2/DBIRTH/N/D1", "spBv1.0/G/DBIRTH/N/D1"];
        foreach (var topic in (string[])[.. others, .. devices])
            _retained.TrySet(Message(topic));
        List<Message> taken = [Message("before")];
        _retained.TakeUnder(Filter($"{Certificates}/G/DBIRTH/N/+"), taken);
        Assert.Equal("before", taken[0].Topic.Text);
        Assert.Equal(devices, taken.Skip(1).Select(message => message.Topic.Text).Order());
        Assert.Equal(others.Order(), Match("#").Concat(Match("$sparkplug/#")).Order());
    }

    [Fact]
    public void A_list_has_an_end()
    {
        foreach (var number in Enumerable.Range(0, 100))
            _retained.TrySet(Message($"a/{number % 10}/{number}", expiresAt: 1));
        Assert.Equal(7, _retained.Under(Filter("a/#"), 7).Count);
        Assert.Equal(7, _retained.Under(Filter("a/+/+"), 7).Count);
        Assert.Equal(100, _retained.Under(Filter("#"), 1_000).Count);
        Assert.Empty(_retained.Under(Filter("#"), 0));
    }

    private Message? Find(string topic) => _retained.Find(Encoding.UTF8.GetBytes(topic));

    private IEnumerable<string> Match(string filter, long now = 0)
    {
        var found = new List<Message>();
        _retained.Match(Filter(filter), now, found);
        return found.Select(message => message.Topic.Text);
    }

    private List<string> Expire(long now, int atMost)
    {
        var removed = new List<Message>();
        _retained.RemoveExpired(now, removed, atMost);
        return [.. removed.Select(message => message.Topic.Text)];
    }
}
