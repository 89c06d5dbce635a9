namespace Sparkplug.Topics;

/// <summary>The message types of the Sparkplug topic namespace (Sparkplug 3.0, 4.1.3).</summary>
public enum MessageType
{
    /// <summary>Birth certificate of an Edge Node.</summary>
    NBIRTH,

    /// <summary>Death certificate of an Edge Node.</summary>
    NDEATH,

    /// <summary>Data of an Edge Node.</summary>
    NDATA,

    /// <summary>Command to an Edge Node.</summary>
    NCMD,

    /// <summary>Birth certificate of a Device.</summary>
    DBIRTH,

    /// <summary>Death certificate of a Device.</summary>
    DDEATH,

    /// <summary>Data of a Device.</summary>
    DDATA,

    /// <summary>Command to a Device.</summary>
    DCMD,

    /// <summary>Condition of a Host Application.</summary>
    STATE,
}

/// <summary>What a <see cref="MessageType"/> implies.</summary>
public static class MessageTypes
{
    /// <summary>True for the types whose topic carries a device_id (tck-id-topic-structure-namespace-device-id-associated-message-types).</summary>
    public static bool IsForDevice(this MessageType type) =>
        type is MessageType.DBIRTH or MessageType.DDEATH or MessageType.DDATA or MessageType.DCMD;

    /// <summary>True for NBIRTH and DBIRTH.</summary>
    public static bool IsBirth(this MessageType type) => type is MessageType.NBIRTH or MessageType.DBIRTH;

    /// <summary>True for NDATA and DDATA.</summary>
    public static bool IsData(this MessageType type) => type is MessageType.NDATA or MessageType.DDATA;

    /// <summary>True for NCMD and DCMD.</summary>
    public static bool IsCommand(this MessageType type) => type is MessageType.NCMD or MessageType.DCMD;

    /// <summary>True for the types that carry a seq: all that an Edge Node sends except NDEATH (tck-id-payloads-sequence-num-always-included).</summary>
    public static bool HasSeq(this MessageType type) =>
        type.IsBirth() || type.IsData() || type is MessageType.DDEATH;
}
