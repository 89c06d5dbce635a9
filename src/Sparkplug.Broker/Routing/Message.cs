using Sparkplug.Broker.Packets;

namespace Sparkplug.Broker.Routing;

/// <summary>
/// An Application Message that is kept: retained, queued or in flight. Immutable and shared by all who keep it.
/// A class and not a record: its arrays would make equality by value lie.
/// </summary>
internal sealed class Message
{
    /// <summary>Identifies the message in the store; unique for the life of the data folder.</summary>
    public required long Id { get; init; }

    public required Topic Topic { get; init; }

    /// <summary>Never written to after construction.</summary>
    public required byte[] Payload { get; init; }

    /// <summary>Encoded as in <see cref="PublishPacket.Properties"/>.</summary>
    public required byte[] Properties { get; init; }

    /// <summary>The QoS of the PUBLISH; a delivery has at most this.</summary>
    public required Qos Qos { get; init; }

    /// <summary>The RETAIN flag of the PUBLISH.</summary>
    public required bool Retain { get; init; }

    /// <summary>When it expires, in milliseconds since 1970 UTC; <see cref="long.MaxValue"/> for never (MQTT-3.3.2-5).</summary>
    public required long ExpiresAt { get; init; }

    /// <summary>About the memory that it takes.</summary>
    public int Size => Payload.Length + Properties.Length + 160;
}
