namespace Sparkplug.Broker.Storage;

/// <summary>
/// Bounds the memory of retained messages and certificates: each topic stays in memory for good, so without a bound one client
/// could fill it by counting topics up.
/// </summary>
internal sealed class RetainedQuota(long limit)
{
    /// <summary>Births of some ten thousand large edge nodes.</summary>
    public const long DefaultLimit = 512L << 20;

    /// <summary>About what an entry costs beside its topic and payload.</summary>
    private const int Overhead = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _sizes = new(StringComparer.Ordinal);
    private long _total;

    /// <summary>Takes room for a topic's new payload in place of its old one; an empty payload gives the room back. False when it is full.</summary>
    public bool TryPut(string topic, long payloadLength)
    {
        lock (_lock)
        {
            var old = _sizes.GetValueOrDefault(topic);
            var size = payloadLength == 0 ? 0 : payloadLength + sizeof(char) * topic.Length + Overhead;
            if (size > old && _total - old + size > limit)
                return false;
            _total += size - old;
            if (size == 0)
                _sizes.Remove(topic);
            else
                _sizes[topic] = size;
            return true;
        }
    }
}
