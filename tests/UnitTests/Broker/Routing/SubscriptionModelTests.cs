using CsCheck;
using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Routing;

namespace UnitTests.Broker.Routing;

/// <summary>Any sequence of changes leaves the tree with the routes that a plain list of subscriptions has.</summary>
public sealed class SubscriptionModelTests
{
    private static readonly Gen<Step> AnyStep = Gen.Select(
        Gen.Int[0, 4], Gen.OneOf("", "", "$share/g/", "$share/h/"), Names.NarrowFilter, Gen.Bool, Gen.Select(Gen.Int[0, 2], Gen.Bool, Gen.Bool, Gen.UInt[0, 3]),
        (client, share, filter, isAdded, options) => new Step(client, share + filter, isAdded, options));

    [Fact]
    [Spec("MQTT-3.3.4-2", "MQTT-3.3.4-4", "MQTT-3.8.3-3", "MQTT-3.8.4-3")]
    public void The_tree_routes_as_a_list_of_subscriptions() =>
        AnyStep.Array[0, 120].Sample(steps =>
        {
            var (tree, model) = (new SubscriptionTree(), new Model());
            var topics = Names.Topics.Where(name => name.Length < 6).Select(Build.Topic).ToArray();
            foreach (var step in steps)
            {
                var version = tree.Version;
                Assert.Same(model.Apply(step, out var subscription), Apply(tree, model, step, subscription));
                Assert.Equal(model.Subscriptions.Count, tree.Count);
                Assert.True(tree.Version != version || !step.IsAdded);
                foreach (var topic in topics.Take(3))
                    model.AssertRoute(topic, tree);
            }

            foreach (var topic in topics)
                model.AssertRoute(topic, tree);
            foreach (var left in model.Subscriptions.ToArray())
                Assert.Same(left, tree.Remove(left.Subscriber, left.Filter));
            Assert.Equal(0, tree.Count);
            Assert.All(topics, topic => Assert.True(tree.Match(topic).IsEmpty));
        }, iter: 150);

    private static Subscription? Apply(SubscriptionTree tree, Model model, Step step, Subscription? subscription) =>
        subscription is not null ? tree.Add(subscription) : tree.Remove(model.Clients[step.Client], Build.Filter(step.Filter));

    private sealed record Step(int Client, string Filter, bool IsAdded, (int Qos, bool NoLocal, bool RetainAsPublished, uint Identifier) Options);

    private sealed class Model
    {
        public Client[] Clients { get; } = [.. Enumerable.Range(0, 5).Select(number => new Client($"client{number}"))];

        public List<Subscription> Subscriptions { get; } = [];

        /// <summary>Returns the subscription that was replaced or removed.</summary>
        public Subscription? Apply(Step step, out Subscription? added)
        {
            var old = Subscriptions.Find(one => one.Subscriber == Clients[step.Client] && one.Filter.Text == step.Filter);
            Subscriptions.RemoveAll(one => one == old);
            var (qos, noLocal, retainAsPublished, identifier) = step.Options;
            noLocal &= !step.Filter.StartsWith("$share/", StringComparison.Ordinal); // MQTT-3.8.3-4
            added = step.IsAdded ? Build.Subscription(Clients[step.Client], step.Filter, (Qos)qos, noLocal, retainAsPublished, identifier) : null;
            if (added is not null)
                Subscriptions.Add(added);
            return old;
        }

        public void AssertRoute(Topic topic, SubscriptionTree tree)
        {
            var matching = Subscriptions.Where(one => NaiveMatcher.Matches(one.Filter.Inner, topic.Text)).ToArray();
            var route = tree.Match(topic);
            var own = matching.Where(one => one.Filter.ShareName is null).GroupBy(one => one.Subscriber)
                .ToDictionary(group => group.Key, group => group.ToArray());
            Assert.Equal(own.Count, route.Entries.Length);
            foreach (var entry in route.Entries)
                AssertEntry(own[entry.Subscriber], entry);
            foreach (var client in Clients)
                AssertForItself(own.GetValueOrDefault(client, []).Where(one => !one.NoLocal).ToArray(), client, topic, tree);
            var shared = matching.Where(one => one.Filter.ShareName is not null).GroupBy(one => (one.Filter.ShareName, one.Filter.Inner));
            Assert.Equal(
                shared.Select(group => (group.Key, group.Count())).Order(),
                route.Shared.Select(share => (((string?)share.ShareName, share.Inner), share.Count)).Order());
        }

        private static void AssertForItself(Subscription[] left, Client client, Topic topic, SubscriptionTree tree)
        {
            Assert.Equal(left.Length > 0, tree.MatchForItself(topic, client, out var entry));
            if (left.Length > 0)
                AssertEntry(left, entry);
        }

        private static void AssertEntry(Subscription[] expected, RouteEntry entry)
        {
            Assert.All(expected, one => Assert.Same(one.Subscriber, entry.Subscriber));
            Assert.Equal(expected.Max(one => one.Qos), entry.Qos);
            Assert.Equal(expected.Any(one => one.RetainAsPublished), entry.RetainAsPublished);
            Assert.Equal(expected.Any(one => one.NoLocal), entry.HasNoLocal);
            Assert.Equal(expected.Select(one => one.Identifier).Where(identifier => identifier > 0).Order(), entry.Identifiers.Order());
        }
    }
}
