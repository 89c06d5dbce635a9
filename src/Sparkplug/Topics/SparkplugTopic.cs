using System.Diagnostics.CodeAnalysis;

namespace Sparkplug.Topics;

/// <summary>
/// A topic of the Sparkplug B namespace (tck-id-topic-structure):
/// <code>
/// spBv1.0/{group_id}/{NBIRTH|NDEATH|NDATA|NCMD}/{edge_node_id}
/// spBv1.0/{group_id}/{DBIRTH|DDEATH|DDATA|DCMD}/{edge_node_id}/{device_id}
/// spBv1.0/STATE/{sparkplug_host_id}
/// $sparkplug/certificates/{an NBIRTH or DBIRTH topic}
/// </code>
/// </summary>
public abstract record SparkplugTopic
{
    /// <summary>The first level of every Sparkplug B topic (tck-id-topic-structure-namespace-a).</summary>
    public const string Namespace = "spBv1.0";

    /// <summary>The second level of a Host Application's topic.</summary>
    public const string StateLevel = "STATE";

    /// <summary>What stands before the birth topic in a certificate topic (tck-id-conformance-mqtt-aware-nbirth-mqtt-topic).</summary>
    public const string CertificatePrefix = "$sparkplug/certificates/";

    private SparkplugTopic() { }

    /// <summary>The message type that travels on this topic.</summary>
    public abstract MessageType Type { get; }

    /// <summary>A topic about an Edge Node itself.</summary>
    public sealed record Node : SparkplugTopic
    {
        /// <summary>Makes the topic of an NBIRTH, NDEATH, NDATA or NCMD.</summary>
        /// <exception cref="ArgumentException">The type is not one of an Edge Node.</exception>
        public Node(MessageType type, EdgeNodeDescriptor edgeNode)
        {
            if (type.IsForDevice() || type == MessageType.STATE) throw new ArgumentException($"{type} is not a message of an Edge Node", nameof(type));
            Type = type;
            EdgeNode = edgeNode;
        }

        /// <inheritdoc/>
        public override MessageType Type { get; }

        /// <summary>The Edge Node.</summary>
        public EdgeNodeDescriptor EdgeNode { get; }

        /// <inheritdoc/>
        public override string ToString() => $"{Namespace}/{EdgeNode.GroupId}/{Type}/{EdgeNode.EdgeNodeId}";
    }

    /// <summary>A topic about a Device.</summary>
    public sealed record Device : SparkplugTopic
    {
        /// <summary>Makes the topic of a DBIRTH, DDEATH, DDATA or DCMD.</summary>
        /// <exception cref="ArgumentException">The type is not one of a Device, or the id is not valid.</exception>
        public Device(MessageType type, EdgeNodeDescriptor edgeNode, string deviceId)
        {
            if (!type.IsForDevice()) throw new ArgumentException($"{type} is not a message of a Device", nameof(type));
            Type = type;
            EdgeNode = edgeNode;
            DeviceId = SparkplugId.Require(deviceId, nameof(deviceId));
        }

        /// <inheritdoc/>
        public override MessageType Type { get; }

        /// <summary>The Edge Node that the Device belongs to.</summary>
        public EdgeNodeDescriptor EdgeNode { get; }

        /// <summary>The device_id level, unique within its Edge Node.</summary>
        public string DeviceId { get; }

        /// <inheritdoc/>
        public override string ToString() => $"{Namespace}/{EdgeNode.GroupId}/{Type}/{EdgeNode.EdgeNodeId}/{DeviceId}";
    }

    /// <summary>The topic of a Host Application (tck-id-host-topic-phid-birth-topic).</summary>
    public sealed record State : SparkplugTopic
    {
        /// <summary>Makes the STATE topic of one Host Application.</summary>
        /// <exception cref="ArgumentException">The id is not valid as a topic level.</exception>
        public State(string hostId) => HostId = SparkplugId.Require(hostId, nameof(hostId));

        /// <inheritdoc/>
        public override MessageType Type => MessageType.STATE;

        /// <summary>The sparkplug_host_id level.</summary>
        public string HostId { get; }

        /// <inheritdoc/>
        public override string ToString() => $"{Namespace}/{StateLevel}/{HostId}";
    }

    /// <summary>The topic on which a Sparkplug Aware server offers a stored birth.</summary>
    public sealed record Certificate : SparkplugTopic
    {
        /// <summary>Makes the certificate topic of one birth topic.</summary>
        /// <exception cref="ArgumentException">The topic is not that of an NBIRTH or DBIRTH.</exception>
        public Certificate(SparkplugTopic birth)
        {
            if (birth is Certificate || !birth.Type.IsBirth()) throw new ArgumentException($"{birth} is not the topic of a birth", nameof(birth));
            Birth = birth;
        }

        /// <inheritdoc/>
        public override MessageType Type => Birth.Type;

        /// <summary>The topic that the birth was published on.</summary>
        public SparkplugTopic Birth { get; }

        /// <inheritdoc/>
        public override string ToString() => CertificatePrefix + Birth;
    }

    /// <summary>Reads a topic name; never throws.</summary>
    /// <param name="text">The topic as received.</param>
    /// <param name="topic">The topic, when the result is true.</param>
    /// <param name="fault">Which level is wrong and why, when the result is false.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out SparkplugTopic? topic, out TopicFault fault) =>
        TopicParser.TryParse(text, out topic, out fault);

    /// <summary>Reads a topic name.</summary>
    /// <exception cref="FormatException">The text is not a Sparkplug topic; the message names the level.</exception>
    public static SparkplugTopic Parse(string text) => TryParse(text, out var topic, out var fault)
        ? topic
        : throw new FormatException($"'{text}' is not a Sparkplug topic: {fault}");
}
