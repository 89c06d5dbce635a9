namespace Sparkplug.Broker.Routing;

/// <summary>
/// A number for the edge node that a topic belongs to: the same for <c>spBv1.0/GROUP/TYPE/NODE</c>, <c>spBv1.0/GROUP/TYPE/NODE/DEVICE</c>
/// and their certificates below <c>$sparkplug/certificates/</c>, in each process on each machine.
/// </summary>
internal static class EdgeNodeKey
{
    /// <summary>What a topic has that is not an edge node's.</summary>
    public const ulong None = 1;

    private static ReadOnlySpan<byte> Certificates => "$sparkplug/certificates/"u8;

    /// <summary>The edge node's number, or <see cref="None"/>; never 0.</summary>
    public static ulong Of(ReadOnlySpan<byte> topic)
    {
        if (topic.StartsWith(Certificates))
            topic = topic[Certificates.Length..];
        if (TopicLevels.Count(topic) is not (4 or 5) || !TopicLevels.Next(ref topic, out _).SequenceEqual("spBv1.0"u8))
            return None;
        var group = TopicLevels.Next(ref topic, out _);
        _ = TopicLevels.Next(ref topic, out _);
        var node = TopicLevels.Next(ref topic, out _);
        return StableHash.Combine(StableHash.Of(group), StableHash.Of(node)) | 2;
    }
}
