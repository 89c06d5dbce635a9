using System.Text;

namespace Sparkplug.Broker.Routing;

/// <summary>
/// All subscriptions, by the levels of their filters: a topic finds those that match in a walk along its own levels, however many others
/// there are, and remembers the result until a subscription changes. One version for all is enough: the walk costs about as much as
/// finding the topic in the <see cref="TopicTable"/>, and routes that topics have in common are not made anew.
/// </summary>
/// <remarks>Owned by the broker's loop.</remarks>
internal sealed class SubscriptionTree(SharedSubscriptionPolicy policy = SharedSubscriptionPolicy.SparkplugNode)
{
    private readonly SubscriptionLevel _root = new([]);
    private readonly RouteMerger _merger = new();
    private readonly List<Holders> _found = [];

    /// <summary>Changes when a subscription is added, replaced or removed.</summary>
    public long Version { get; private set; }

    /// <summary>How many subscriptions there are.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a subscription and returns the one that it replaces: same subscriber, same filter (MQTT-3.8.4-3).</summary>
    public Subscription? Add(Subscription subscription)
    {
        ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(subscription.Filter.Inner);
        var level = _root;
        for (var more = true; more;)
        {
            var name = TopicLevels.Next(ref rest, out more);
            if (TopicLevels.IsMultiWildcard(name))
                return Added(level.Below.Add(subscription, policy));
            level = level.Reach(name);
        }
        return Added(level.Exact.Add(subscription, policy));
    }

    /// <summary>Removes a subscription and returns it, or null when there is none.</summary>
    public Subscription? Remove(ISubscriber subscriber, TopicFilter filter)
    {
        var removed = Remove(_root, Encoding.UTF8.GetBytes(filter.Inner), subscriber, filter.ShareName);
        if (removed is null)
            return null;
        Count--;
        Version++;
        return removed;
    }

    /// <summary>Who gets the messages of a topic.</summary>
    public Route Match(Topic topic)
    {
        if (topic.Route is { } route && topic.RouteVersion == Version)
            return route;
        (topic.Route, topic.RouteVersion) = (route = Resolve(topic), Version);
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

    private Subscription? Added(Subscription? replaced)
    {
        if (replaced is null)
            Count++;
        Version++;
        return replaced;
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
        var route = _found.Count == 0 ? Route.Empty : Merge(0, _found.Count);
        _found.Clear();
        return route;
    }

    /// <summary>Halves against halves: the cost stays near the length of the result even when very many filters match.</summary>
    private Route Merge(int start, int count)
    {
        if (count == 1)
            return _found[start].Route;
        var half = count / 2;
        return _merger.Merge(Merge(start, half), Merge(start + half, count - half));
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
