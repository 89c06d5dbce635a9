using System.Text;
using Sparkplug.Topics;

namespace UnitTests.Topics;

public sealed class SparkplugTopicTests
{
    private static readonly EdgeNodeDescriptor Node = new("Plant 1", "Linieß1");

    public static TheoryData<MessageType> NodeTypes => [MessageType.NBIRTH, MessageType.NDEATH, MessageType.NDATA, MessageType.NCMD];

    public static TheoryData<MessageType> DeviceTypes => [MessageType.DBIRTH, MessageType.DDEATH, MessageType.DDATA, MessageType.DCMD];

    [Theory, MemberData(nameof(NodeTypes))]
    [Spec("tck-id-topic-structure", "tck-id-topic-structure-namespace-a", "tck-id-topic-structure-namespace-device-id-non-associated-message-types")]
    public void A_topic_of_an_edge_node_has_four_levels_and_reads_back(MessageType type)
    {
        var topic = new SparkplugTopic.Node(type, Node);

        Assert.Equal($"spBv1.0/Plant 1/{type}/Linieß1", topic.ToString());
        Assert.Equal(topic, SparkplugTopic.Parse(topic.ToString()));
    }

    [Theory, MemberData(nameof(DeviceTypes))]
    [Spec("tck-id-topic-structure", "tck-id-topic-structure-namespace-device-id-associated-message-types")]
    public void A_topic_of_a_device_has_five_levels_and_reads_back(MessageType type)
    {
        var topic = new SparkplugTopic.Device(type, Node, "🌡 DHT22");

        Assert.Equal($"spBv1.0/Plant 1/{type}/Linieß1/🌡 DHT22", topic.ToString());
        Assert.Equal(topic, SparkplugTopic.Parse(topic.ToString()));
    }

    [Theory]
    [InlineData("Plant", "506C616E74")]
    [InlineData("a b", "612062")]
    [InlineData("Linieß", "4C696E6965C39F")]
    [InlineData("工厂", "E5B7A5E58E82")]
    [InlineData("🌡", "F09F8CA1")]
    [Spec("tck-id-intro-group-id-string", "tck-id-intro-edge-node-id-string", "tck-id-intro-device-id-string")]
    public void An_id_stands_in_the_topic_as_its_UTF_8_and_is_read_back_from_it(string id, string utf8)
    {
        var levels = new SparkplugTopic.Device(MessageType.DDATA, new EdgeNodeDescriptor(id, id), id).ToString().Split('/');
        foreach (var level in (string[])[levels[1], levels[3], levels[4]]) Assert.Equal(utf8, Convert.ToHexString(Encoding.UTF8.GetBytes(level)));

        var text = Encoding.UTF8.GetString(Convert.FromHexString(utf8));
        var topic = Assert.IsType<SparkplugTopic.Device>(SparkplugTopic.Parse($"spBv1.0/{text}/DDATA/{text}/{text}"));
        Assert.Equal((id, id, id), (topic.EdgeNode.GroupId, topic.EdgeNode.EdgeNodeId, topic.DeviceId));
    }

    [Theory]
    [InlineData("scada1")]
    [InlineData("STATE")]
    [InlineData("NBIRTH")]
    [Spec("tck-id-host-topic-phid-birth-topic")]
    public void A_topic_of_a_host_has_three_levels_and_reads_back(string hostId)
    {
        var topic = new SparkplugTopic.State(hostId);

        Assert.Equal($"spBv1.0/STATE/{hostId}", topic.ToString());
        Assert.Equal(topic, SparkplugTopic.Parse(topic.ToString()));
    }

