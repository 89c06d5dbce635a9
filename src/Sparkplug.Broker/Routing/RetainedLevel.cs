namespace Sparkplug.Broker.Routing;

/// <summary>A level of the topics that have a retained message.</summary>
internal sealed class RetainedLevel(byte[] name) : Level(name)
{
    /// <summary>The message of the topic that ends here, or null.</summary>
    public Message? Message { get; set; }

    public bool IsEmpty => Message is null && !HasChildren;

    /// <summary>The level with this name behind this one.</summary>
    public RetainedLevel? Next(ReadOnlySpan<byte> level) => (RetainedLevel?)Find(level);
}
