using System.Runtime.CompilerServices;

namespace Sparkplug.Broker.Routing;

/// <summary>
/// Makes one route of two. Routes never change, so the result depends on the two alone: it is remembered, and the many topics that are
/// matched by the same filters share it instead of each holding a list of all subscribers.
/// </summary>
internal sealed class RouteMerger
{
    private const int RememberedResults = 256;

    /// <summary>Below so many comparisons a search beats building an index.</summary>
    private const int FewComparisons = 64;

    private readonly (Route? First, Route? Second, Route Result)[] _results = new (Route?, Route?, Route)[RememberedResults];
    private readonly Dictionary<ISubscriber, int> _places = new(ReferenceEqualityComparer.Instance);

    public Route Merge(Route first, Route second)
    {
        var hash = 31 * RuntimeHelpers.GetHashCode(first) + RuntimeHelpers.GetHashCode(second);
        ref var remembered = ref _results[hash & (RememberedResults - 1)];
        if (remembered.First != first || remembered.Second != second)
            remembered = (first, second, Combine(first, second));
        return remembered.Result;
    }

    private Route Combine(Route first, Route second) => new()
    {
        Entries = second.Entries.Length == 0 ? first.Entries : CombineEntries(first.Entries, second.Entries),
        Shared = second.Shared.Length == 0 ? first.Shared : [.. first.Shared, .. second.Shared],
    };

    private RouteEntry[] CombineEntries(RouteEntry[] first, RouteEntry[] second)
    {
        var entries = new List<RouteEntry>(first.Length + second.Length);
        entries.AddRange(first);
        var isIndexed = (long)first.Length * second.Length > FewComparisons;
        if (isIndexed)
            Index(first);
        foreach (ref readonly var entry in second.AsSpan())
        {
            var place = isIndexed ? _places.GetValueOrDefault(entry.Subscriber, -1) : PlaceOf(entry.Subscriber, first);
            if (place < 0)
                entries.Add(entry);
            else
                entries[place] = entries[place].With(entry);
        }
        _places.Clear();
        return [.. entries];
    }

    private void Index(RouteEntry[] entries)
    {
        for (var place = 0; place < entries.Length; place++)
            _places.Add(entries[place].Subscriber, place);
    }

    private static int PlaceOf(ISubscriber subscriber, RouteEntry[] entries)
    {
        for (var place = 0; place < entries.Length; place++)
        {
            if (entries[place].Subscriber == subscriber)
                return place;
        }
        return -1;
    }
}
