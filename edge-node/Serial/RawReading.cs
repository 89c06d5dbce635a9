using System.Diagnostics.CodeAnalysis;
using EdgeNode.Devices;
using Sparkplug.Metrics;

namespace EdgeNode.Serial;

/// <summary>A reading as it travels: its type is known only with the description.</summary>
/// <param name="Name">The tag's name.</param>
/// <param name="Text">The value, or <c>!</c> and a word why there is none; escapes taken out.</param>
public readonly record struct RawReading(string Name, string Text)
{
    private const int MaxFaultLength = 16;

    /// <summary>Reads it as what <paramref name="tag"/> says.</summary>
    /// <returns>False when the text is neither a value of the tag's type nor a fault.</returns>
    public bool TryRead(BoardTag tag, [NotNullWhen(true)] out Reading? reading)
    {
        reading = null;
        if (Text.StartsWith('!')) reading = IsFault(Text) ? new Reading(tag.Name, MetricValue.Null(tag.Type), Text[1..]) : null;
        else if (LinkValue.TryParse(Text, tag.Type, out var value)) reading = new Reading(tag.Name, value, null);
        return reading is not null;
    }

    private static bool IsFault(string text) =>
        text.Length <= 1 + MaxFaultLength && text.Skip(1).All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
