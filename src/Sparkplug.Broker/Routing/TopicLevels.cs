namespace Sparkplug.Broker.Routing;

/// <summary>The levels of a Topic Name or Topic Filter in UTF-8 (MQTT 5, 4.7.1.1). A level may be empty, also the first and the last.</summary>
internal static class TopicLevels
{
    /// <summary>How many levels there are: one more than separators.</summary>
    public static int Count(ReadOnlySpan<byte> utf8) => utf8.Count((byte)'/') + 1;

    /// <summary>Takes the first level off; <paramref name="more"/> tells whether another follows, which may be empty.</summary>
    public static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> rest, out bool more)
    {
        var end = rest.IndexOf((byte)'/');
        more = end >= 0;
        var level = more ? rest[..end] : rest;
        rest = more ? rest[(end + 1)..] : [];
        return level;
    }

    /// <summary>The first <paramref name="count"/> levels, without the separator behind them; all of it when there are no more.</summary>
    public static ReadOnlySpan<byte> First(ReadOnlySpan<byte> utf8, int count)
    {
        var end = 0;
        while (utf8[end..].IndexOf((byte)'/') is var next and >= 0)
        {
            end += next;
            if (--count == 0)
                return utf8[..end];
            end++;
        }
        return utf8;
    }

    /// <summary>Whether it belongs to the server: a filter that begins with a wildcard does not match it (MQTT-4.7.2-1).</summary>
    public static bool IsReserved(ReadOnlySpan<byte> topic) => topic is [(byte)'$', ..];

    public static bool IsSingleWildcard(ReadOnlySpan<byte> level) => level is [(byte)'+'];

    public static bool IsMultiWildcard(ReadOnlySpan<byte> level) => level is [(byte)'#'];
}
