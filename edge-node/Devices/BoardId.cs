using System.Diagnostics.CodeAnalysis;

namespace EdgeNode.Devices;

/// <summary>A board's identity: 1 to 23 of <c>A-Z a-z 0-9 . _ -</c>, not <c>-</c> alone (docs/serial-link.md, 3). It outlives ports and restarts.</summary>
public sealed record BoardId
{
    /// <summary>The most characters an id can have.</summary>
    public const int MaxLength = 23;

    private BoardId(string value) => Value = value;

    /// <summary>The id as it travels; also valid as a Sparkplug Device id.</summary>
    public string Value { get; }

    /// <summary>Takes <paramref name="text"/> as an id if it is one.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out BoardId? id)
    {
        id = text.Length is >= 1 and <= MaxLength && text != "-" && text.All(IsAllowed) ? new BoardId(text) : null;
        return id is not null;
    }

    /// <summary>
    /// An id for a board that has none: its sketch's name as far as it can stand in an id, and eight hexadecimal digits of
    /// <paramref name="random"/>, such as <c>climate-7f3a9c12</c>.
    /// </summary>
    public static BoardId Create(string sketch, uint random)
    {
        var suffix = $"-{random:x8}";
        var name = string.Concat(sketch.Select(c => IsAllowed(c) ? c : '-')).Trim('-', '.');
        if (name.Length == 0) name = "board";
        return new BoardId(name[..Math.Min(name.Length, MaxLength - suffix.Length)] + suffix);
    }

    /// <inheritdoc/>
    public override string ToString() => Value;

    private static bool IsAllowed(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-';
}
