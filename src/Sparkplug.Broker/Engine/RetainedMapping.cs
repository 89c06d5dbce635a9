using System.Buffers;
using System.Text;
using MQTTnet;
using MQTTnet.Packets;
using MQTTnet.Protocol;
using Sparkplug.Broker.Storage;

namespace Sparkplug.Broker.Engine;

/// <summary>Between MQTTnet's messages and the ones in the store.</summary>
internal static class RetainedMapping
{
    public static RetainedMessage ToStored(MqttApplicationMessage message) => new()
    {
        Topic = message.Topic,
        Payload = message.Payload.ToArray(),
        Qos = (int)message.QualityOfServiceLevel,
        Properties = PropertiesOf(message),
    };

    public static MqttApplicationMessage FromStored(RetainedMessage message) => new()
    {
        Topic = message.Topic,
        Payload = new ReadOnlySequence<byte>(message.Payload),
        QualityOfServiceLevel = (MqttQualityOfServiceLevel)message.Qos,
        Retain = true,
        PayloadFormatIndicator = message.Properties?.IsText == true ? MqttPayloadFormatIndicator.CharacterData : MqttPayloadFormatIndicator.Unspecified,
        ContentType = message.Properties?.ContentType,
        ResponseTopic = message.Properties?.ResponseTopic,
        CorrelationData = message.Properties?.CorrelationData,
        UserProperties = UserProperties(message.Properties),
    };

    private static MessageProperties? PropertiesOf(MqttApplicationMessage message)
    {
        var properties = new MessageProperties
        {
            IsText = message.PayloadFormatIndicator == MqttPayloadFormatIndicator.CharacterData,
            ContentType = message.ContentType,
            ResponseTopic = message.ResponseTopic,
            CorrelationData = message.CorrelationData,
            UserProperties = [.. message.UserProperties?.SelectMany(p => (string[])[p.Name, Encoding.UTF8.GetString(p.ValueBuffer.Span)]) ?? []],
        };
        var isEmpty = properties is { IsText: false, ContentType: null, ResponseTopic: null, CorrelationData: null, UserProperties.Count: 0 };
        return isEmpty ? null : properties;
    }

    private static List<MqttUserProperty>? UserProperties(MessageProperties? properties) =>
        properties is { UserProperties.Count: > 0 }
            ? [.. properties.UserProperties.Chunk(2).Select(pair => new MqttUserProperty(pair[0], Encoding.UTF8.GetBytes(pair[1])))]
            : null;
}
