using Microsoft.Extensions.Logging;
using Sparkplug.Topics;

namespace Sparkplug.Broker.Awareness;

/// <summary>
/// What makes the server a Sparkplug Aware one (Sparkplug 3.0, 10.1.4): it keeps the births that pass through it and puts the time of
/// delivery into deaths. It decides only; the engine stores and sends.
/// </summary>
internal sealed class SparkplugAwareness(TimeProvider time, BrokerMetrics metrics, ILogger<SparkplugAwareness> logger)
{
    /// <summary>
    /// The topic on which this message must also be offered, retained and with the same bytes, or null
    /// (tck-id-conformance-mqtt-aware-store, -nbirth-mqtt-topic, -dbirth-mqtt-topic).
    /// </summary>
    public string? CertificateTopic(string topic, long payloadLength)
    {
        if (!IsSparkplug(topic) || !SparkplugTopic.TryParse(topic, out var parsed, out _) || !parsed.Type.IsBirth())
            return null;
        if (payloadLength == 0)
        {
            // As a retained message it would delete the certificate there is.
            metrics.BirthEmpty();
            logger.BirthEmpty(topic);
            return null;
        }

        var certificate = new SparkplugTopic.Certificate(parsed).ToString();
        if (!SparkplugTopic.TryParse(certificate, out _, out var fault))
        {
            logger.BirthNotStored(fault); // its own topic just fits into 64 KiB, the longer one does not
            return null;
        }

        metrics.BirthStored();
        return certificate;
    }

    /// <summary>
    /// The payload to deliver instead of an NDEATH's own, or null to deliver what came: its timestamp is when the Will was made, and a
    /// server may put the time of the delivery there (tck-id-conformance-mqtt-aware-ndeath-timestamp).
    /// </summary>
    public byte[]? DeathPayload(string topic, ReadOnlySpan<byte> payload)
    {
        if (!IsSparkplug(topic) || !SparkplugTopic.TryParse(topic, out var parsed, out _) || parsed.Type != MessageType.NDEATH)
            return null;
        var now = (ulong)time.GetUtcNow().ToUnixTimeMilliseconds();
        switch (NdeathTimestamp.Replace(payload, now, out var stamped))
        {
            case Stamping.Replaced:
                return stamped;
            case Stamping.Unreadable:
                metrics.DeathUnreadable();
                logger.DeathUnreadable(topic);
                return null;
            default:
                return null;
        }
    }

    // A certificate topic has a message type too, but it is the copy, not the message.
    private static bool IsSparkplug(string topic) => topic.StartsWith(SparkplugTopic.Namespace + "/", StringComparison.Ordinal);
}
