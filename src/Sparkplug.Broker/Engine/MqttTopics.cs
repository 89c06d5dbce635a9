namespace Sparkplug.Broker.Engine;

/// <summary>The rules for topic names and filters (MQTT 5.0, 4.7) that MQTTnet does not check for us.</summary>
internal static class MqttTopics
{
    /// <summary>A topic a client may publish to: no wildcard (MQTT-3.3.2-2), not empty (MQTT-4.7.3-1), no U+0000 (MQTT-4.7.3-2),
    /// and well-formed UTF-8 (MQTT-1.5.4-1): bytes that are not have become U+FFFD, and a value must not go on under another name.</summary>
    public static bool IsName(string? topic) =>
        !string.IsNullOrEmpty(topic) && topic.AsSpan().IndexOfAny("+#\0\uFFFD") < 0;

    /// <summary>Topics that begin with <c>$</c> are the server's own (4.7.2).</summary>
    public static bool IsServersOwn(string topic) => topic.StartsWith('$');

    /// <summary>A filter: <c>+</c> fills a level, <c>#</c> the last one (MQTT-4.7.1-1, MQTT-4.7.1-2).</summary>
    public static bool IsFilter(string? filter)
    {
        if (string.IsNullOrEmpty(filter) || filter.AsSpan().IndexOfAny('\0', '\uFFFD') >= 0)
            return false;
        var levels = filter.Split('/');
        return levels[..^1].All(level => level == "+" || level.AsSpan().IndexOfAny('+', '#') < 0)
            && (levels[^1] is "+" or "#" || levels[^1].AsSpan().IndexOfAny('+', '#') < 0);
    }
}
