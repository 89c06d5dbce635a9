using System.Text;
using Microsoft.Extensions.Logging;
using Sparkplug.Broker.Routing;
using Sparkplug.Topics;

namespace Sparkplug.Broker.Awareness;

/// <summary>Where a birth is kept for those who come later.</summary>
/// <param name="Topic">The topic of the certificate, in UTF-8.</param>
/// <param name="VoidedFilter">What an NBIRTH voids: the DBIRTH certificates of its node. Null for a DBIRTH.</param>
internal sealed record BirthCertificate(byte[] Topic, TopicFilter? VoidedFilter);

/// <summary>
/// What makes the server a Sparkplug Aware one (Sparkplug 3.0, 10.1.4): it keeps the births that pass through it and puts the time of
/// delivery into deaths. It decides only; the engine stores and sends.
/// </summary>
internal sealed class SparkplugAwareness(TimeProvider time, BrokerMetrics metrics, ILogger<SparkplugAwareness> logger)
{
    /// <summary>
    /// Where this message must also be offered, retained and with the same bytes, or null
    /// (tck-id-conformance-mqtt-aware-store, -nbirth-mqtt-topic, -dbirth-mqtt-topic).
    /// </summary>
    public BirthCertificate? CertificateOf(Topic topic, int payloadLength)
    {
        if (topic.Sparkplug is not { } birth || !birth.Type.IsBirth())
            return null;
        if (payloadLength == 0)
        {
            // As a retained message it would delete the certificate there is.
            metrics.BirthEmpty();
            logger.BirthEmpty(topic.Text);
            return null;
        }

        var certificate = new SparkplugTopic.Certificate(birth).ToString();
        if (!SparkplugTopic.TryParse(certificate, out _, out var fault))
        {
            logger.BirthNotStored(fault); // its own topic just fits into 64 KiB, the longer one does not
            return null;
        }

        metrics.BirthStored();
        return new BirthCertificate(Encoding.UTF8.GetBytes(certificate), birth is SparkplugTopic.Node node ? VoidedBy(node) : null);
    }

    /// <summary>
    /// The payload to deliver instead of an NDEATH's own, or null to deliver what came: its timestamp is when the Will was made, and a
    /// server may put the time of the delivery there (tck-id-conformance-mqtt-aware-ndeath-timestamp).
    /// </summary>
    public byte[]? DeathPayload(Topic topic, ReadOnlySpan<byte> payload)
    {
        if (topic.Sparkplug is not { Type: MessageType.NDEATH })
            return null;
        var now = (ulong)time.GetUtcNow().ToUnixTimeMilliseconds();
        switch (NdeathTimestamp.Replace(payload, now, out var stamped))
        {
            case Stamping.Replaced:
                return stamped;
            case Stamping.Unreadable:
                metrics.DeathUnreadable();
                logger.DeathUnreadable(topic.Text);
                return null;
            default:
                return null;
        }
    }

    /// <summary>Its devices may not come back, and each that does brings a DBIRTH of its own, behind the NBIRTH (tck-id-message-flow-device-birth-publish-nbirth-wait).</summary>
    private static TopicFilter VoidedBy(SparkplugTopic.Node nbirth)
    {
        var filter = $"{SparkplugTopic.CertificatePrefix}{SparkplugTopic.Namespace}/{nbirth.EdgeNode.GroupId}/{MessageType.DBIRTH}/{nbirth.EdgeNode.EdgeNodeId}/+";
        return new TopicFilter(filter, ShareName: null, filter);
    }
}
