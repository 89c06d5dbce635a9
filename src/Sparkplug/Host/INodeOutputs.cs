using Sparkplug.Metrics;
using Sparkplug.Topics;

namespace Sparkplug.Host;

/// <summary>Where a <see cref="NodeState"/> sends what happened and what is to be done, in order.</summary>
public interface INodeOutputs
{
    /// <summary>
    /// Send an NCMD with Node Control/Rebirth = true to the node on that server (tck-id-operational-behavior-data-commands-ncmd-rebirth-name).
    /// Who limits requests over the whole fleet may leave one out: the node asks again after its interval until a birth comes.
    /// </summary>
    void RequestRebirth(NodeState node, int server, RebirthReason reason);

    /// <summary>The node was born, again or for the first time; its metrics are those of the NBIRTH, its devices wait for their own births.</summary>
    void NodeBorn(NodeState node);

    /// <summary>The node is offline and every metric of it and its devices STALE.</summary>
    void NodeDied(NodeState node, OfflineReason reason);

    /// <summary>A device was born, again or for the first time.</summary>
    void DeviceBorn(NodeState node, DeviceState device);

    /// <summary>A device is offline and its metrics are STALE.</summary>
    void DeviceDied(NodeState node, DeviceState device, OfflineReason reason);

    /// <summary>
    /// A value arrived, in a birth or in data. The metric's current value has moved already, unless
    /// <paramref name="update"/> is historical or older than the current one.
    /// </summary>
    void MetricUpdated(NodeState node, DeviceState? device, MetricState metric, in MetricUpdate update);

    /// <summary>Something was wrong with a message; it was ignored as far as <paramref name="detail"/> says.</summary>
    void Fault(NodeState node, NodeFault fault, string detail);
}

/// <summary>One value as it arrived.</summary>
/// <param name="Value">Typed by the birth.</param>
/// <param name="Timestamp">The metric's own time, else the payload's, else the time of receipt.</param>
/// <param name="Quality">From the Quality property; Good without one.</param>
/// <param name="IsHistorical">True when the current value did not move: is_historical was set, or the value is older than the current one.</param>
/// <param name="IsTransient">True when it is not to be stored.</param>
/// <param name="PayloadUuid">The payload's uuid: a position or command id of our own programs.</param>
/// <param name="Type">The message that it came in.</param>
public readonly record struct MetricUpdate(
    MetricValue Value, Timestamp Timestamp, Quality Quality, bool IsHistorical, bool IsTransient, string? PayloadUuid, MessageType Type);

/// <summary>Why a host asks a node for its births.</summary>
public enum RebirthReason
{
    /// <summary>A message came before any NBIRTH.</summary>
    NoBirth,

    /// <summary>A message of a device came before its DBIRTH.</summary>
    NoDeviceBirth,

    /// <summary>Messages were missing when the Reorder Timeout ran out (tck-id-operational-behavior-host-reordering-rebirth).</summary>
    MissingMessages,

    /// <summary>More messages waited for a missing one than the reorder buffer holds.</summary>
    ReorderBufferFull,

    /// <summary>A metric has a name that no birth declared.</summary>
    UnknownMetric,

    /// <summary>A metric has an alias that no birth declared.</summary>
    UnknownAlias,

    /// <summary>A payload could not be decoded.</summary>
    MalformedPayload,

    /// <summary>A value is not of the type that the birth declared.</summary>
    WrongType,

    /// <summary>The host lost its connection and may have missed births.</summary>
    HostReconnected,

    /// <summary>A person or program asked for it.</summary>
    Wanted,
}

/// <summary>Why a node or device is offline.</summary>
public enum OfflineReason
{
    /// <summary>Heard of, but not born yet.</summary>
    NotBorn,

    /// <summary>An NDEATH with the bdSeq of the last NBIRTH.</summary>
    NDEATH,

    /// <summary>A DDEATH.</summary>
    DDEATH,

    /// <summary>A new NBIRTH: a device waits for its DBIRTH.</summary>
    NodeReborn,

    /// <summary>The host's own connection to the server is gone.</summary>
    ServerLost,
}

/// <summary>What can be wrong with a message; each is counted by its name.</summary>
public enum NodeFault
{
    /// <summary>The payload could not be decoded.</summary>
    MalformedPayload,

    /// <summary>One metric made no sense and was left out.</summary>
    MalformedMetric,

    /// <summary>A seq is missing where one is required.</summary>
    MissingSeq,

    /// <summary>Messages are missing or came out of order.</summary>
    SeqGap,

    /// <summary>A message came twice.</summary>
    DuplicateSeq,

    /// <summary>A message came before its birth.</summary>
    NotBorn,

    /// <summary>A birth without bdSeq, or one that makes no sense.</summary>
    BadBdSeq,

    /// <summary>An NDEATH of an older session, or one that was known already.</summary>
    OutdatedDeath,

    /// <summary>A metric in a birth without a name, a datatype or a value.</summary>
    IncompleteBirth,

    /// <summary>Two metrics of one node share an alias (tck-id-payloads-alias-uniqueness).</summary>
    DuplicateAlias,

    /// <summary>A metric that no birth declared.</summary>
    UnknownMetric,

    /// <summary>A value that is not of its metric's type.</summary>
    WrongType,

    /// <summary>A message from a server on which the node was not born.</summary>
    WrongServer,

    /// <summary>More metrics, devices, Template definitions or properties than the host keeps for one node.</summary>
    CapacityExceeded,
}
