namespace Sparkplug.Topics;

/// <summary>The topic filters that Sparkplug clients subscribe to.</summary>
public static class TopicFilters
{
    /// <summary>Everything of the namespace, STATE of all hosts included.</summary>
    public const string All = SparkplugTopic.Namespace + "/#";

    /// <summary>Commands to all Devices of one Edge Node (tck-id-message-flow-device-dcmd-subscribe).</summary>
    public static string DeviceCommands(EdgeNodeDescriptor edgeNode) =>
        $"{SparkplugTopic.Namespace}/{edgeNode.GroupId}/{MessageType.DCMD}/{edgeNode.EdgeNodeId}/+";
}
