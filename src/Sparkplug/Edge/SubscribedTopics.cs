using Sparkplug.Topics;

namespace Sparkplug.Edge;

/// <summary>The topics that an Edge Node asks for, and what a message on one of them is.</summary>
internal sealed class SubscribedTopics
{
    private readonly string _nodeCommands;
    private readonly string _deviceCommandPrefix;
    private readonly string? _state;

    public SubscribedTopics(EdgeNodeDescriptor edgeNode, string? primaryHostId)
    {
        _nodeCommands = new SparkplugTopic.Node(MessageType.NCMD, edgeNode).ToString();
        var deviceCommands = TopicFilters.DeviceCommands(edgeNode);
        _deviceCommandPrefix = deviceCommands[..^1];
        _state = primaryHostId is null ? null : new SparkplugTopic.State(primaryHostId).ToString();
        Filters = _state is null ? [_nodeCommands, deviceCommands] : [_nodeCommands, deviceCommands, _state];
    }

    /// <summary>The filters to subscribe to.</summary>
    public IReadOnlyList<string> Filters { get; }

    /// <summary>True for the primary host's own topic only (tck-id-message-flow-edge-node-birth-publish-phid-wait-id).</summary>
    public bool IsState(string topic) => topic == _state;

    /// <summary>True for commands to us; <paramref name="deviceId"/> is null for one to the node itself.</summary>
    public bool IsCommand(string topic, out string? deviceId)
    {
        deviceId = null;
        if (topic == _nodeCommands) return true;
        if (!topic.StartsWith(_deviceCommandPrefix, StringComparison.Ordinal)) return false;
        deviceId = topic[_deviceCommandPrefix.Length..];
        return !deviceId.Contains('/') && deviceId.Length > 0;
    }
}
