using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Routing;
using Sparkplug.Broker.Storage;

namespace Sparkplug.Broker.Sessions;

/// <summary>A QoS 1 or 2 message in the outbox of one session.</summary>
internal sealed class Delivery
{
    /// <summary>Counts up within the session: the order of delivery (MQTT-4.6.0-6).</summary>
    public required long Position { get; init; }

    public required Message Message { get; init; }

    public required Qos Qos { get; init; }

    public required bool Retain { get; init; }

    public required uint[] Identifiers { get; init; }

    /// <summary>0 until it has one.</summary>
    public ushort PacketId { get; set; }

    /// <summary>It may have reached the client before: DUP is due (MQTT-3.3.1-1).</summary>
    public bool WasSent { get; set; }

    /// <summary>PUBREC has come: the client owns the message, PUBREL is due.</summary>
    public bool IsReleased { get; set; }

    /// <summary>What has to be on the disk before it goes out; 0 for nothing.</summary>
    public long Batch { get; set; }

    public StoredDelivery ToStored() => new()
    {
        Position = Position,
        Message = Message,
        Qos = Qos,
        Retain = Retain,
        Identifiers = Identifiers,
        PacketId = PacketId,
        IsReleased = IsReleased,
    };

    /// <summary>A delivery of before the restart: with a packet identifier it may have been sent.</summary>
    public static Delivery From(StoredDelivery stored) => new()
    {
        Position = stored.Position,
        Message = stored.Message,
        Qos = stored.Qos,
        Retain = stored.Retain,
        Identifiers = stored.Identifiers,
        PacketId = stored.PacketId,
        WasSent = stored.PacketId != 0,
        IsReleased = stored.IsReleased,
    };
}
