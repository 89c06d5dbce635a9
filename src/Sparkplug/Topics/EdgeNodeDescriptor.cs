namespace Sparkplug.Topics;

/// <summary>Group id and Edge Node id together; unique in the whole infrastructure (tck-id-intro-edge-node-id-uniqueness).</summary>
public sealed record EdgeNodeDescriptor
{
    /// <summary>Makes a descriptor of two valid ids.</summary>
    /// <exception cref="ArgumentException">An id is not valid as a topic level, or the group is <c>STATE</c>.</exception>
    public EdgeNodeDescriptor(string groupId, string edgeNodeId)
    {
        GroupId = SparkplugId.Require(groupId, nameof(groupId));
        EdgeNodeId = SparkplugId.Require(edgeNodeId, nameof(edgeNodeId));
        if (groupId == SparkplugTopic.StateLevel)
            throw new ArgumentException($"The group id {TopicFaultReason.ReservedGroup.Describe()}", nameof(groupId));
    }

    /// <summary>The group_id level.</summary>
    public string GroupId { get; }

    /// <summary>The edge_node_id level.</summary>
    public string EdgeNodeId { get; }

    /// <summary><c>group_id/edge_node_id</c>.</summary>
    public override string ToString() => $"{GroupId}/{EdgeNodeId}";
}
