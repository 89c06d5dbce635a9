using Sparkplug.Edge;
using Sparkplug.Metrics;
using Sparkplug.Topics;

namespace UnitTests.Edge;

/// <summary>What NBIRTH and DBIRTH say.</summary>
public class BirthTests
{
    [Fact, Spec("tck-id-topics-nbirth-topic", "tck-id-topics-nbirth-mqtt", "tck-id-topics-nbirth-seq-num", "tck-id-topics-nbirth-timestamp",
        "tck-id-payloads-nbirth-qos", "tck-id-payloads-nbirth-seq", "tck-id-payloads-nbirth-timestamp", "tck-id-payloads-sequence-num-req-nbirth",
        "tck-id-payloads-sequence-num-zero-nbirth", "tck-id-message-flow-edge-node-birth-publish-nbirth-topic",
        "tck-id-message-flow-edge-node-birth-publish-nbirth-payload", "tck-id-message-flow-edge-node-birth-publish-nbirth-payload-seq",
        "tck-id-message-flow-edge-node-birth-publish-nbirth-qos")]
    public void NBIRTH_has_seq_0_a_time_and_QoS_0()
    {
        var edge = new AnEdge().Subscribing();
        var sent = edge.Now;
        var birth = edge.Step(new EdgeInput.Subscribed(sent)).Messages[0];
        Assert.Equal("spBv1.0/Plant1/NBIRTH/Line1", birth.Topic.ToString());
        Assert.Equal((new Seq(0), sent, 0), (birth.Payload.Seq, birth.Payload.Timestamp, birth.Qos));
    }

    [Fact, Spec("tck-id-topics-nbirth-bdseq-included", "tck-id-topics-nbirth-bdseq-matching", "tck-id-payloads-nbirth-bdseq",
        "tck-id-message-flow-edge-node-birth-publish-nbirth-payload-bdSeq", "tck-id-payloads-ndeath-bdseq")]
    public void NBIRTH_has_the_bdSeq_of_the_Will_as_an_Int64_without_alias()
    {
        var edge = new AnEdge(AnEdge.Options with { LastBdSeq = new BdSeq(9) }).Subscribed();
        var metric = edge.Messages[0]["bdSeq"];
        Assert.Equal((DataType.Int64, MetricValue.Int64(10), (ulong?)null), (metric.DataType, metric.Value, metric.Alias));
        Assert.Equal(metric.Value, Recorder.Decode(edge.Out.Connects[0].WillPayload).Metrics[0].Value);
    }

    [Fact, Spec("tck-id-topics-nbirth-rebirth-metric", "tck-id-operational-behavior-data-commands-rebirth-name",
        "tck-id-operational-behavior-data-commands-rebirth-name-aliases", "tck-id-operational-behavior-data-commands-rebirth-datatype",
        "tck-id-operational-behavior-data-commands-rebirth-value", "tck-id-payloads-nbirth-rebirth-req")]
    public void NBIRTH_has_the_rebirth_control_false_and_without_alias()
    {
        var metric = new AnEdge().Subscribed().Messages[0]["Node Control/Rebirth"];
        Assert.Equal((DataType.Boolean, MetricValue.Boolean(false), (ulong?)null), (metric.DataType, metric.Value, metric.Alias));
    }

    [Fact]
    public void NBIRTH_has_the_next_server_control()
    {
        var metric = new AnEdge().Subscribed().Messages[0]["Node Control/Next Server"];
        Assert.Equal((DataType.Boolean, MetricValue.Boolean(false)), (metric.DataType, metric.Value));
    }

