namespace Sparkplug.Broker.Routing;

/// <summary>The subscriptions with one filter when there are several, or shared ones.</summary>
internal sealed class HolderSet
{
    private readonly SharedSubscriptionPolicy _policy;
    private readonly Dictionary<ISubscriber, Subscription> _own = new(ReferenceEqualityComparer.Instance);
    private Dictionary<string, SharedSubscription>? _shared;
    private Route? _route;

    public HolderSet(SharedSubscriptionPolicy policy, Subscription? first)
    {
        _policy = policy;
        if (first is not null)
            _own.Add(first.Subscriber, first);
    }

    public bool IsEmpty => _own.Count == 0 && _shared is null;

    /// <inheritdoc cref="Holders.Route"/>
    public Route Route => _route ??= new Route
    {
        Entries = [.. _own.Values.Select(subscription => subscription.Entry)],
        Shared = _shared is null ? [] : [.. _shared.Values],
    };

    /// <inheritdoc cref="Holders.Find"/>
    public Subscription? Find(ISubscriber subscriber) => _own.GetValueOrDefault(subscriber);

    /// <inheritdoc cref="Holders.Add"/>
    public Subscription? Add(Subscription subscription)
    {
        _route = null;
        if (subscription.Filter.ShareName is { } name)
            return Share(name, subscription.Filter.Inner).Add(subscription);
        _own.Remove(subscription.Subscriber, out var replaced);
        _own.Add(subscription.Subscriber, subscription);
        return replaced;
    }

    /// <inheritdoc cref="Holders.Remove"/>
    public Subscription? Remove(ISubscriber subscriber, string? shareName)
    {
        _route = null;
        if (shareName is not null)
            return RemoveShared(subscriber, shareName);
        _own.Remove(subscriber, out var removed);
        return removed;
    }

    private SharedSubscription Share(string name, string inner)
    {
        _shared ??= new Dictionary<string, SharedSubscription>(StringComparer.Ordinal);
        if (!_shared.TryGetValue(name, out var share))
            _shared.Add(name, share = new SharedSubscription(name, inner, _policy));
        return share;
    }

    private Subscription? RemoveShared(ISubscriber subscriber, string name)
    {
        if (_shared?.GetValueOrDefault(name) is not { } share)
            return null;
        var removed = share.Remove(subscriber);
        if (share.Count == 0)
            _shared.Remove(name);
        if (_shared.Count == 0)
            _shared = null;
        return removed;
    }
}
