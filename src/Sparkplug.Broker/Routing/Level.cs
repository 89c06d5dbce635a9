using System.Runtime.CompilerServices;

namespace Sparkplug.Broker.Routing;

/// <summary>
/// A level in a tree of topics or filters, with the levels below it. Small, because each edge node has some of them: a single child is
/// held as it is, several in a table.
/// </summary>
internal abstract class Level(byte[] name) : Named(name)
{
    /// <summary>Null, a <see cref="Level"/> or a <see cref="NameTable"/>.</summary>
    private object? _children;

    public bool HasChildren => _children is not null;

    /// <summary>The levels below, with gaps. Not valid any more when a child comes or goes.</summary>
    public ReadOnlySpan<Named?> Children => _children is NameTable table
        ? table.Slots
        : new ReadOnlySpan<Named?>(in Unsafe.As<object?, Named?>(ref _children)); // it is null or a level here

    /// <summary>The child with this name, or null.</summary>
    public Named? Find(ReadOnlySpan<byte> child)
    {
        if (_children is NameTable table)
            return table.Find(child, Utf8Hash.Of(child));
        return _children is Named only && child.SequenceEqual(only.Name) ? only : null;
    }

    /// <summary>Adds a child; there is none of that name.</summary>
    public void Add(Level child)
    {
        if (_children is null)
        {
            _children = child;
            return;
        }
        if (_children is not NameTable table)
        {
            table = new NameTable();
            table.Add((Level)_children);
            _children = table;
        }
        table.Add(child);
    }

    /// <summary>Removes a child of this level.</summary>
    public void Remove(Level child)
    {
        var table = _children as NameTable;
        table?.Remove(child);
        if (table is not { Count: > 0 })
            _children = null;
    }
}
