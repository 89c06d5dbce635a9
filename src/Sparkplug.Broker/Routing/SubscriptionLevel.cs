namespace Sparkplug.Broker.Routing;

/// <summary>A level of the filters of subscriptions.</summary>
internal sealed class SubscriptionLevel(byte[] name) : Level(name)
{
    /// <summary>Those whose filter ends here.</summary>
    public Holders Exact;

    /// <summary>Those whose filter has <c>#</c> behind this level: they match the level itself, too.</summary>
    public Holders Below;

    /// <summary>The level behind this one that stands for any, or null.</summary>
    public SubscriptionLevel? Any { get; set; }

    public bool IsEmpty => Exact.IsEmpty && Below.IsEmpty && Any is null && !HasChildren;

    /// <summary>The level with this name, <c>+</c> included, behind this one.</summary>
    public SubscriptionLevel? Next(ReadOnlySpan<byte> level) => TopicLevels.IsSingleWildcard(level) ? Any : (SubscriptionLevel?)Find(level);

    /// <summary>The same, made where it is missing.</summary>
    public SubscriptionLevel Reach(ReadOnlySpan<byte> level)
    {
        if (Next(level) is { } known)
            return known;
        var made = new SubscriptionLevel(level.ToArray());
        if (TopicLevels.IsSingleWildcard(level))
            Any = made;
        else
            Add(made);
        return made;
    }

    /// <summary>Removes a level behind this one.</summary>
    public void Drop(SubscriptionLevel level)
    {
        if (level == Any)
            Any = null;
        else
            Remove(level);
    }
}
