using System.Diagnostics.CodeAnalysis;

namespace Sparkplug.Broker.Routing;

/// <summary>A Topic Filter, checked (MQTT 5, 4.7 and 4.8.2).</summary>
/// <param name="Text">As the client wrote it.</param>
/// <param name="ShareName">The name of the shared subscription, or null when it is not one.</param>
/// <param name="Inner">The filter to match with: <paramref name="Text"/> without <c>$share/NAME/</c>.</param>
internal sealed record TopicFilter(string Text, string? ShareName, string Inner)
{
    /// <summary>The maximum number of levels.</summary>
    public const int MaximumDepth = 128;

    /// <summary>
    /// Checks a filter: not empty, <c>+</c> and <c>#</c> alone on their level and <c>#</c> on the last (MQTT-4.7.1-1, -2), a share name
    /// of at least one character without wildcards and a filter behind it (MQTT-4.8.2-1, -2).
    /// </summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out TopicFilter? filter, [NotNullWhen(false)] out string? fault)
    {
        throw new NotImplementedException();
    }
}
