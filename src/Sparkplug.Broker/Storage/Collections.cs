namespace Sparkplug.Broker.Storage;

/// <summary>Collections that are filled and emptied for ever.</summary>
internal static class Collections
{
    private const int KeptCapacity = 256;

    /// <summary>Empties it, and gives the memory of an unusually large content back.</summary>
    public static void Empty<TKey, TValue>(this Dictionary<TKey, TValue> dictionary)
        where TKey : notnull
    {
        dictionary.Clear();
        if (dictionary.Capacity > KeptCapacity)
            dictionary.TrimExcess();
    }

    /// <inheritdoc cref="Empty{TKey, TValue}(Dictionary{TKey, TValue})"/>
    public static void Empty<T>(this HashSet<T> set)
    {
        set.Clear();
        if (set.Capacity > KeptCapacity)
            set.TrimExcess();
    }
}
