using Sparkplug.Metrics;

namespace Sparkplug.Edge;

/// <summary>
/// Where an <see cref="EdgeSession"/> sends what is to be done, in order. Calls must not refuse: a link that cannot send reports
/// <see cref="EdgeInput.Disconnected"/> afterwards, so that no seq is ever taken for a message that was not handed over.
/// </summary>
public interface IEdgeOutputs
{
    /// <summary>Connect to a server with this Will. <see cref="EdgeConnect.BdSeq"/> must be durable before the CONNECT packet leaves.</summary>
    void Connect(EdgeConnect connect);

    /// <summary>Subscribe to filters at QoS 1 and report <see cref="EdgeInput.Subscribed"/>.</summary>
    void Subscribe(IReadOnlyList<string> filters);

    /// <summary>Publish, retain = false, in order with all other calls.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="payload">The encoded payload; not to be changed.</param>
    /// <param name="qos">0 for births, data and DDEATH; 1 for NDEATH.</param>
    void Publish(string topic, ReadOnlyMemory<byte> payload, int qos);

    /// <summary>
    /// Send what was published, then DISCONNECT: with reason 0x04 under MQTT 5
    /// (tck-id-payloads-ndeath-will-message-publisher-disconnect-mqtt50).
    /// </summary>
    void Disconnect();

    /// <summary>A command for a metric of ours; answered by a later sample.</summary>
    void Command(EdgeCommand command);

    /// <summary>A command with an id that was not carried out here: it deserves an answer. It was counted as ignored as well.</summary>
    void Refused(EdgeRefusal refusal);

    /// <summary>The session moved to another phase.</summary>
    void PhaseChanged(EdgePhase phase, string why);

    /// <summary>Something from outside was ignored.</summary>
    void Ignored(EdgeFault fault, string detail);
}

/// <summary>A CONNECT: Clean Session = 1 under 3.1.1, Clean Start = 1 and Session Expiry = 0 under 5.</summary>
/// <param name="ServerIndex">Which of the configured servers, from 0.</param>
/// <param name="BdSeq">The number in the Will and in the births of this connection.</param>
/// <param name="WillTopic">The NDEATH topic.</param>
/// <param name="WillPayload">The NDEATH payload; QoS 1, retain = false.</param>
public sealed record EdgeConnect(int ServerIndex, BdSeq BdSeq, string WillTopic, ReadOnlyMemory<byte> WillPayload);

/// <summary>One write that a command asks for.</summary>
/// <param name="DeviceId">The Device, or null for the node itself.</param>
/// <param name="Metric">The metric's name.</param>
/// <param name="Value">The value, of the metric's datatype.</param>
/// <param name="CommandId">The payload's uuid, if the host gave one.</param>
public sealed record EdgeCommand(string? DeviceId, string Metric, MetricValue Value, string? CommandId);

/// <summary>A write that was refused before it reached anyone.</summary>
/// <param name="DeviceId">The Device, or null for the node itself.</param>
/// <param name="Metric">The metric's name as far as it is known; bounded in length.</param>
/// <param name="CommandId">The payload's uuid.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record EdgeRefusal(string? DeviceId, string Metric, string CommandId, string Reason);

/// <summary>Where an Edge Node's session stands.</summary>
public enum EdgePhase
{
    /// <summary>No connection.</summary>
    Offline,

    /// <summary>CONNECT is under way.</summary>
    Connecting,

    /// <summary>Connected; SUBSCRIBE is under way.</summary>
    Subscribing,

    /// <summary>Subscribed; the primary host is not known to be online.</summary>
    WaitingForPrimaryHost,

    /// <summary>Births are out; data flows.</summary>
    Online,

    /// <summary>Deaths are out; DISCONNECT is under way.</summary>
    Disconnecting,

    /// <summary>Ended for good.</summary>
    Stopped,
}

/// <summary>Why an input from outside was ignored; each is counted by its name.</summary>
public enum EdgeFault
{
    /// <summary>A topic that was not asked for or makes no sense.</summary>
    UnexpectedTopic,

    /// <summary>A payload that is not Sparkplug B.</summary>
    MalformedPayload,

    /// <summary>A STATE payload that is not JSON of the right form.</summary>
    MalformedState,

    /// <summary>A STATE older than the last one (tck-id-operational-behavior-edge-node-termination-host-offline-timestamp).</summary>
    OutdatedState,

    /// <summary>A command for a metric or device that was not born.</summary>
    UnknownMetric,

    /// <summary>A command for a metric that cannot be written.</summary>
    NotWritable,

    /// <summary>A command whose value is not of the metric's datatype.</summary>
    WrongType,

    /// <summary>A command, or a sample from the past, that came while births were not out.</summary>
    NotOnline,

    /// <summary>A sample for a metric or device that does not exist, or of another datatype.</summary>
    UnknownSample,

    /// <summary>A Device that cannot be published: its id, a name or a value breaks a rule.</summary>
    InvalidDevice,

    /// <summary>An input that does not fit the phase: a caller's mistake, or an event that came too late to matter.</summary>
    UnexpectedInput,
}
