using System.Text;
using Sparkplug.Topics;

namespace Sparkplug.Broker.Routing;

/// <summary>
/// A Topic Name that has passed through, with what routing remembers about it. Two of them may stand for the same name; the bytes decide.
/// </summary>
internal sealed class Topic(byte[] utf8) : Named(utf8)
{
    private string? _text;
    private SparkplugTopic? _sparkplug;
    private bool _isParsed;
    private ulong _edgeNode;

    /// <summary>The name in UTF-8, checked.</summary>
    public byte[] Utf8 => Name;

    /// <summary>The name as text.</summary>
    public string Text => _text ??= Encoding.UTF8.GetString(Utf8);

    /// <summary>Whether it begins with <c>$</c>: only the server publishes there (MQTT 5, 4.7.2).</summary>
    public bool IsServersOwn => Utf8[0] == '$';

    /// <summary>What it says as a topic of <c>spBv1.0/</c>, or null when it is none.</summary>
    public SparkplugTopic? Sparkplug
    {
        get
        {
            if (_isParsed)
                return _sparkplug;
            _isParsed = true;
            var isOne = Utf8.AsSpan().StartsWith("spBv1.0/"u8) && SparkplugTopic.TryParse(Text, out _sparkplug, out _);
            return isOne ? _sparkplug : null;
        }
    }

    /// <summary>Who gets its messages, as of <see cref="RouteVersion"/> of the subscriptions; routing keeps it.</summary>
    public Route? Route { get; set; }

    /// <summary>The state of the subscriptions that <see cref="Route"/> was made from.</summary>
    public long RouteVersion { get; set; }

    /// <summary>The edge node that the topic belongs to, as <see cref="EdgeNodeKey"/> tells it.</summary>
    public ulong EdgeNode => _edgeNode != 0 ? _edgeNode : _edgeNode = EdgeNodeKey.Of(Utf8);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
