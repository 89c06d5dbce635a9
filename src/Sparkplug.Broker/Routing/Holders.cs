namespace Sparkplug.Broker.Routing;

/// <summary>
/// All subscriptions with one filter. Usually that is one, which is held as it is: an edge node has filters that nobody else has, and a
/// list for each would cost more than the rest of the tree.
/// </summary>
internal struct Holders
{
    /// <summary>Null, a <see cref="Subscription"/> that is not shared, or a <see cref="HolderSet"/>.</summary>
    private object? _content;

    public readonly bool IsEmpty => _content is null;

    /// <summary>Who gets a topic that this filter alone matches; not to be asked when empty.</summary>
    public readonly Route Route => _content is Subscription only ? only.Route : ((HolderSet)_content!).Route;

    /// <summary>The subscriber's own subscription, not a shared one, or null.</summary>
    public readonly Subscription? Find(ISubscriber subscriber) => _content switch
    {
        Subscription only => only.Subscriber == subscriber ? only : null,
        HolderSet set => set.Find(subscriber),
        _ => null,
    };

    /// <summary>Adds a subscription and returns the one of the same subscriber, and share, that it replaces.</summary>
    public Subscription? Add(Subscription subscription, SharedSubscriptionPolicy policy)
    {
        var only = _content as Subscription;
        if (subscription.Filter.ShareName is null && (_content is null || only?.Subscriber == subscription.Subscriber))
        {
            _content = subscription;
            return only;
        }
        if (_content is not HolderSet set)
            _content = set = new HolderSet(policy, only);
        return set.Add(subscription);
    }

    /// <summary>Removes a subscription and returns it, or null when there is none.</summary>
    public Subscription? Remove(ISubscriber subscriber, string? shareName)
    {
        if (_content is not HolderSet set)
        {
            var found = shareName is null ? Find(subscriber) : null;
            if (found is not null)
                _content = null;
            return found;
        }
        var removed = set.Remove(subscriber, shareName);
        if (set.IsEmpty)
            _content = null;
        return removed;
    }
}