    [Fact]
    [Spec("tck-id-conformance-mqtt-aware-nbirth-mqtt-topic", "tck-id-conformance-mqtt-aware-dbirth-mqtt-topic")]
    public void A_certificate_is_the_topic_of_its_birth_below_the_servers_prefix()
    {
        SparkplugTopic[] births = [new SparkplugTopic.Node(MessageType.NBIRTH, Node), new SparkplugTopic.Device(MessageType.DBIRTH, Node, "d")];
        foreach (var birth in births)
        {
            var certificate = new SparkplugTopic.Certificate(birth);
            Assert.Equal($"$sparkplug/certificates/{birth}", certificate.ToString());
            Assert.Equal(certificate, SparkplugTopic.Parse(certificate.ToString()));
            Assert.Equal(birth.Type, certificate.Type);
        }
    }

    [Theory]
    [InlineData("", 1, "namespace", TopicFaultReason.NotSparkplug)]
    [InlineData("spbv1.0/G/NDATA/N", 1, "namespace", TopicFaultReason.NotSparkplug)]
    [InlineData("spAv1.0/G/NDATA/N", 1, "namespace", TopicFaultReason.NotSparkplug)]
    [InlineData("STATE/scada1", 1, "namespace", TopicFaultReason.NotSparkplug)]
    [InlineData("/spBv1.0/G/NDATA/N", 1, "namespace", TopicFaultReason.NotSparkplug)]
    [InlineData("spBv1.0", 2, "group_id", TopicFaultReason.Missing)]
    [InlineData("spBv1.0/", 2, "group_id", TopicFaultReason.Empty)]
    [InlineData("spBv1.0//NDATA/N", 2, "group_id", TopicFaultReason.Empty)]
    [InlineData("spBv1.0/+/NDATA/N", 2, "group_id", TopicFaultReason.ReservedCharacter)]
    [InlineData("spBv1.0/#", 2, "group_id", TopicFaultReason.ReservedCharacter)]
    [InlineData("spBv1.0/a\0/NDATA/N", 2, "group_id", TopicFaultReason.NullCharacter)]
    [InlineData("spBv1.0/G", 3, "message_type", TopicFaultReason.Missing)]
    [InlineData("spBv1.0/G/", 3, "message_type", TopicFaultReason.UnknownMessageType)]
    [InlineData("spBv1.0/G/ndata/N", 3, "message_type", TopicFaultReason.UnknownMessageType)]
    [InlineData("spBv1.0/G/NRECORD/N", 3, "message_type", TopicFaultReason.UnknownMessageType)]
    [InlineData("spBv1.0/G/STATE/N", 3, "message_type", TopicFaultReason.UnknownMessageType)]
    [InlineData("spBv1.0/G/NDATA", 4, "edge_node_id", TopicFaultReason.Missing)]
    [InlineData("spBv1.0/G/DDATA", 4, "edge_node_id", TopicFaultReason.Missing)]
    [InlineData("spBv1.0/G/NDATA/", 4, "edge_node_id", TopicFaultReason.Empty)]
    [InlineData("spBv1.0/G/NDATA/a+b", 4, "edge_node_id", TopicFaultReason.ReservedCharacter)]
    [InlineData("spBv1.0/G/NDATA/N/", 5, "device_id", TopicFaultReason.Unexpected)]
    [InlineData("spBv1.0/G/NDATA/N/D", 5, "device_id", TopicFaultReason.Unexpected)]
    [InlineData("spBv1.0/G/NDATA/N/D/x/y/z/a/b", 5, "device_id", TopicFaultReason.Unexpected)]
    [InlineData("spBv1.0/G/DDATA/N", 5, "device_id", TopicFaultReason.Missing)]
    [InlineData("spBv1.0/G/DDATA/N/", 5, "device_id", TopicFaultReason.Empty)]
    [InlineData("spBv1.0/G/DDATA/N/d#", 5, "device_id", TopicFaultReason.ReservedCharacter)]
    [InlineData("spBv1.0/G/DDATA/N/D/x", 6, "beyond device_id", TopicFaultReason.Unexpected)]
    [InlineData("spBv1.0/G/DDATA/N/D/x/y/z/a/b", 6, "beyond device_id", TopicFaultReason.Unexpected)]
    [InlineData("spBv1.0/STATE", 3, "sparkplug_host_id", TopicFaultReason.Missing)]
    [InlineData("spBv1.0/STATE/", 3, "sparkplug_host_id", TopicFaultReason.Empty)]
    [InlineData("spBv1.0/STATE/+", 3, "sparkplug_host_id", TopicFaultReason.ReservedCharacter)]
    [InlineData("spBv1.0/STATE//x", 3, "sparkplug_host_id", TopicFaultReason.Empty)]
    [InlineData("spBv1.0/STATE/h/x", 4, "beyond sparkplug_host_id", TopicFaultReason.Unexpected)]
    [InlineData("spBv1.0/STATE/NDATA/N", 2, "group_id", TopicFaultReason.ReservedGroup)]
    [InlineData("spBv1.0/STATE/DBIRTH/N/D", 2, "group_id", TopicFaultReason.ReservedGroup)]
    [InlineData("$sparkplug", 2, "certificates", TopicFaultReason.Missing)]
    [InlineData("$sparkplug/other/spBv1.0/G/NBIRTH/N", 2, "certificates", TopicFaultReason.NotCertificates)]
    [InlineData("$sparkplug/certificates", 3, "namespace", TopicFaultReason.Missing)]
    [InlineData("$sparkplug/certificates/", 3, "namespace", TopicFaultReason.NotSparkplug)]
    [InlineData("$sparkplug/certificates/$sparkplug/certificates/spBv1.0/G/NBIRTH/N", 3, "namespace", TopicFaultReason.NotSparkplug)]
    [InlineData("$sparkplug/certificates/spBv1.0/+/NBIRTH/N", 4, "group_id", TopicFaultReason.ReservedCharacter)]
    [InlineData("$sparkplug/certificates/spBv1.0/STATE/h", 4, "message_type", TopicFaultReason.UnknownMessageType)]
    [InlineData("$sparkplug/certificates/spBv1.0/G/NDATA/N", 5, "message_type", TopicFaultReason.UnknownMessageType)]
    [InlineData("$sparkplug/certificates/spBv1.0/G/DDEATH/N/D", 5, "message_type", TopicFaultReason.UnknownMessageType)]
    [InlineData("$sparkplug/certificates/spBv1.0/G/NBIRTH", 6, "edge_node_id", TopicFaultReason.Missing)]
    [InlineData("$sparkplug/certificates/spBv1.0/G/NBIRTH/N/D", 7, "device_id", TopicFaultReason.Unexpected)]
    [InlineData("$sparkplug/certificates/spBv1.0/G/DBIRTH/N/D/x", 8, "beyond device_id", TopicFaultReason.Unexpected)]
    [InlineData("$sparkplug/certificates/spBv1.0/G/DBIRTH/N/D/x/y/z", 8, "beyond device_id", TopicFaultReason.Unexpected)]
    [Spec("tck-id-topic-structure", "tck-id-topic-structure-namespace-a")]
    public void A_text_that_is_not_a_topic_is_refused_with_its_first_wrong_level(string text, int level, string name, TopicFaultReason reason)
    {
        Assert.False(SparkplugTopic.TryParse(text, out var topic, out var fault));

        Assert.Null(topic);
        Assert.Equal(new TopicFault(level, name, reason), fault);
        Assert.StartsWith($"level {level} ({name}) ", fault.ToString(), StringComparison.Ordinal);
        var thrown = Assert.Throws<FormatException>(() => SparkplugTopic.Parse(text));
        Assert.Contains(fault.ToString(), thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("MQTT-1.5.4-1")]
    public void Half_of_a_surrogate_pair_is_refused_in_every_id()
    {
        // Not inline data: a runner could not pass it on.
        foreach (var half in (string[])["\ud83c", "\udf21", "a\udf21\ud83c", "\ud83ca"])
        {
            AssertFault($"spBv1.0/{half}/NDATA/N", 2);
            AssertFault($"spBv1.0/G/NDATA/{half}", 4);
            AssertFault($"spBv1.0/G/DDATA/N/{half}", 5);
            AssertFault($"spBv1.0/STATE/{half}", 3);
        }

        static void AssertFault(string text, int level)
        {
            Assert.False(SparkplugTopic.TryParse(text, out _, out var fault));
            Assert.Equal((level, TopicFaultReason.UnpairedSurrogate), (fault.Level, fault.Reason));
        }
    }

    [Fact]
    [Spec("MQTT-4.7.3-3")]
    public void A_topic_of_65535_bytes_is_read_and_one_more_is_refused()
    {
        var longest = "spBv1.0/G/NDATA/" + new string('ü', (65_535 - 16) / 2) + "x";
        Assert.Equal(65_535, Encoding.UTF8.GetByteCount(longest));

        Assert.True(SparkplugTopic.TryParse(longest, out _, out _));
        Assert.False(SparkplugTopic.TryParse(longest + "x", out _, out var fault));
        Assert.Equal(new TopicFault(0, "", TopicFaultReason.TooLong), fault);
        Assert.Equal("the topic is longer than 65,535 bytes", fault.ToString());
    }

    [Fact]
    public void Whatever_is_put_together_from_odd_levels_is_read_back_unchanged_or_refused()
    {
        string[] levels = ["spBv1.0", "STATE", "NBIRTH", "DDATA", "", "+", "G", "$sparkplug", "certificates", "\ud800"];
        foreach (var text in Texts(levels, longest: 5))
        {
            if (SparkplugTopic.TryParse(text, out var topic, out var fault)) Assert.Equal(text, topic.ToString());
            else Assert.NotEqual(TopicFaultReason.None, fault.Reason);
        }

        static IEnumerable<string> Texts(string[] levels, int longest) => longest == 1
            ? levels
            : Texts(levels, longest - 1).SelectMany(start => levels.Select(level => $"{start}/{level}")).Concat(levels);
    }

    [Fact]
    public void A_topic_cannot_be_made_for_the_wrong_kind_of_message()
    {
        foreach (var type in Enum.GetValues<MessageType>())
        {
            var isOfDevice = type is MessageType.DBIRTH or MessageType.DDEATH or MessageType.DDATA or MessageType.DCMD;
            var isOfNode = !isOfDevice && type != MessageType.STATE;
            Assert.Equal(!isOfNode, Record.Exception(() => new SparkplugTopic.Node(type, Node)) is ArgumentException);
            Assert.Equal(!isOfDevice, Record.Exception(() => new SparkplugTopic.Device(type, Node, "d")) is ArgumentException);
        }
        Assert.Throws<ArgumentException>(() => new SparkplugTopic.Certificate(new SparkplugTopic.Node(MessageType.NDATA, Node)));
        Assert.Throws<ArgumentException>(() => new SparkplugTopic.Certificate(new SparkplugTopic.State("h")));
        var certificate = new SparkplugTopic.Certificate(new SparkplugTopic.Node(MessageType.NBIRTH, Node));
        Assert.Throws<ArgumentException>(() => new SparkplugTopic.Certificate(certificate));
    }

    [Fact]
    public void Message_types_say_what_they_are()
    {
        foreach (var type in Enum.GetValues<MessageType>())
        {
            var name = type.ToString();
            Assert.Equal(name[0] == 'D', type.IsForDevice());
            Assert.Equal(name.EndsWith("BIRTH", StringComparison.Ordinal), type.IsBirth());
            Assert.Equal(name.EndsWith("DATA", StringComparison.Ordinal), type.IsData());
            Assert.Equal(name.EndsWith("CMD", StringComparison.Ordinal), type.IsCommand());
            Assert.Equal(type is not (MessageType.NDEATH or MessageType.NCMD or MessageType.DCMD or MessageType.STATE), type.HasSeq());
        }
    }

    [Fact]
    public void Filters_cover_the_namespace_and_the_commands_to_all_devices_of_a_node()
    {
        Assert.Equal("spBv1.0/#", TopicFilters.All);
        Assert.Equal("spBv1.0/Plant 1/DCMD/Linieß1/+", TopicFilters.DeviceCommands(Node));
    }
}
