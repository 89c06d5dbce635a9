using System.Diagnostics.CodeAnalysis;
using System.Text;
using EdgeNode.Devices;
using Sparkplug.Metrics;

namespace EdgeNode.Serial;

/// <summary>Puts a description together: HELLO, its TAGs in order, END with the check over them.</summary>
internal sealed class DescriptionAssembly
{
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(2);

    private readonly List<BoardTag> _tags = [];
    private readonly HashSet<string> _names = [];
    private ushort _check;
    private int _count;
    private TimeSpan _begun;
    private string? _fault;

    /// <summary>The HELLO of the description that is under way; null while none is.</summary>
    public Frame.Hello? Hello { get; private set; }

    /// <summary>Names of tags with a type that is not known here: their readings are nobody's fault.</summary>
    public IReadOnlySet<string> UnknownTags { get; private set; } = new HashSet<string>();

    /// <summary>When the description that is under way has taken too long; null while none is.</summary>
    public TimeSpan? DueAt => Hello is null ? null : _begun + Time;

    public void Begin(Frame.Hello hello, TimeSpan now)
    {
        Hello = hello;
        _begun = now;
        _tags.Clear();
        _names.Clear();
        _check = Crc16.Start;
        _count = 0;
        _fault = null;
    }

    public void Abandon() => Hello = null;

    public void Add(Frame.Tag tag)
    {
        if (tag.Index != _count) _fault ??= $"tag {tag.Index} came where tag {_count} was expected";
        if (!_names.Add(tag.Described.Name)) _fault ??= $"the name '{tag.Described.Name}' occurs twice";
        if (_fault is not null) return;
        _count++;
        _check = Crc16.Compute(Encoding.UTF8.GetBytes(tag.Text + "\n"), _check);
        if (tag.Described.Type != DataType.Unknown) _tags.Add(tag.Described);
    }

    /// <summary>Ends the description that is under way.</summary>
    /// <param name="end">The END.</param>
    /// <param name="tags">The tags of known types.</param>
    /// <param name="why">Why the description is refused.</param>
    public bool TryEnd(Frame.End end, [NotNullWhen(true)] out IReadOnlyList<BoardTag>? tags, out string why)
    {
        var announced = Hello?.Tags ?? throw new InvalidOperationException("no description is under way");
        why = _fault
            ?? (end.Tags != announced ? $"HELLO announced {announced} tags and END {end.Tags}" : null)
            ?? (_count != announced ? $"{_count} of {announced} tags came" : null)
            ?? (end.Check != _check ? $"the check is {end.Check:X4}, {_check:X4} expected" : null)
            ?? "";
        tags = why.Length == 0 ? [.. _tags] : null;
        if (tags is null) return false;
        UnknownTags = _names.Except(_tags.Select(tag => tag.Name)).ToHashSet();
        Hello = null;
        return true;
    }
}
