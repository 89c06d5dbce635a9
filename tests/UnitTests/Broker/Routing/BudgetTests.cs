using System.Text;
using Sparkplug.Broker.Routing;
using static UnitTests.Broker.Routing.Build;

namespace UnitTests.Broker.Routing;

/// <summary>What routing may cost. Messages come by the hundred thousand a second, edge nodes by the ten thousand.</summary>
public sealed class BudgetTests
{
    private const int Nodes = 1_000;

    private readonly SubscriptionTree _tree = new();
    private readonly TopicTable _topics = new();
    private readonly byte[][] _data = [.. Enumerable.Range(0, Nodes).Select(node => Encoding.UTF8.GetBytes($"spBv1.0/Plant1/NDATA/Line{node:D4}"))];
    private readonly Client _host = new("host");

    public BudgetTests()
    {
        foreach (var node in Enumerable.Range(0, Nodes))
            Subscribe(new Client($"edge{node}"), node);
        _tree.Add(Subscription(_host, "spBv1.0/#", noLocal: true));
        _tree.Add(Subscription(new Client("monitor"), "spBv1.0/Plant1/#"));
        foreach (var member in Enumerable.Range(0, 3))
            _tree.Add(Subscription(new Client($"member{member}"), "$share/hosts/spBv1.0/#"));
    }

    [Fact]
    public void A_message_on_a_known_topic_is_routed_without_allocating()
    {
        RouteAll();
        Assert.Equal(0, Allocations.Of(RouteAll));
    }

    [Fact]
    public void After_a_subscription_that_does_not_concern_them_topics_are_routed_anew_without_allocating()
    {
        RouteAll();
        Subscribe(new Client("late"), Nodes);
        Assert.Equal(0, Allocations.Of(RouteAll));
    }

    /// <summary>Everything that stays: texts, filters, subscriptions, levels. So many more nodes that no table of names grows.</summary>
    [Fact]
    public void An_edge_node_with_its_two_filters_takes_less_than_600_bytes()
    {
        const int Budget = 599;
        Assert.InRange(Allocations.LeastOf(() => new BudgetTests().BytesOfAnEdgeNode(), Budget, rounds: 2_000), 300, Budget);
    }

    [Fact]
    public void A_retained_message_is_found_and_replaced_without_allocating()
    {
        var retained = new RetainedMessages(1 << 30);
        var messages = _data.Select(name => Message(Encoding.UTF8.GetString(name))).ToArray();
        void SetAll()
        {
            foreach (var message in messages)
            {
                Assert.True(retained.TrySet(message));
                _ = retained.Find(message.Topic.Utf8);
            }
        }

        SetAll();
        Assert.Equal(0, Allocations.Of(SetAll));
    }

    [Fact]
    public void A_filter_is_matched_without_allocating()
    {
        void MatchAll()
        {
            foreach (var name in _data)
                TopicFilter.Matches("spBv1.0/+/NDATA/#", name);
        }

        MatchAll();
        Assert.Equal(0, Allocations.Of(MatchAll));
    }

    private long BytesOfAnEdgeNode()
    {
        const int More = 400, Slots = 2 * 2 * 8;
        var clients = Enumerable.Range(0, More).Select(node => new Client($"late{node}")).ToArray();
        var texts = Enumerable.Range(0, More).SelectMany(node => new[] { Own(node, "NCMD"), Own(node, "DCMD") }).ToArray();
        var transient = Allocations.Of(() => Array.ForEach(texts, text => _ = Encoding.UTF8.GetBytes(text)));
        var allocated = Allocations.Of(() =>
        {
            for (var node = 0; node < More; node++)
                Subscribe(clients[node], Nodes + node);
        });
        return (allocated - transient) / More + Slots;
    }

    private static string Own(int node, string type) => $"spBv1.0/Plant1/{type}/Line{node:D4}/#";

    private void Subscribe(Client client, int node)
    {
        _tree.Add(Subscription(client, Own(node, "NCMD")));
        _tree.Add(Subscription(client, Own(node, "DCMD")));
    }

    private void RouteAll()
    {
        foreach (var name in _data)
        {
            var topic = _topics.Get(name);
            var route = _tree.Match(topic);
            if (route.Entries.Length != 2 || route.Shared[0].Choose(topic, "edge") is null || _tree.MatchForItself(topic, _host, out _))
                throw new InvalidOperationException("routed wrongly");
        }
    }
}
