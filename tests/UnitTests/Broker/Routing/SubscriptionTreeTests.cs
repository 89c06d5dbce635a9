using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Routing;
using static UnitTests.Broker.Routing.Build;

namespace UnitTests.Broker.Routing;

public sealed class SubscriptionTreeTests
{
    private readonly SubscriptionTree _tree = new();
    private readonly Client _one = new("one");
    private readonly Client _two = new("two");

    [Fact]
    [Spec("MQTT-4.7.1-1", "MQTT-4.7.1-2", "MQTT-4.7.2-1", "MQTT311-4.7.1-1", "MQTT311-4.7.2-1")]
    public void Every_filter_of_three_levels_leads_to_the_topics_that_the_standard_says()
    {
        foreach (var filter in Names.Filters)
        {
            var tree = new SubscriptionTree();
            tree.Add(Subscription(_one, filter));
            foreach (var topic in Names.Topics)
                Assert.True(NaiveMatcher.Matches(filter, topic) != tree.Match(Topic(topic)).IsEmpty, $"{filter} on {topic}");
        }
    }

    [Fact]
    public void All_filters_at_once_lead_to_each_topic_as_one_by_one()
    {
        var clients = Names.Filters.ToDictionary(filter => filter, filter => new Client(filter));
        foreach (var (filter, client) in clients)
            _tree.Add(Subscription(client, filter));
        foreach (var topic in Names.Topics)
        {
            var expected = Names.Filters.Where(filter => NaiveMatcher.Matches(filter, topic)).Order(StringComparer.Ordinal);
            Assert.Equal(expected, _tree.Match(Topic(topic)).Entries.Select(entry => entry.Subscriber.ClientId).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    [Spec("MQTT-3.3.4-2", "MQTT-3.3.4-3", "MQTT-3.3.4-4", "MQTT311-3.3.5-1")]
    public void Overlapping_subscriptions_of_a_client_are_one_entry_with_the_highest_QoS_and_all_identifiers()
    {
        _tree.Add(Subscription(_one, "a/#", Qos.AtMostOnce, identifier: 7));
        _tree.Add(Subscription(_one, "a/+", Qos.ExactlyOnce, noLocal: true, identifier: 9));
        _tree.Add(Subscription(_one, "a/b", Qos.AtLeastOnce, retainAsPublished: true));
        var entry = Assert.Single(_tree.Match(Topic("a/b")).Entries);
        Assert.Equal((Qos.ExactlyOnce, true, true), (entry.Qos, entry.RetainAsPublished, entry.HasNoLocal));
        Assert.Equal([7u, 9u], entry.Identifiers.Order());
    }

    [Fact]
    [Spec("MQTT-3.8.4-3", "MQTT311-3.8.4-3")]
    public void The_same_filter_again_replaces_the_subscription()
    {
        var first = Subscription(_one, "a/b", Qos.AtMostOnce);
        Assert.Null(_tree.Add(first));
        Assert.Null(_tree.Add(Subscription(_two, "a/b")));
        Assert.Same(first, _tree.Add(Subscription(_one, "a/b", Qos.AtLeastOnce)));
        Assert.Equal(2, _tree.Count);
        Assert.Equal(Qos.AtLeastOnce, _tree.Match(Topic("a/b")).Entries.Single(entry => entry.Subscriber == _one).Qos);
    }

    [Fact]
    [Spec("MQTT-3.8.3-3")]
    public void With_No_Local_a_publisher_gets_what_its_other_subscriptions_ask_for()
    {
        _tree.Add(Subscription(_one, "a/#", Qos.ExactlyOnce, noLocal: true, identifier: 7));
        Assert.False(_tree.MatchForItself(Topic("a/b"), _one, out _));
        _tree.Add(Subscription(_one, "+/b", Qos.AtLeastOnce, identifier: 8));
        Assert.True(_tree.MatchForItself(Topic("a/b"), _one, out var entry));
        Assert.Equal((Qos.AtLeastOnce, false, 8u), (entry.Qos, entry.HasNoLocal, Assert.Single(entry.Identifiers)));
        Assert.False(_tree.MatchForItself(Topic("a/b"), _two, out _));
    }

    [Fact]
    public void A_shared_subscription_is_apart_from_the_clients_own()
    {
        _tree.Add(Subscription(_one, "a/b"));
        _tree.Add(Subscription(_one, "$share/g/a/b"));
        _tree.Add(Subscription(_two, "$share/g/a/b"));
        _tree.Add(Subscription(_two, "$share/h/a/b"));
        _tree.Add(Subscription(_two, "$share/g/a/+"));
        var route = _tree.Match(Topic("a/b"));
        Assert.Same(_one, Assert.Single(route.Entries).Subscriber);
        Assert.Equal(
            [("g", "a/+", 1), ("g", "a/b", 2), ("h", "a/b", 1)],
            route.Shared.Select(share => (share.ShareName, share.Inner, share.Count)).Order());
        Assert.Equal(5, _tree.Count);
    }

    [Fact]
    public void Only_what_was_subscribed_can_be_removed()
    {
        _tree.Add(Subscription(_one, "a/b"));
        _tree.Add(Subscription(_one, "$share/g/a/c"));
        foreach (var filter in (string[])["a", "a/b/c", "a/+", "a/#", "#", "b", "a/c", "$share/g/a/b", "$share/h/a/c"])
            Assert.Null(_tree.Remove(_one, Filter(filter)));
        Assert.Null(_tree.Remove(_two, Filter("a/b")));
        Assert.Null(_tree.Remove(_two, Filter("$share/g/a/c")));
        Assert.Equal(2, _tree.Count);
        Assert.Equal("a/b", _tree.Remove(_one, Filter("a/b"))?.Filter.Text);
        Assert.Equal("$share/g/a/c", _tree.Remove(_one, Filter("$share/g/a/c"))?.Filter.Text);
        Assert.Equal(0, _tree.Count);
    }

    [Fact]
    public void A_route_is_used_again_until_a_subscription_changes()
    {
        var topic = Topic("a/b");
        _tree.Add(Subscription(_one, "a/b"));
        var version = _tree.Version;
        var route = _tree.Match(topic);
        Assert.Same(route, _tree.Match(topic));
        Assert.Equal(version, _tree.Version);
        _tree.Add(Subscription(_one, "a/b", Qos.AtLeastOnce));
        Assert.NotEqual(version, _tree.Version);
        Assert.Equal(Qos.AtLeastOnce, _tree.Match(topic).Entries[0].Qos);
        Assert.Equal(Qos.AtMostOnce, route.Entries[0].Qos);
        _tree.Remove(_one, Filter("a/b"));
        Assert.True(_tree.Match(topic).IsEmpty);
    }

    [Fact]
    public void Topics_that_the_same_filters_match_share_one_route()
    {
        for (var dashboard = 0; dashboard < 50; dashboard++)
            _tree.Add(Subscription(new Client($"dashboard{dashboard}"), "spBv1.0/#"));
        _tree.Add(Subscription(_one, "spBv1.0/Plant1/#"));
        _tree.Add(Subscription(_two, "spBv1.0/+/NDATA/#"));
        var route = _tree.Match(Topic("spBv1.0/Plant1/NDATA/Line1"));
        Assert.Equal(52, route.Entries.Length);
        Assert.Same(route, _tree.Match(Topic("spBv1.0/Plant1/NDATA/Line2")));
    }

    [Fact]
    public void The_deepest_filter_and_a_deeper_topic_are_no_trouble()
    {
        var deepest = string.Join('/', Enumerable.Repeat("a", TopicFilter.MaximumDepth - 1)) + "/#";
        _tree.Add(Subscription(_one, deepest));
        Assert.False(_tree.Match(Topic(string.Join('/', Enumerable.Repeat("a", 30_000)))).IsEmpty);
        Assert.True(_tree.Match(Topic(new string('/', 65_535))).IsEmpty);
        Assert.NotNull(_tree.Remove(_one, Filter(deepest)));
    }

    [Fact]
    public void Very_many_filters_that_match_are_merged_in_time()
    {
        var filters = Enumerable.Range(0, 1 << 14).Select(bits => string.Join('/', Enumerable.Range(0, 14).Select(bit => (bits >> bit & 1) == 0 ? "a" : "+")));
        foreach (var (index, filter) in filters.Index())
            _tree.Add(Subscription(index % 3 == 0 ? new Client($"{index}") : _one, filter, identifier: (uint)index + 1));
        var route = _tree.Match(Topic(string.Join('/', Enumerable.Repeat("a", 14))));
        Assert.Equal(((1 << 14) + 2) / 3 + 1, route.Entries.Length);
        Assert.Equal(1 << 14, route.Entries.Sum(entry => entry.Identifiers.Length));
    }
}
