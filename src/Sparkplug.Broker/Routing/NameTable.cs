namespace Sparkplug.Broker.Routing;

/// <summary>
/// A set of names, found by their bytes: open addressing whose only content are the named themselves, so that it is small and a look-up
/// touches little memory.
/// </summary>
internal sealed class NameTable
{
    private const int SmallestSize = 4;

    private Named?[] _slots = new Named?[SmallestSize];

    public int Count { get; private set; }

    /// <summary>The content, with gaps. Not valid any more when something comes or goes.</summary>
    public ReadOnlySpan<Named?> Slots => _slots;

    /// <summary>Who has this name, or null.</summary>
    public Named? Find(ReadOnlySpan<byte> name, int hash)
    {
        var slots = _slots;
        for (var slot = hash & (slots.Length - 1); slots[slot] is { } candidate; slot = (slot + 1) & (slots.Length - 1))
        {
            if (candidate.IsCalled(name, hash))
                return candidate;
        }
        return null;
    }

    /// <summary>Adds one whose name nobody has.</summary>
    public void Add(Named item)
    {
        Count++;
        if (4 * Count > 3 * _slots.Length)
            Resize(2 * _slots.Length);
        Place(item);
    }

    /// <summary>Removes one that is in the table.</summary>
    public void Remove(Named item)
    {
        Count--;
        var slot = item.Hash & (_slots.Length - 1);
        while (_slots[slot] != item)
            slot = (slot + 1) & (_slots.Length - 1);
        Close(slot);
        if (_slots.Length > SmallestSize && 8 * Count <= _slots.Length)
            Resize(_slots.Length / 2);
    }

    /// <summary>Fills a gap with what stands behind it, unless that stands where it belongs or would get in front of that place.</summary>
    private void Close(int gap)
    {
        var mask = _slots.Length - 1;
        _slots[gap] = null;
        for (var slot = (gap + 1) & mask; _slots[slot] is { } candidate; slot = (slot + 1) & mask)
        {
            if (((slot - candidate.Hash) & mask) < ((slot - gap) & mask))
                continue;
            (_slots[gap], _slots[slot]) = (candidate, null);
            gap = slot;
        }
    }

    private void Resize(int size)
    {
        var items = _slots;
        _slots = new Named?[size];
        foreach (var item in items)
        {
            if (item is not null)
                Place(item);
        }
    }

    private void Place(Named item)
    {
        var slot = item.Hash & (_slots.Length - 1);
        while (_slots[slot] is not null)
            slot = (slot + 1) & (_slots.Length - 1);
        _slots[slot] = item;
    }
}
