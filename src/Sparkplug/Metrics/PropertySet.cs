using System.Collections;

namespace Sparkplug.Metrics;

/// <summary>
/// Properties of a metric in their order (Sparkplug 3.0, 6.4.8). Values have a basic type, PropertySet or PropertySetList.
/// Equality is by content and order; a key that occurs twice keeps both places, look-up finds the last.
/// </summary>
public sealed class PropertySet : IReadOnlyList<KeyValuePair<string, MetricValue>>, IEquatable<PropertySet>
{
    /// <summary>The key of a metric's quality (tck-id-payloads-propertyset-quality-value-type).</summary>
    public const string QualityKey = "Quality";

    private readonly KeyValuePair<string, MetricValue>[] _items;

    /// <summary>Makes a set of pairs in order.</summary>
    public PropertySet(IEnumerable<KeyValuePair<string, MetricValue>> items) => _items = [.. items];

    /// <summary>No properties.</summary>
    public static PropertySet Empty { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _items.Length;

    /// <inheritdoc/>
    public KeyValuePair<string, MetricValue> this[int index] => _items[index];

    /// <summary>Finds a property by its key.</summary>
    public bool TryGet(string key, out MetricValue value)
    {
        for (var i = _items.Length - 1; i >= 0; i--)
        {
            if (_items[i].Key != key) continue;
            value = _items[i].Value;
            return true;
        }
        value = default;
        return false;
    }

    /// <summary>This set with one key set to a value, in its old place or at the end.</summary>
    public PropertySet With(string key, MetricValue value)
    {
        var at = Array.FindLastIndex(_items, item => item.Key == key);
        var pair = KeyValuePair.Create(key, value);
        if (at < 0) return new PropertySet([.. _items, pair]);
        var copy = _items.ToArray();
        copy[at] = pair;
        return new PropertySet(copy);
    }

    /// <inheritdoc/>
    public bool Equals(PropertySet? other) => other is not null && _items.AsSpan().SequenceEqual(other._items);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PropertySet);

    /// <inheritdoc/>
    public override int GetHashCode() => _items.Length == 0 ? 0 : HashCode.Combine(_items.Length, _items[0].Key);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, MetricValue>> GetEnumerator() => _items.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _items.GetEnumerator();
}
