using System.Text;

namespace Sparkplug.Broker.Routing;

/// <summary>
/// A Topic Name that has passed through, with what routing remembers about it. Two of them may stand for the same name; the bytes decide.
/// </summary>
internal sealed class Topic(byte[] utf8)
{
    private string? _text;

    /// <summary>The name in UTF-8, checked.</summary>
    public byte[] Utf8 { get; } = utf8;

    /// <summary>The name as text.</summary>
    public string Text => _text ??= Encoding.UTF8.GetString(Utf8);

    /// <summary>Who gets its messages, as of <see cref="RouteVersion"/> of the subscriptions; routing keeps it.</summary>
    public Route? Route { get; set; }

    /// <summary>The state of the subscriptions that <see cref="Route"/> was made from.</summary>
    public long RouteVersion { get; set; }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
