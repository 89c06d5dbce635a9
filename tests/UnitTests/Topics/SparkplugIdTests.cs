using Sparkplug.Topics;

namespace UnitTests.Topics;

public sealed class SparkplugIdTests
{
    [Theory]
    [InlineData("a")]
    [InlineData(" ")]
    [InlineData("STATE")]
    [InlineData("a.b,c\\d@e$f%^&*()[]{}|!~:;'\"<>?`")]
    [InlineData("Grüße 世界 🚀")]
    [Spec("tck-id-topic-structure-namespace-valid-group-id", "tck-id-topic-structure-namespace-valid-edge-node-id",
        "tck-id-topic-structure-namespace-valid-device-id", "tck-id-intro-group-id-chars", "tck-id-intro-edge-node-id-chars", "tck-id-intro-device-id-chars")]
    public void Everything_that_can_be_a_topic_level_is_an_id(string id)
    {
        Assert.True(SparkplugId.IsValid(id, out var reason));
        Assert.Equal(TopicFaultReason.None, reason);
        Assert.Same(id, SparkplugId.Require(id, "id"));
    }

    [Theory]
    [InlineData("", TopicFaultReason.Empty)]
    [InlineData("+", TopicFaultReason.ReservedCharacter)]
    [InlineData("a/b", TopicFaultReason.ReservedCharacter)]
    [InlineData("a#", TopicFaultReason.ReservedCharacter)]
    [InlineData("a\0", TopicFaultReason.NullCharacter)]
    [Spec("tck-id-topic-structure-namespace-valid-group-id", "tck-id-topic-structure-namespace-valid-edge-node-id",
        "tck-id-topic-structure-namespace-valid-device-id", "tck-id-intro-group-id-chars", "tck-id-intro-edge-node-id-chars",
        "tck-id-intro-device-id-chars", "MQTT-1.5.4-2")]
    public void What_cannot_be_a_topic_level_is_refused_everywhere_an_id_goes(string id, TopicFaultReason expected)
    {
        Assert.False(SparkplugId.IsValid(id, out var reason));
        Assert.Equal(expected, reason);
        Assert.Throws<ArgumentException>("groupId", () => new EdgeNodeDescriptor(id, "N"));
        Assert.Throws<ArgumentException>("edgeNodeId", () => new EdgeNodeDescriptor("G", id));
        Assert.Throws<ArgumentException>("deviceId", () => new SparkplugTopic.Device(MessageType.DDATA, new EdgeNodeDescriptor("G", "N"), id));
        Assert.Throws<ArgumentException>("hostId", () => new SparkplugTopic.State(id));
    }

    [Fact]
    public void A_group_cannot_be_called_state_but_an_edge_node_can()
    {
        Assert.Throws<ArgumentException>("groupId", () => new EdgeNodeDescriptor("STATE", "N"));
        Assert.Equal("state/STATE", new EdgeNodeDescriptor("state", "STATE").ToString());
    }

    [Fact]
    [Spec("tck-id-topic-structure-namespace-unique-edge-node-descriptor")]
    public void Descriptors_are_equal_only_with_both_ids_case_included()
    {
        var descriptor = new EdgeNodeDescriptor("G", "N");

        Assert.Equal(descriptor, new EdgeNodeDescriptor("G", "N"));
        Assert.NotEqual(descriptor, new EdgeNodeDescriptor("g", "N"));
        Assert.NotEqual(descriptor, new EdgeNodeDescriptor("G", "n"));
    }

    [Fact]
    public void Every_reason_has_words()
    {
        foreach (var reason in Enum.GetValues<TopicFaultReason>()) Assert.NotEmpty(reason.Describe());
    }
}
