using System.Runtime.InteropServices;

namespace Sparkplug.Broker.Routing;

/// <summary>
/// The subscriptions with one share name and filter: each message goes to one of them (MQTT 5, 4.8.2). What belongs together stays on one
/// member by rendezvous hashing: of n members each owns 1/n, and when one comes or goes nothing moves between the others. The choice
/// depends on client ids alone, so it is the same after a restart.
/// </summary>
internal sealed class SharedSubscription(string shareName, string inner, SharedSubscriptionPolicy policy)
{
    private readonly List<Member> _members = [];
    private int _next;

    public string ShareName { get; } = shareName;

    /// <summary>The filter without <c>$share/NAME/</c>.</summary>
    public string Inner { get; } = inner;

    /// <summary>How many members there are.</summary>
    public int Count => _members.Count;

    /// <summary>
    /// The member that gets a message: one that is online as long as there is one, else one whose session keeps the message for it. Its
    /// own subscription tells the QoS (MQTT-4.8.2-3). Null when there are no members any more.
    /// </summary>
    /// <param name="publisherClientId">Null when the message comes from the broker itself.</param>
    public Subscription? Choose(Topic topic, string? publisherClientId)
    {
        if (_members.Count == 0)
            return null;
        return policy switch
        {
            SharedSubscriptionPolicy.SparkplugNode when topic.EdgeNode != EdgeNodeKey.None => Heaviest(topic.EdgeNode),
            SharedSubscriptionPolicy.Publisher when publisherClientId is not null => Heaviest(StableHash.Of(publisherClientId)),
            _ => Next(),
        };
    }

    /// <summary>Adds a member and returns the subscription of the same subscriber that it replaces.</summary>
    public Subscription? Add(Subscription subscription)
    {
        var member = new Member(subscription, StableHash.Of(subscription.Subscriber.ClientId));
        var place = PlaceOf(subscription.Subscriber);
        if (place < 0)
        {
            _members.Add(member);
            return null;
        }
        var replaced = _members[place].Subscription;
        _members[place] = member;
        return replaced;
    }

    /// <summary>Removes a member and returns its subscription, or null when it is none.</summary>
    public Subscription? Remove(ISubscriber subscriber)
    {
        var place = PlaceOf(subscriber);
        if (place < 0)
            return null;
        var removed = _members[place].Subscription;
        _members.RemoveAt(place);
        return removed;
    }

    private Subscription Heaviest(ulong key)
    {
        var favourite = Heaviest(key, onlineOnly: false)!;
        return favourite.Subscriber.IsOnline ? favourite : Heaviest(key, onlineOnly: true) ?? favourite;
    }

    private Subscription? Heaviest(ulong key, bool onlineOnly)
    {
        var (best, bestWeight) = (default(Subscription), 0UL);
        foreach (ref readonly var member in CollectionsMarshal.AsSpan(_members))
        {
            var weight = StableHash.Combine(member.Hash, key);
            if ((best is null || weight > bestWeight) && (!onlineOnly || member.Subscription.Subscriber.IsOnline))
                (best, bestWeight) = (member.Subscription, weight);
        }
        return best;
    }

    private Subscription Next()
    {
        for (var tried = 0; tried < _members.Count; tried++)
        {
            var candidate = Advance();
            if (candidate.Subscriber.IsOnline)
                return candidate;
        }
        return Advance();
    }

    private Subscription Advance()
    {
        _next = _next < _members.Count ? _next : 0;
        return _members[_next++].Subscription;
    }

    private int PlaceOf(ISubscriber subscriber) => _members.FindIndex(member => member.Subscription.Subscriber == subscriber);

    /// <param name="Subscription">The member's own subscription.</param>
    /// <param name="Hash">That of its client id.</param>
    private readonly record struct Member(Subscription Subscription, ulong Hash);
}
