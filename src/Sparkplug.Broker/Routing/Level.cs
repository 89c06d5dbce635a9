namespace Sparkplug.Broker.Routing;

/// <summary>
/// A level in a tree of topics or filters, with the levels below it. Small, because each edge node has some of them: a single child is
/// held as it is, several in a table.
/// </summary>
internal abstract class Level(byte[] name) : Named(name)
{
    private Named? _only;
    private NameTable? _table;

    public bool HasChildren => _only is not null || _table is not null;

    /// <summary>The levels below, with gaps. Not valid any more when a child comes or goes.</summary>
    public ReadOnlySpan<Named?> Children => _table is null ? new ReadOnlySpan<Named?>(in _only) : _table.Slots;

    /// <summary>The child with this name, or null.</summary>
    public Named? Find(ReadOnlySpan<byte> child)
    {
        if (_table is not null)
            return _table.Find(child, Utf8Hash.Of(child));
        return _only is not null && child.SequenceEqual(_only.Name) ? _only : null;
    }

    /// <summary>Adds a child; there is none of that name.</summary>
    public void Add(Level child)
    {
        if (!HasChildren)
        {
            _only = child;
            return;
        }
        _table ??= new NameTable();
        if (_only is not null)
            _table.Add(_only);
        _only = null;
        _table.Add(child);
    }

    /// <summary>Removes a child of this level.</summary>
    public void Remove(Level child)
    {
        _table?.Remove(child);
        if (_table is not { Count: > 0 })
            (_only, _table) = (null, null);
    }
}
