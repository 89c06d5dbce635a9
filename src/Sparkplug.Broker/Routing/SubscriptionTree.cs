using System.Text;

namespace Sparkplug.Broker.Routing;

/// <summary>
/// All subscriptions, by the levels of their filters: a topic finds those that match in a walk along its own levels, however many others
/// there are, and remembers the result until a subscription near it changes.
/// </summary>
/// <remarks>Owned by the broker's loop.</remarks>
internal sealed class SubscriptionTree(SharedSubscriptionPolicy policy = SharedSubscriptionPolicy.SparkplugNode)
{
    private readonly SubscriptionLevel _root = new([]);
    private readonly BranchVersions _versions = new();
    private readonly RouteMerger _merger = new();
    private readonly List<Holders> _found = [];

    /// <summary>Changes when a subscription is added, replaced or removed.</summary>
    public long Version { get; private set; }

    /// <summary>How many subscriptions there are.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a subscription and returns the one that it replaces: same subscriber, same filter (MQTT-3.8.4-3).</summary>
    public Subscription? Add(Subscription subscription)
    {
        var inner = Encoding.UTF8.GetBytes(subscription.Filter.Inner);
        ReadOnlySpan<byte> rest = inner;
        var level = _root;
        for (var more = true; more;)
        {
            var name = TopicLevels.Next(ref rest, out more);
            if (TopicLevels.IsMultiWildcard(name))
                return Added(inner, level.Below.Add(subscription, policy));
            level = level.Reach(name);
        }
        return Added(inner, level.Exact.Add(subscription, policy));
    }

    /// <summary>Removes a subscription and returns it, or null when there is none.</summary>
    public Subscription? Remove(ISubscriber subscriber, TopicFilter filter)
    {
        var inner = Encoding.UTF8.GetBytes(filter.Inner);
        var removed = Remove(_root, inner, subscriber, filter.ShareName);
        if (removed is null)
            return null;
        Count--;
        Changed(inner);
        return removed;
    }

    /// <summary>Who gets the messages of a topic.</summary>
    public Route Match(Topic topic)
    {
        var version = _versions.Of(topic);
        if (topic.Route is { } route && topic.RouteVersion == version)
            return route;
        (topic.Route, topic.RouteVersion) = (route = Resolve(topic), version);
        return route;
    }

    /// <summary>
    /// What a publisher gets of its own message: only subscriptions without No Local count (MQTT-3.8.3-3). False when it gets nothing.
    /// </summary>
    public bool MatchForItself(Topic topic, ISubscriber publisher, out RouteEntry entry)
    {
        var any = false;
        entry = default;
        Find(topic);
        foreach (var holders in _found)
        {
            if (holders.Find(publisher) is not { NoLocal: false } subscription)
                continue;
            entry = any ? entry.With(subscription.Entry) : subscription.Entry;
            any = true;
        }
        _found.Clear();
        return any;
    }

    private Subscription? Added(byte[] inner, Subscription? replaced)
    {
        if (replaced is null)
            Count++;
        Changed(inner);
        return replaced;
    }

    private void Changed(byte[] inner)
    {
        Version++;
        _versions.Changed(inner);
    }

    private static Subscription? Remove(SubscriptionLevel level, ReadOnlySpan<byte> rest, ISubscriber subscriber, string? shareName)
    {
        var name = TopicLevels.Next(ref rest, out var more);
        if (TopicLevels.IsMultiWildcard(name))
            return level.Below.Remove(subscriber, shareName);
        if (level.Next(name) is not { } next)
            return null;
        var removed = more ? Remove(next, rest, subscriber, shareName) : next.Exact.Remove(subscriber, shareName);
        if (next.IsEmpty)
            level.Drop(next);
        return removed;
    }

    private Route Resolve(Topic topic)
    {
        Find(topic);
        var route = _found.Count == 0 ? Route.Empty : _found[0].Route;
        for (var next = 1; next < _found.Count; next++)
            route = _merger.Merge(route, _found[next].Route);
        _found.Clear();
        return route;
    }

    private void Find(Topic topic)
    {
        if (!TopicLevels.IsReserved(topic.Utf8))
        {
            Enter(_root, topic.Utf8, more: true);
            return;
        }
        ReadOnlySpan<byte> rest = topic.Utf8; // no wildcard on the first level matches (MQTT-4.7.2-1)
        var first = TopicLevels.Next(ref rest, out var more);
        if (_root.Next(first) is { } level)
            Enter(level, rest, more);
    }

    /// <summary>Goes on from a level that the topic has, or that stands for one.</summary>
    private void Enter(SubscriptionLevel level, ReadOnlySpan<byte> rest, bool more)
    {
        Note(level.Below);
        if (!more)
        {
            Note(level.Exact);
            return;
        }
        var name = TopicLevels.Next(ref rest, out more);
        if (level.Any is { } any)
            Enter(any, rest, more);
        if (level.Find(name) is SubscriptionLevel next)
            Enter(next, rest, more);
    }

    private void Note(Holders holders)
    {
        if (!holders.IsEmpty)
            _found.Add(holders);
    }
}
