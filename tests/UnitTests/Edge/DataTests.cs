using Sparkplug.Edge;
using Sparkplug.Metrics;
using Sparkplug.Topics;

namespace UnitTests.Edge;

/// <summary>Report by exception: what NDATA and DDATA say, and when.</summary>
public class DataTests
{
    private static MetricValue D(double value) => MetricValue.Double(value);

    private static AnEdge Pump(bool aliases = true) => new AnEdge(aliases: aliases, metrics: AnEdge.Number("Load"))
        .Found("pump", AnEdge.Number("Flow"), AnEdge.Number("Head"), AnEdge.Switch("On"));

    private static Sample At(ulong time, double value, string name = "Flow") => new(name, D(value), new Timestamp(time));

    [Fact, Spec("tck-id-topics-ddata-topic", "tck-id-topics-ddata-mqtt", "tck-id-topics-ddata-seq-num", "tck-id-topics-ddata-timestamp", "tck-id-topics-ddata-payload",
        "tck-id-payloads-ddata-qos", "tck-id-payloads-ddata-seq", "tck-id-payloads-ddata-seq-inc", "tck-id-payloads-ddata-timestamp")]
    public void A_changed_value_of_a_Device_is_a_DDATA()
    {
        var edge = Pump().Online();
        var now = edge.Now;
        var data = edge.Sampled("pump", "Flow", D(1.5)).Last;
        Assert.Equal(("spBv1.0/Plant1/DDATA/Line1/pump", 0, new Seq(2), now), (data.Topic.ToString(), data.Qos, data.Payload.Seq, data.Payload.Timestamp));
        Assert.True(Assert.Single(data.Payload.Metrics).Value.TryAs(DataType.Double, out var value));
        Assert.Equal(D(1.5), value);
    }

    [Fact, Spec("tck-id-topics-ndata-topic", "tck-id-topics-ndata-mqtt", "tck-id-topics-ndata-seq-num", "tck-id-topics-ndata-timestamp", "tck-id-topics-ndata-payload",
        "tck-id-payloads-ndata-qos", "tck-id-payloads-ndata-seq", "tck-id-payloads-ndata-seq-inc", "tck-id-payloads-ndata-timestamp")]
    public void A_changed_value_of_the_node_is_an_NDATA()
    {
        var edge = Pump().Online();
        var now = edge.Now;
        var data = edge.Sampled(null, "Load", D(0.9)).Last;
        Assert.Equal(("spBv1.0/Plant1/NDATA/Line1", 0, new Seq(2), now), (data.Topic.ToString(), data.Qos, data.Payload.Seq, data.Payload.Timestamp));
    }

    [Fact, Spec("tck-id-payloads-alias-data-cmd-requirement", "tck-id-payloads-metric-datatype-not-req", "tck-id-payloads-name-birth-data-requirement")]
    public void With_aliases_data_has_the_alias_of_the_birth_and_neither_name_nor_datatype()
    {
        var edge = Pump().Subscribed();
        var alias = edge.Last["Flow"].Alias;
        var metric = edge.Sampled("pump", At(123, 1)).Last.Payload.Metrics[0];
        Assert.Equal((null, alias, null, new Timestamp(123)), (metric.Name, metric.Alias, metric.DataType, metric.Timestamp));
    }

    [Fact, Spec("tck-id-payloads-name-requirement", "tck-id-payloads-metric-datatype-not-req")]
    public void Without_aliases_data_has_the_name_and_no_datatype()
    {
        var metric = Pump(aliases: false).Online().Sampled("pump", At(123, 1)).Last.Payload.Metrics[0];
        Assert.Equal(("Flow", (ulong?)null, (DataType?)null), (metric.Name, metric.Alias, metric.DataType));
    }

    [Fact, Spec("tck-id-principles-rbe-recommended", "tck-id-operational-behavior-data-publish-dbirth-change", "tck-id-operational-behavior-data-publish-nbirth-change")]
    public void Only_the_metrics_that_changed_are_published()
    {
        var edge = Pump().Online();
        edge.Sampled("pump", At(1, 1), At(1, 0, "Head"));
        Assert.Single(Assert.Single(edge.Messages).Payload.Metrics);
        edge.Forget().Sampled("pump", At(2, 1)).Sampled(null, "Load", D(0));
        Assert.Empty(edge.Out.Log);
    }

    [Fact]
    public void NaN_that_stays_NaN_is_no_change()
    {
        var edge = Pump().Online().Sampled("pump", "Flow", D(double.NaN)).Forget();
        Assert.Empty(edge.Sampled("pump", "Flow", D(double.NaN)).Messages);
    }

