namespace Sparkplug.Broker.Security;

/// <summary>What a topic filter matches, on the bytes as they are on the wire. Nothing is allocated.</summary>
internal static class TopicMatch
{
    private const byte Separator = (byte)'/', Dollar = (byte)'$';

    /// <summary>Why a text is no topic filter, or null if it is one (MQTT-4.7.1-1, MQTT-4.7.1-2, MQTT-4.7.3-1, MQTT-4.7.3-2).</summary>
    public static string? FaultOf(string filter)
    {
        if (filter.Length == 0)
            return "is empty";
        if (filter.Length > ushort.MaxValue / 3)
            return "is too long";
        if (filter.Contains('\0') || filter.Any(char.IsSurrogate) && !IsWellFormed(filter))
            return "holds a character that MQTT does not carry";
        var levels = filter.Split('/');
        if (levels.SkipLast(1).Any(level => level.Contains('#')) || levels[^1].Contains('#') && levels[^1] != "#")
            return "has a # that is not the whole last level";
        return levels.Any(level => level.Contains('+') && level != "+") ? "has a + that is not a whole level" : null;
    }

    /// <summary>Whether a topic name is among those that a filter stands for (MQTT-4.7.1-2, MQTT-4.7.1-3, MQTT-4.7.2-1).</summary>
    public static bool Matches(ReadOnlySpan<byte> filter, ReadOnlySpan<byte> topic)
    {
        if (IsWildcardFirst(filter) && IsServersOwn(topic))
            return false;
        while (!filter.SequenceEqual("#"u8))
        {
            var wanted = TakeLevel(ref filter, out var isLastWanted);
            var level = TakeLevel(ref topic, out var isLast);
            if (!wanted.SequenceEqual("+"u8) && !wanted.SequenceEqual(level))
                return false;
            if (isLast)
                return isLastWanted || filter.SequenceEqual("#"u8); // "a/#" is "a" as well
            if (isLastWanted)
                return false;
        }

        return true;
    }

    /// <summary>Whether each topic that <paramref name="asked"/> matches is one that <paramref name="granted"/> matches.</summary>
    public static bool Covers(ReadOnlySpan<byte> granted, ReadOnlySpan<byte> asked)
    {
        if (IsWildcardFirst(granted) && IsServersOwn(asked))
            return false;
        if (granted.SequenceEqual("+/#"u8))
            granted = "#"u8; // the same topics: each has a first level
        while (!granted.SequenceEqual("#"u8))
        {
            var wide = TakeLevel(ref granted, out var isLastWide);
            var level = TakeLevel(ref asked, out var isLast);
            if (level.SequenceEqual("#"u8) || !wide.SequenceEqual("+"u8) && !wide.SequenceEqual(level))
                return false;
            if (isLast)
                return isLastWide || granted.SequenceEqual("#"u8);
            if (isLastWide)
                return false;
        }

        return true;
    }

    /// <summary>Whether a topic begins with <c>$</c>: it belongs to the server (MQTT 4.7.2).</summary>
    public static bool IsServersOwn(ReadOnlySpan<byte> topic) => !topic.IsEmpty && topic[0] == Dollar;

    private static bool IsWildcardFirst(ReadOnlySpan<byte> filter) => !filter.IsEmpty && filter[0] is (byte)'+' or (byte)'#';

    private static ReadOnlySpan<byte> TakeLevel(ref ReadOnlySpan<byte> rest, out bool isLast)
    {
        var end = rest.IndexOf(Separator);
        isLast = end < 0;
        var level = isLast ? rest : rest[..end];
        rest = isLast ? [] : rest[(end + 1)..];
        return level;
    }

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return false;
            i++;
        }

        return true;
    }
}
