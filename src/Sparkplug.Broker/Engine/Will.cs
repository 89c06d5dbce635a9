using System.Buffers;
using MQTTnet;
using MQTTnet.Packets;

namespace Sparkplug.Broker.Engine;

/// <summary>
/// A Will, published by us when the connection ends without a goodbye. MQTTnet drops it when another client takes the client id over and
/// when DISCONNECT asks for it with reason 0x04 (MQTT-3.1.2-8).
/// </summary>
internal sealed class Will
{
    private Will(MqttApplicationMessage message) => Message = message;

    /// <summary>The message to publish in the client's name.</summary>
    public MqttApplicationMessage Message { get; }

    /// <summary>Takes the Will out of a CONNECT, so that MQTTnet knows of none.</summary>
    public static Will? TakeFrom(MqttConnectPacket connect)
    {
        if (!connect.WillFlag)
            return null;
        connect.WillFlag = false;
        return new Will(new MqttApplicationMessage
        {
            Topic = connect.WillTopic,
            Payload = new ReadOnlySequence<byte>(connect.WillMessage ?? []),
            QualityOfServiceLevel = connect.WillQoS,
            Retain = connect.WillRetain,
            ContentType = connect.WillContentType,
            CorrelationData = connect.WillCorrelationData,
            MessageExpiryInterval = connect.WillMessageExpiryInterval,
            PayloadFormatIndicator = connect.WillPayloadFormatIndicator,
            ResponseTopic = connect.WillResponseTopic,
            UserProperties = connect.WillUserProperties,
        });
    }
}