    [Fact]
    public void A_forced_sample_is_published_though_nothing_changed()
    {
        var edge = Pump().Online().Sampled("pump", At(5, 0) with { IsForced = true });
        Assert.Single(edge.Messages);
    }

    [Fact, Spec("tck-id-payloads-propertyset-quality-value-type", "tck-id-payloads-propertyset-quality-value-value")]
    public void Quality_is_named_while_it_is_not_good_and_once_when_it_is_good_again()
    {
        var edge = Pump().Online();
        Sample With(Quality quality, double value) => new("Flow", D(value), edge.Now, quality);
        edge.Sampled("pump", With(Quality.Good, 1)).Sampled("pump", With(Quality.Bad, 1)).Sampled("pump", With(Quality.Bad, 2))
            .Sampled("pump", With(Quality.Good, 2)).Sampled("pump", With(Quality.Good, 3));
        Assert.Equal([null, 0, 0, 192, null], edge.Messages.Select(sent => QualityOf(sent.Payload.Metrics[0])));

        static long? QualityOf(Metric metric) => metric.Properties is { } set && set.TryGet("Quality", out var value) ? value.AsInt64() : null;
    }

    [Fact, Spec("tck-id-operational-behavior-data-publish-dbirth-order", "tck-id-operational-behavior-data-publish-nbirth-order")]
    public void Samples_are_put_in_order_of_time()
    {
        var data = Pump().Online().Sampled("pump", At(30, 3), At(10, 7, "Head"), At(20, 2), At(40, 8, "Head")).Last;
        Assert.Equal([10, 20, 30, 40], data.Payload.Metrics.Select(metric => (int)metric.Timestamp!.Value.Milliseconds));
        Assert.All(data.Payload.Metrics, metric => Assert.False(metric.IsHistorical));
    }

    [Fact]
    public void A_sample_older_than_the_current_one_is_historical_and_does_not_become_current()
    {
        var edge = Pump().Online().Sampled("pump", At(100, 5)).Sampled("pump", At(90, 4));
        Assert.True(edge.Last.Payload.Metrics[0].IsHistorical);
        Assert.Equal(D(5), edge.RebirthCommanded().Last["Flow"].Value);
    }

    [Fact]
    public void After_the_clock_was_set_back_samples_stay_live()
    {
        var edge = Pump().Online();
        var ahead = new Timestamp(edge.Now.Milliseconds + 3_600_000);
        edge.Sampled("pump", new Sample("Flow", D(1), ahead)).Sampled("pump", "Flow", D(2));
        Assert.False(edge.Last.Payload.Metrics[0].IsHistorical);
        Assert.Equal(D(2), edge.RebirthCommanded().Last["Flow"].Value);
    }

    [Fact]
    public void A_historical_sample_is_published_and_leaves_the_current_value_alone()
    {
        var edge = Pump().Online().Sampled("pump", At(100, 5)).Sampled("pump", At(200, 6) with { IsHistorical = true });
        Assert.True(edge.Last.Payload.Metrics[0].IsHistorical);
        Assert.Equal(D(5), edge.RebirthCommanded().Last["Flow"].Value);
    }

    [Fact]
    public void A_metric_may_stand_several_times_in_one_message_at_different_times()
    {
        var data = Assert.Single(Pump().Online().Sampled("pump", At(1, 1), At(2, 2), At(3, 3)).Messages);
        Assert.Equal(3, data.Payload.Metrics.Count);
    }

    [Fact]
    public void Two_values_of_one_metric_in_one_millisecond_go_out_in_two_messages()
    {
        var edge = Pump().Online().Sampled("pump", At(1, 1), At(1, 9, "Head"), At(1, 2), At(2, 3));
        Assert.Equal(["DDATA(pump) 2", "DDATA(pump) 3"], edge.Out.Log);
        Assert.Equal([2, 2], edge.Messages.Select(sent => sent.Payload.Metrics.Count));
    }

    [Fact]
    public void A_message_with_a_uuid_has_every_sample_in_the_order_given()
    {
        var edge = Pump().Online();
        edge.Step(new EdgeInput.Sampled("pump", [At(5, 0), At(5, 0), At(3, 0), At(7, 0, "Head")], edge.Now) { Uuid = "e/41" });
        var payload = Assert.Single(edge.Messages).Payload;
        Assert.Equal("e/41", payload.Uuid);
        Assert.Equal([5, 5, 3, 7], payload.Metrics.Select(metric => (int)metric.Timestamp!.Value.Milliseconds));
        Assert.Equal([false, false, true, false], payload.Metrics.Select(metric => metric.IsHistorical));
    }