    [Fact, Spec("tck-id-payloads-dbirth-order", "tck-id-topics-dbirth-topic", "tck-id-topics-dbirth-mqtt", "tck-id-topics-dbirth-seq",
        "tck-id-topics-dbirth-timestamp", "tck-id-message-flow-device-birth-publish-nbirth-wait", "tck-id-payloads-dbirth-seq-inc",
        "tck-id-message-flow-device-birth-publish-dbirth-match-edge-node-topic", "tck-id-payloads-dbirth-qos", "tck-id-payloads-dbirth-seq",
        "tck-id-payloads-dbirth-timestamp", "tck-id-message-flow-device-birth-publish-dbirth-topic",
        "tck-id-message-flow-device-birth-publish-dbirth-payload", "tck-id-message-flow-device-birth-publish-dbirth-qos")]
    public void All_DBIRTHs_follow_the_NBIRTH_in_the_order_in_which_Devices_were_found()
    {
        var edge = new AnEdge().Found("pump", AnEdge.Number("Flow")).Found("valve", AnEdge.Switch("Open")).Subscribed();
        Assert.Equal(["NBIRTH 0", "DBIRTH(pump) 1", "DBIRTH(valve) 2"], edge.Messages.Select(sent => sent.ToString()));
        Assert.Equal("spBv1.0/Plant1/DBIRTH/Line1/pump", edge.Messages[1].Topic.ToString());
        Assert.All(edge.Messages, sent => Assert.Equal((0, true), (sent.Qos, sent.Payload.Timestamp is not null)));
    }

    [Fact, Spec("tck-id-topics-nbirth-metrics", "tck-id-topics-dbirth-metrics", "tck-id-payloads-metric-datatype-req",
        "tck-id-payloads-alias-birth-requirement", "tck-id-payloads-name-birth-data-requirement", "tck-id-topics-dbirth-metric-reqs",
        "tck-id-operational-behavior-data-publish-nbirth", "tck-id-operational-behavior-data-publish-dbirth", "tck-id-topics-nbirth-metric-reqs")]
    public void Each_metric_of_a_birth_has_name_alias_datatype_time_and_value()
    {
        var edge = new AnEdge(metrics: AnEdge.Number("Load", 0.5)).Found("pump", AnEdge.Number("Flow", 2)).Subscribed();
        foreach (var sent in edge.Messages)
            Assert.All(sent.Payload.Metrics, metric => Assert.True(metric is { Name: not null, DataType: not null, Timestamp: not null, Value.IsNull: false }));
        Assert.NotNull(edge.Messages[0]["Load"].Alias);
        Assert.Equal(MetricValue.Double(2), edge.Messages[1]["Flow"].Value);
    }

    [Fact, Spec("tck-id-operational-behavior-data-publish-nbirth-values", "tck-id-operational-behavior-data-publish-dbirth-values")]
    public void A_value_that_is_not_known_is_null_with_its_datatype()
    {
        var metric = new EdgeMetric { Name = "Flow", DataType = DataType.Float, Value = MetricValue.Null(DataType.Float) };
        var born = new AnEdge(metrics: metric).Found("pump", metric).Subscribed().Messages;
        Assert.All(born, sent => Assert.Equal((DataType.Float, MetricValue.Null(DataType.Float)), (sent["Flow"].DataType, sent["Flow"].Value)));
    }

    [Fact, Spec("tck-id-payloads-propertyset-quality-value-type", "tck-id-payloads-propertyset-quality-value-value")]
    public void Properties_metadata_and_a_quality_that_is_not_good_are_in_the_birth()
    {
        var metric = AnEdge.Number("Flow") with
        {
            Properties = PropertySet.Empty.With("engUnit", MetricValue.String("l/s")),
            MetaData = new MetaData { Description = "at the inlet" },
            Quality = Quality.Stale,
            IsTransient = true,
        };
        var born = new AnEdge().Found("pump", metric, AnEdge.Number("Head")).Subscribed().Messages[1];
        Assert.Equal(metric.Properties.With("Quality", MetricValue.Int32(500)), born["Flow"].Properties);
        Assert.Equal((metric.MetaData, true), (born["Flow"].MetaData, born["Flow"].IsTransient));
        Assert.Null(born["Head"].Properties);
    }

