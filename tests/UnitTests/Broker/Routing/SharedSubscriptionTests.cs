using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Routing;
using static UnitTests.Broker.Routing.Build;

namespace UnitTests.Broker.Routing;

public sealed class SharedSubscriptionTests
{
    private const string Filter = "$share/hosts/spBv1.0/#";
    private const int Nodes = 2_000;

    private static readonly Client[] Hosts = [.. Enumerable.Range(1, 5).Select(number => new Client($"host{number}"))];

    [Fact]
    public void All_messages_of_an_edge_node_go_to_one_member()
    {
        var share = Share(SharedSubscriptionPolicy.SparkplugNode, 5);
        for (var node = 0; node < 200; node++)
        {
            string[] topics =
            [
                .. ((string[])["NBIRTH", "NDATA", "NDEATH", "NCMD"]).Select(type => $"spBv1.0/Plant1/{type}/Line{node}"),
                .. ((string[])["DBIRTH", "DDATA", "DDEATH", "DCMD"]).Select(type => $"spBv1.0/Plant1/{type}/Line{node}/Motor"),
                $"$sparkplug/certificates/spBv1.0/Plant1/NBIRTH/Line{node}",
                $"$sparkplug/certificates/spBv1.0/Plant1/DBIRTH/Line{node}/Motor",
            ];
            Assert.Single(topics.Select((topic, index) => share.Choose(Topic(topic), $"publisher{index}")!.Subscriber).Distinct());
        }
    }

    [Fact]
    public void Edge_nodes_are_spread_evenly_and_the_group_counts()
    {
        var share = Share(SharedSubscriptionPolicy.SparkplugNode, 5);
        var spread = Owners(share).CountBy(owner => owner).ToDictionary();
        Assert.All(Hosts, host => Assert.InRange(spread[host.ClientId], Nodes / 5 * 0.8, Nodes / 5 * 1.2));
        var groups = Enumerable.Range(0, 100).Select(group => share.Choose(Topic($"spBv1.0/Plant{group}/NDATA/Line1"), null)!.Subscriber);
        Assert.Equal(5, groups.Distinct().Count());
    }

    [Fact]
    public void Only_the_nodes_of_a_member_that_leaves_move_and_they_come_back_with_it()
    {
        var share = Share(SharedSubscriptionPolicy.SparkplugNode, 5);
        var before = Owners(share);
        share.Remove(Hosts[2]);
        var without = Owners(share);
        Assert.All(before.Zip(without), move => Assert.True(move.First == move.Second || move.First == Hosts[2].ClientId));
        Assert.DoesNotContain(Hosts[2].ClientId, without);
        Assert.InRange(without.Where((_, node) => before[node] == Hosts[2].ClientId).Distinct().Count(), 4, 4); // spread over all others
        share.Add(Subscription(Hosts[2], Filter));
        Assert.Equal(before, Owners(share));
    }

    [Fact]
    public void Members_that_are_offline_are_passed_over_and_only_their_nodes_move()
    {
        var clients = Enumerable.Range(1, 4).Select(number => new Client($"host{number}")).ToArray();
        var share = Share(SharedSubscriptionPolicy.SparkplugNode, clients);
        var before = Owners(share);
        clients[0].IsOnline = false;
        Assert.All(before.Zip(Owners(share)), move => Assert.True(move.Second == (move.First == "host1" ? move.Second : move.First) && move.Second != "host1"));
        foreach (var client in clients)
            client.IsOnline = false;
        Assert.Equal(before, Owners(share)); // each to its own: their sessions keep it
        foreach (var client in clients)
            client.IsOnline = true;
        Assert.Equal(before, Owners(share));
    }

    /// <summary>Fixed values: whoever changes the hash moves the nodes of all running systems.</summary>
    [Theory]
    [InlineData("Plant1", "Line1", "host3")]
    [InlineData("Plant1", "Line2", "host4")]
    [InlineData("Werk Süd", "Förderband", "host3")]
    public void The_choice_is_the_same_in_each_process(string group, string node, string owner)
    {
        Assert.Equal(owner, Share(SharedSubscriptionPolicy.SparkplugNode, 5).Choose(Topic($"spBv1.0/{group}/NDATA/{node}"), null)!.Subscriber.ClientId);
        var otherOrder = Share(SharedSubscriptionPolicy.SparkplugNode, [.. Hosts.Reverse()]);
        Assert.Equal(owner, otherOrder.Choose(Topic($"spBv1.0/{group}/NDATA/{node}"), null)!.Subscriber.ClientId);
    }