    [Fact]
    public void A_message_with_a_uuid_goes_out_whole_or_not_at_all()
    {
        var edge = Pump().Online();
        edge.Step(new EdgeInput.Sampled("pump", [At(5, 1), At(6, 1, "Nonsense")], edge.Now) { Uuid = "e/41" });
        Assert.Equal(["ignored UnknownSample"], edge.Out.Log);
    }

    [Fact, Spec("tck-id-payloads-sequence-num-incrementing", "tck-id-payloads-sequence-num-always-included")]
    public void Seq_runs_over_node_and_Devices_and_wraps_after_255()
    {
        var edge = Pump().Subscribed();
        for (var i = 1; i <= 300; i++) edge.Sampled(i % 2 == 0 ? null : "pump", i % 2 == 0 ? "Load" : "Flow", D(i));
        Assert.Equal(Enumerable.Range(0, 302).Select(i => (byte)i), edge.Messages.Select(sent => sent.Payload.Seq!.Value.Value));
    }

    [Fact, Spec("tck-id-payloads-ndata-order", "tck-id-payloads-ddata-order")]
    public void Before_births_values_are_kept_for_the_births()
    {
        var edge = Pump().Sampled("pump", "Flow", D(1)).Subscribing().Sampled("pump", "Flow", D(2)).Sampled(null, "Load", D(0.4));
        Assert.Empty(edge.Messages);
        edge.Step(new EdgeInput.Subscribed(edge.Now));
        Assert.Equal((D(0.4), D(2)), (edge.Messages[0]["Load"].Value, edge.Messages[1]["Flow"].Value));
        Assert.Empty(edge.Forget().Sampled("pump", "Flow", D(2)).Messages);
    }

    [Fact]
    public void Samples_from_the_past_that_come_while_offline_are_counted_as_ignored()
    {
        var edge = Pump().Sampled("pump", At(1, 1) with { IsHistorical = true });
        Assert.Equal(["ignored NotOnline"], edge.Out.Log);
    }

    [Theory]
    [InlineData("pump", "Nonsense")]
    [InlineData("pump", "Load")]
    [InlineData("nobody", "Flow")]
    [InlineData(null, "Flow")]
    [InlineData(null, "bdSeq")]
    [InlineData(null, "Node Control/Rebirth")]
    public void A_sample_of_a_metric_that_was_not_born_is_ignored(string? deviceId, string metric)
    {
        var edge = Pump().Online().Sampled(deviceId, metric, D(1));
        Assert.Equal(["ignored UnknownSample"], edge.Out.Log);
    }

    [Fact]
    public void A_sample_of_another_datatype_is_ignored_and_the_others_are_published()
    {
        var edge = Pump().Online().Sampled("pump", new Sample("On", D(1), new Timestamp(1)), At(1, 7));
        Assert.Equal(["ignored UnknownSample", "DDATA(pump) 2"], edge.Out.Log);
        Assert.Single(edge.Last.Payload.Metrics);
    }

    [Fact]
    public void A_null_is_published_as_a_null()
    {
        var edge = Pump().Online().Sampled("pump", "Flow", MetricValue.Null(DataType.Double)).Sampled("pump", "Head", default);
        Assert.All(edge.Messages, sent => Assert.True(Assert.Single(sent.Payload.Metrics).Value.IsNull));
        Assert.Equal(2, edge.Messages.Count);
    }

    [Fact, Spec("tck-id-payloads-template-definition-nbirth-only", "tck-id-payloads-template-instance-members", "tck-id-payloads-template-instance-ref",
        "tck-id-payloads-template-definition-parameters", "tck-id-payloads-template-definition-members")]
    public void Only_instances_of_a_known_Template_with_its_members_are_published()
    {
        var edge = new AnEdge(metrics: Motors.Definition).Found("drive", Motors.Instance(1)).Online();
        edge.Sampled("drive", "M1", Motors.Value(2));
        Assert.Equal("DDATA(drive) 2", edge.Last.ToString());
        edge.Forget();
        edge.Sampled("drive", "M1", Motors.Value(3, template: "Pump"))
            .Sampled("drive", "M1", Motors.Value(3, parameter: "Colour"))
            .Sampled("drive", "M1", Motors.Value(3, "Motor", "Poles", new Metric { Name = "More", Value = D(1) }))
            .Sampled("drive", "M1", Motors.Definition.Value)
            .Sampled(null, "Motor", Motors.Value(3));
        Assert.Equal(Enumerable.Repeat("ignored UnknownSample", 5), edge.Out.Log);
    }
}
