namespace Sparkplug.Broker.Storage;

/// <summary>A retained message as it is kept: what the publisher sent, MQTT 5 properties included.</summary>
/// <remarks>A class and not a record: its arrays would make equality by value lie.</remarks>
internal sealed class RetainedMessage
{
    /// <summary>The topic; one message each.</summary>
    public required string Topic { get; init; }

    /// <summary>The payload; never empty, since an empty one removes the message (MQTT-3.3.1-6).</summary>
    public required byte[] Payload { get; init; }

    /// <summary>0, 1 or 2.</summary>
    public required int Qos { get; init; }

    /// <summary>The MQTT 5 properties that a server must pass on unaltered (MQTT-3.3.2-4, -15, -16, -17, -20).</summary>
    public MessageProperties? Properties { get; init; }
}

/// <summary>Properties of an MQTT 5 PUBLISH that belong to the message itself.</summary>
internal sealed class MessageProperties
{
    /// <summary>Payload Format Indicator: whether the payload is UTF-8 text.</summary>
    public bool IsText { get; init; }

    /// <summary>Content Type.</summary>
    public string? ContentType { get; init; }

    /// <summary>Response Topic.</summary>
    public string? ResponseTopic { get; init; }

    /// <summary>Correlation Data.</summary>
    public byte[]? CorrelationData { get; init; }

    /// <summary>User Properties: name, value, name, value, in the order they came.</summary>
    public IReadOnlyList<string> UserProperties { get; init; } = [];
}