    [Fact, Spec("tck-id-operational-behavior-data-publish-nbirth-order", "tck-id-operational-behavior-data-publish-dbirth-order")]
    public void Metrics_of_a_birth_stand_in_order_of_time()
    {
        EdgeMetric[] metrics = [At("a", 300), At("b", 100), AnEdge.Number("born now"), At("c", 200), At("d", 100)];
        var edge = new AnEdge(metrics: metrics).Found("pump", metrics).Subscribed();
        Assert.All(edge.Messages, sent => Assert.Equal(sent.Payload.Metrics.OrderBy(metric => metric.Timestamp!.Value), sent.Payload.Metrics));
        Assert.Equal(["b", "d", "c", "a", "born now"], edge.Messages[1].Payload.Metrics.Select(metric => metric.Name));

        static EdgeMetric At(string name, ulong time) => AnEdge.Number(name) with { Timestamp = new Timestamp(time) };
    }

    [Fact, Spec("tck-id-topics-nbirth-templates", "tck-id-payloads-template-definition-nbirth", "tck-id-payloads-template-instance-members-birth")]
    public void Template_definitions_come_first_and_keep_the_order_of_time()
    {
        var edge = new AnEdge(metrics: [AnEdge.Number("old") with { Timestamp = new Timestamp(5) }, Motors.Definition]).Found("drive", Motors.Instance(1)).Subscribed();
        var birth = edge.Messages[0].Payload.Metrics;
        Assert.True(birth[0].Value.AsTemplate().IsDefinition);
        Assert.Equal(birth.OrderBy(metric => metric.Timestamp!.Value), birth);
        Assert.Equal("Motor", edge.Messages[1]["M1"].Value.AsTemplate().TemplateRef);
    }

    [Fact, Spec("tck-id-payloads-alias-uniqueness")]
    public void Aliases_are_unique_over_the_node_and_all_its_Devices()
    {
        var edge = new AnEdge(metrics: [AnEdge.Number("a"), AnEdge.Number("b")]).Found("pump", AnEdge.Number("a")).Found("valve", AnEdge.Number("a"), AnEdge.Switch("b"));
        var aliases = edge.Subscribed().Messages.SelectMany(sent => sent.Payload.Metrics).Where(metric => metric.Alias is not null).ToList();
        Assert.Equal(6, aliases.Count);
        Assert.Equal(aliases.Count, aliases.Select(metric => metric.Alias).Distinct().Count());
    }

    [Fact]
    public void A_metric_keeps_its_alias_over_rebirths_losses_and_connections()
    {
        var edge = new AnEdge().Found("pump", AnEdge.Number("Flow")).Subscribed();
        var alias = edge.Last["Flow"].Alias;
        Assert.Equal(alias, edge.RebirthCommanded().Last["Flow"].Alias);
        Assert.Equal(alias, edge.Lost("pump").Found("pump", AnEdge.Number("Head"), AnEdge.Number("Flow")).Last["Flow"].Alias);
        Assert.Equal(alias, edge.Step(new EdgeInput.Disconnected(edge.Now)).Subscribed().Last["Flow"].Alias);
    }

    [Fact]
    public void Without_aliases_no_metric_has_one()
    {
        var edge = new AnEdge(aliases: false, metrics: AnEdge.Number("a")).Found("pump", AnEdge.Number("Flow")).Subscribed();
        Assert.All(edge.Messages.SelectMany(sent => sent.Payload.Metrics), metric => Assert.Null(metric.Alias));
    }

    [Fact, Spec("tck-id-payloads-nbirth-bdseq-repeat", "tck-id-operational-behavior-data-commands-rebirth-action-3")]
    public void A_rebirth_repeats_bdSeq_and_starts_seq_at_0_without_disconnecting()
    {
        var edge = new AnEdge().Found("pump", AnEdge.Number("Flow")).Online().Sampled("pump", "Flow", MetricValue.Double(3)).Forget();
        edge.Step(new EdgeInput.RebirthRequested(edge.Now));
        Assert.Equal(["NBIRTH 0", "DBIRTH(pump) 1"], edge.Out.Log);
        Assert.Equal(MetricValue.Int64(0), edge.Messages[0]["bdSeq"].Value);
        Assert.Equal(MetricValue.Double(3), edge.Messages[1]["Flow"].Value);
    }
}