    [Theory]
    [InlineData("spBv1.0/STATE/scada1")]
    [InlineData("spBv1.0/Plant1/NDATA")]
    [InlineData("spBv1.0/a/b/c/d/e")]
    [InlineData("spAv1.0/Plant1/NDATA/Line1")]
    [InlineData("sensors/temp")]
    [InlineData("$sparkplug/certificates/spBv1.0/Plant1")]
    public void Other_topics_go_to_each_member_in_turn(string topic)
    {
        var share = Share(SharedSubscriptionPolicy.SparkplugNode, 3);
        var chosen = Enumerable.Range(0, 6).Select(_ => share.Choose(Topic(topic), "publisher")!.Subscriber.ClientId);
        Assert.Equal(["host1", "host2", "host3", "host1", "host2", "host3"], chosen);
    }

    [Fact]
    public void Turns_pass_over_members_that_are_offline()
    {
        var clients = Enumerable.Range(1, 3).Select(number => new Client($"host{number}")).ToArray();
        var share = Share(SharedSubscriptionPolicy.RoundRobin, clients);
        clients[1].IsOnline = false;
        var topic = Topic("spBv1.0/Plant1/NDATA/Line1");
        Assert.Equal(["host1", "host3", "host1", "host3"], Enumerable.Range(0, 4).Select(_ => share.Choose(topic, "x")!.Subscriber.ClientId));
        clients[0].IsOnline = clients[2].IsOnline = false;
        Assert.Equal(3, Enumerable.Range(0, 3).Select(_ => share.Choose(topic, "x")!.Subscriber).Distinct().Count());
    }

    [Fact]
    public void By_publisher_the_topic_does_not_count()
    {
        var share = Share(SharedSubscriptionPolicy.Publisher, 5);
        var owners = Enumerable.Range(0, 500).Select(publisher =>
            Assert.Single(Enumerable.Range(0, 5).Select(topic => share.Choose(Topic($"t/{topic}"), $"publisher{publisher}")!.Subscriber).Distinct())).ToArray();
        Assert.All(Hosts, host => Assert.InRange(owners.Count(owner => owner == host), 60, 140));
        Assert.Equal(5, Enumerable.Range(0, 5).Select(_ => share.Choose(Topic("t"), null)!.Subscriber).Distinct().Count()); // the broker's own: in turn
    }

    [Fact]
    [Spec("MQTT-4.8.2-3")]
    public void The_chosen_member_brings_its_own_subscription_and_a_new_one_replaces_it()
    {
        var share = new SharedSubscription("hosts", "spBv1.0/#", SharedSubscriptionPolicy.RoundRobin);
        Assert.Null(share.Choose(Topic("a"), null));
        var first = Subscription(Hosts[0], Filter, Qos.AtMostOnce);
        Assert.Null(share.Add(first));
        Assert.Same(first, share.Add(Subscription(Hosts[0], Filter, Qos.ExactlyOnce)));
        Assert.Equal(1, share.Count);
        Assert.Equal(Qos.ExactlyOnce, share.Choose(Topic("a"), null)!.Qos);
        Assert.Null(share.Remove(Hosts[1]));
        Assert.NotNull(share.Remove(Hosts[0]));
        Assert.Null(share.Choose(Topic("a"), null));
    }

    private static SharedSubscription Share(SharedSubscriptionPolicy policy, int members) => Share(policy, Hosts[..members]);

    private static SharedSubscription Share(SharedSubscriptionPolicy policy, Client[] members)
    {
        var share = new SharedSubscription("hosts", "spBv1.0/#", policy);
        foreach (var member in members)
            share.Add(Subscription(member, Filter));
        return share;
    }

    private static string[] Owners(SharedSubscription share) =>
        [.. Enumerable.Range(0, Nodes).Select(node => share.Choose(Topic($"spBv1.0/Plant1/NDATA/Line{node}"), null)!.Subscriber.ClientId)];
}
