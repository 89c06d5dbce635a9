using Sparkplug.Broker.Packets;

namespace Sparkplug.Broker.Sessions;

/// <summary>Something the client is told once a batch is on the disk.</summary>
/// <param name="Type">PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK or CONNACK.</param>
/// <param name="PacketId">Whose it is; 0 for CONNACK.</param>
/// <param name="Reason">What it says when the batch is on the disk.</param>
/// <param name="Batch">What it depends on; 0 for nothing.</param>
/// <param name="Reasons">Those of SUBACK and UNSUBACK, one for each filter.</param>
/// <param name="Connack">The packet, when it is a CONNACK.</param>
internal readonly record struct Acknowledgement(
    PacketType Type, ushort PacketId, ReasonCode Reason, long Batch, ReasonCode[]? Reasons = null, ConnackPacket? Connack = null);

/// <summary>
/// What one client is owed, in the order of its packets (MQTT-4.6.0-2, -3): an acknowledgement goes out when what it promises is on the
/// disk, and none overtakes another.
/// </summary>
internal sealed class Acknowledgements
{
    private Queue<Acknowledgement>? _owed;

    /// <summary>How many wait.</summary>
    public int Count => _owed?.Count ?? 0;

    /// <summary>How many of them are PUBACKs: a part of the client's Receive Maximum.</summary>
    public int Pubacks { get; private set; }

    /// <summary>Whether this one has to wait.</summary>
    public bool HasToWait(long batch, Durability durability) => Count > 0 || batch > durability.Committed;

    public void Add(Acknowledgement acknowledgement)
    {
        (_owed ??= new Queue<Acknowledgement>()).Enqueue(acknowledgement);
        if (acknowledgement.Type == PacketType.Puback)
            Pubacks++;
    }

    /// <summary>The next one whose batch was settled, and whether it is on the disk or was refused.</summary>
    public bool TryTake(Durability durability, out Acknowledgement acknowledgement, out bool isOnDisk)
    {
        isOnDisk = false;
        if (_owed is null || !_owed.TryPeek(out acknowledgement))
        {
            acknowledgement = default;
            return false;
        }

        isOnDisk = acknowledgement.Batch <= durability.Committed;
        if (!isOnDisk && (acknowledgement.Batch > durability.Refused || !CanBeRefused(acknowledgement.Type)))
            return false;
        _owed.Dequeue();
        if (acknowledgement.Type == PacketType.Puback)
            Pubacks--;
        return true;
    }

    /// <summary>
    /// PUBREL, PUBCOMP and UNSUBACK have no way to say no: they wait until the disk takes the change after all. So does PUBREC: the
    /// message has its subscribers already, and a publisher that is refused sends it again as another one.
    /// </summary>
    private static bool CanBeRefused(PacketType type) => type is PacketType.Puback or PacketType.Suback or PacketType.Connack;
}
