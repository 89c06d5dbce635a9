namespace Sparkplug.Broker.Routing;

/// <summary>
/// A level in a tree of topics or filters, with the levels below it. Small, because each edge node has some of them: a single child is
/// held as it is, several in a table with open addressing whose only content are the children.
/// </summary>
internal abstract class Level(byte[] name)
{
    private const int SmallestTable = 4;

    private readonly int _hash = Utf8Hash.Of(name);
    private int _count;
    private Level? _only;
    private Level?[]? _table;

    /// <summary>The level as it stands between the separators.</summary>
    public ReadOnlySpan<byte> Name => name;

    public bool HasChildren => _count > 0;

    /// <summary>The levels below, with gaps. Not valid any more when a child comes or goes.</summary>
    public ReadOnlySpan<Level?> Children => _table is null ? new ReadOnlySpan<Level?>(in _only) : _table;

    /// <summary>The child with this name, or null.</summary>
    public Level? Find(ReadOnlySpan<byte> child)
    {
        if (_table is null)
            return _only is not null && child.SequenceEqual(_only.Name) ? _only : null;
        var hash = Utf8Hash.Of(child);
        var mask = _table.Length - 1;
        for (var slot = hash & mask; _table[slot] is { } candidate; slot = (slot + 1) & mask)
        {
            if (candidate._hash == hash && child.SequenceEqual(candidate.Name))
                return candidate;
        }
        return null;
    }

    /// <summary>Adds a child; there is none of that name.</summary>
    public void Add(Level child)
    {
        if (_count++ == 0)
        {
            _only = child;
            return;
        }
        if (_table is null || 4 * _count > 3 * _table.Length)
            Resize(_table is null ? SmallestTable : 2 * _table.Length);
        Place(child);
    }

    /// <summary>Removes a child of this level.</summary>
    public void Remove(Level child)
    {
        _count--;
        if (_table is null || _count == 0)
        {
            (_only, _table) = (null, null);
            return;
        }
        var slot = child._hash & (_table.Length - 1);
        while (_table[slot] != child)
            slot = (slot + 1) & (_table.Length - 1);
        Close(slot);
        if (_table.Length > SmallestTable && 8 * _count <= _table.Length)
            Resize(_table.Length / 2);
    }

    /// <summary>Fills a gap with what stood behind it, as far as it has been pushed there by the gap's former content.</summary>
    private void Close(int gap)
    {
        var mask = _table!.Length - 1;
        _table[gap] = null;
        for (var slot = (gap + 1) & mask; _table[slot] is { } candidate; slot = (slot + 1) & mask)
        {
            var home = candidate._hash & mask;
            if (((slot - home) & mask) < ((slot - gap) & mask))
                continue;
            (_table[gap], _table[slot]) = (candidate, null);
            gap = slot;
        }
    }

    private void Resize(int size)
    {
        var children = _table ?? [_only];
        (_only, _table) = (null, new Level?[size]);
        foreach (var child in children)
        {
            if (child is not null)
                Place(child);
        }
    }

    private void Place(Level child)
    {
        var mask = _table!.Length - 1;
        var slot = child._hash & mask;
        while (_table[slot] is not null)
            slot = (slot + 1) & mask;
        _table[slot] = child;
    }
}
