using System.Buffers;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;
using Sparkplug.Broker.Awareness;
using Sparkplug.Broker.Storage;

namespace Sparkplug.Broker.Engine;

/// <summary>What happens to a message between a client's PUBLISH (or its Will) and the subscribers.</summary>
internal sealed class PublishRules(SparkplugAwareness awareness, RetainedQuota quota, BrokerMetrics metrics, ILogger<PublishRules> logger)
{
    private static readonly object Refused = new();

    /// <summary>Takes a message that the broker itself publishes.</summary>
    public Func<MqttApplicationMessage, Task> PublishOwn { get; set; } = _ => Task.CompletedTask;

    public async Task InterceptAsync(InterceptingPublishEventArgs publish)
    {
        var message = publish.ApplicationMessage;
        if (!MqttTopics.IsName(message.Topic))
        {
            Refuse(publish, MqttPubAckReasonCode.TopicNameInvalid);
            publish.CloseConnection = true; // MQTT-3.3.2-2 has no other answer in 3.1.1
            return;
        }

        if (MqttTopics.IsServersOwn(message.Topic))
        {
            Refuse(publish, MqttPubAckReasonCode.NotAuthorized);
            return;
        }

        if (message.Retain && !quota.TryPut(message.Topic, message.Payload.Length))
        {
            Refuse(publish, MqttPubAckReasonCode.QuotaExceeded);
            return;
        }

        if (awareness.DeathPayload(message.Topic, Bytes(message.Payload)) is { } stamped)
            message.Payload = new ReadOnlySequence<byte>(stamped);
        if (awareness.CertificateTopic(message.Topic, message.Payload.Length) is { } certificate)
            await StoreBirthAsync(message, certificate);
    }

    private async Task StoreBirthAsync(MqttApplicationMessage birth, string certificate)
    {
        if (quota.TryPut(certificate, birth.Payload.Length))
        {
            await PublishOwn(CopyOf(birth, certificate));
            return;
        }

        metrics.PublishRefused();
        logger.CertificateQuotaExceeded(Shown.Text(certificate));
    }

    /// <summary>Nobody is told in MQTT 3.1.1, and a QoS 0 PUBLISH has no answer at all: it is counted and logged.</summary>
    private void Refuse(InterceptingPublishEventArgs publish, MqttPubAckReasonCode reason)
    {
        publish.ProcessPublish = false;
        publish.Response.ReasonCode = reason;
        metrics.PublishRefused();
        if (publish.SessionItems.Contains(Refused))
            return; // one line a session: a client must not be able to fill the log
        publish.SessionItems[Refused] = true;
        logger.PublishRefused(Shown.Text(publish.ClientId), Shown.Text(publish.ApplicationMessage.Topic), reason);
    }

    /// <summary>Bytes and properties unchanged; retained, whatever the live one is (tck-id-conformance-mqtt-aware-nbirth-mqtt-retain).</summary>
    private static MqttApplicationMessage CopyOf(MqttApplicationMessage birth, string certificateTopic) => new()
    {
        Topic = certificateTopic,
        Payload = birth.Payload,
        QualityOfServiceLevel = birth.QualityOfServiceLevel,
        Retain = true,
        ContentType = birth.ContentType,
        PayloadFormatIndicator = birth.PayloadFormatIndicator,
        UserProperties = birth.UserProperties,
    };

    private static ReadOnlySpan<byte> Bytes(ReadOnlySequence<byte> payload) => payload.IsSingleSegment ? payload.FirstSpan : payload.ToArray();
}
