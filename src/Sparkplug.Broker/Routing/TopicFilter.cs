using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Sparkplug.Broker.Routing;

/// <summary>A Topic Filter, checked (MQTT 5, 4.7 and 4.8.2).</summary>
/// <param name="Text">As the client wrote it.</param>
/// <param name="ShareName">The name of the shared subscription, or null when it is not one.</param>
/// <param name="Inner">The filter to match with: <paramref name="Text"/> without <c>$share/NAME/</c>.</param>
internal sealed record TopicFilter(string Text, string? ShareName, string Inner)
{
    /// <summary>The maximum number of levels.</summary>
    public const int MaximumDepth = 128;

    private const int MaximumBytes = 65_535;
    private const int StackBytes = 512;
    private const string SharePrefix = "$share/";

    /// <summary>
    /// Checks a filter: not empty, <c>+</c> and <c>#</c> alone on their level and <c>#</c> on the last (MQTT-4.7.1-1, -2), a share name
    /// of at least one character without wildcards and a filter behind it (MQTT-4.8.2-1, -2).
    /// </summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out TopicFilter? filter, [NotNullWhen(false)] out string? fault)
    {
        filter = null;
        var (share, inner) = Split(text);
        var what = (share is null ? null : FaultOfShare(share, inner)) ?? FaultOf(inner);
        fault = what is null ? null : $"it {what}";
        if (fault is not null)
            return false;
        filter = new TopicFilter(text, share, inner);
        return true;
    }

    /// <summary>Whether a topic matches.</summary>
    public bool Matches(ReadOnlySpan<byte> topicUtf8) => Matches(Inner, topicUtf8);

    /// <summary>Whether a topic matches the <see cref="Inner"/> of a filter.</summary>
    public static bool Matches(string inner, ReadOnlySpan<byte> topicUtf8)
    {
        var size = Encoding.UTF8.GetMaxByteCount(inner.Length);
        if (size <= StackBytes)
        {
            Span<byte> bytes = stackalloc byte[StackBytes];
            return Matches(bytes[..Encoding.UTF8.GetBytes(inner, bytes)], topicUtf8);
        }
        var rented = ArrayPool<byte>.Shared.Rent(size);
        var matches = Matches(rented.AsSpan(0, Encoding.UTF8.GetBytes(inner, rented)), topicUtf8);
        ArrayPool<byte>.Shared.Return(rented);
        return matches;
    }

    /// <summary>Whether a topic matches a filter, both in UTF-8; byte for byte, without normalization (MQTT-4.7.3-4).</summary>
    public static bool Matches(ReadOnlySpan<byte> innerUtf8, ReadOnlySpan<byte> topicUtf8)
    {
        if (TopicLevels.IsReserved(topicUtf8) && innerUtf8 is [(byte)'+' or (byte)'#', ..]) // MQTT-4.7.2-1
            return false;
        var topicGoesOn = true;
        for (var filterGoesOn = true; filterGoesOn;)
        {
            var wanted = TopicLevels.Next(ref innerUtf8, out filterGoesOn);
            if (TopicLevels.IsMultiWildcard(wanted)) // also matches the level above it: a/# matches a
                return true;
            if (!topicGoesOn)
                return false;
            var level = TopicLevels.Next(ref topicUtf8, out topicGoesOn);
            if (!TopicLevels.IsSingleWildcard(wanted) && !wanted.SequenceEqual(level))
                return false;
        }
        return !topicGoesOn;
    }

    /// <summary>Whether each topic that <paramref name="asked"/> matches is one that <paramref name="granted"/> matches; both are filters in UTF-8.</summary>
    public static bool Covers(ReadOnlySpan<byte> granted, ReadOnlySpan<byte> asked)
    {
        if (TopicLevels.IsReserved(asked) && granted is [(byte)'+' or (byte)'#', ..])
            return false;
        if (granted.SequenceEqual("+/#"u8))
            granted = "#"u8; // the same topics: each has a first level
        while (!TopicLevels.IsMultiWildcard(granted))
        {
            var wide = TopicLevels.Next(ref granted, out var wideGoesOn);
            var level = TopicLevels.Next(ref asked, out var goesOn);
            if (TopicLevels.IsMultiWildcard(level) || !TopicLevels.IsSingleWildcard(wide) && !wide.SequenceEqual(level))
                return false;
            if (!goesOn)
                return !wideGoesOn || TopicLevels.IsMultiWildcard(granted); // a/# covers a
            if (!wideGoesOn)
                return false;
        }
        return true;
    }

    private static (string? Share, string Inner) Split(string text)
    {
        if (!text.StartsWith(SharePrefix, StringComparison.Ordinal))
            return (null, text);
        var end = text.IndexOf('/', SharePrefix.Length);
        return end < 0 ? (text[SharePrefix.Length..], "") : (text[SharePrefix.Length..end], text[(end + 1)..]);
    }

    private static string? FaultOfShare(string share, string inner) =>
        share.Length == 0 ? "has an empty share name"
        : share.AsSpan().ContainsAny("+#\0") ? "has a share name with +, # or U+0000"
        : inner.Length == 0 ? "has no filter behind the share name"
        : null;

    /// <summary>Why a text is no filter, as the rest of a sentence about it; null when it is one. Shared subscriptions are none of its business.</summary>
    public static string? FaultOf(string inner)
    {
        if (inner.Length == 0)
            return "is empty"; // MQTT-4.7.3-1
        if (inner.Contains('\0', StringComparison.Ordinal))
            return "contains U+0000"; // MQTT-4.7.3-2
        if (!IsWellFormed(inner))
            return "is no text: half of a surrogate pair is missing"; // MQTT-1.5.4-1
        if (Encoding.UTF8.GetByteCount(inner) > MaximumBytes)
            return "is longer than 65,535 bytes"; // MQTT-4.7.3-3
        if (inner.AsSpan().Count('/') >= MaximumDepth)
            return $"has more than {MaximumDepth} levels";
        return FaultOfWildcards(inner);
    }

    private static string? FaultOfWildcards(ReadOnlySpan<char> inner)
    {
        foreach (var range in inner.Split('/'))
        {
            var level = inner[range];
            if (level.Contains('#') && (level.Length > 1 || range.End.Value != inner.Length))
                return "has a # that is not the whole last level";
            if (level.Contains('+') && level.Length > 1)
                return "has a + that is not a whole level";
        }
        return null;
    }

    private static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        for (text = After(text); !text.IsEmpty; text = After(text[2..]))
            if (text.Length < 2 || !char.IsSurrogatePair(text[0], text[1]))
                return false;
        return true;

        static ReadOnlySpan<char> After(ReadOnlySpan<char> rest) =>
            rest.IndexOfAnyInRange('\ud800', '\udfff') is var at and >= 0 ? rest[at..] : [];
    }
}
