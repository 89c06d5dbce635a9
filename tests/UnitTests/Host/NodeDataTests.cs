using Sparkplug.Host;
using Sparkplug.Metrics;
using Sparkplug.Payloads;
using Sparkplug.Topics;
using static UnitTests.Host.NodeUnderTest;

namespace UnitTests.Host;

public sealed class NodeDataTests
{
    private readonly NodeUnderTest _node = new NodeUnderTest().WithBirths();

    [Fact]
    [Spec("tck-id-payloads-alias-data-cmd-requirement", "tck-id-payloads-metric-datatype-not-req")]
    public void A_value_that_came_with_an_alias_alone_gets_the_name_and_the_type_of_the_birth()
    {
        Assert.Equal(["D1/Temp = Double 21.5 @200"], _node.Ddata(2, Aliased(0, MetricValue.Untyped(WireKind.Double, BitConverter.DoubleToUInt64Bits(21.5), null))));
        Assert.Equal(MetricValue.Double(21.5), _node.D1.Metrics["Temp"].Value);
    }

    [Theory]
    [InlineData(4294967284)]
    [InlineData(18446744073709551604)]
    public void An_Int32_of_minus_12_is_minus_12_in_both_spellings(ulong bits) =>
        Assert.Equal(["N = Int32 -12 @200"], _node.Ndata(2, Aliased(1, MetricValue.Untyped(bits > uint.MaxValue ? WireKind.Long : WireKind.Int, bits, null))));

    [Fact]
    public void A_name_beside_an_alias_and_a_datatype_that_is_right_are_tolerated() =>
        Assert.Equal(["N = Int32 3 @200"], _node.Ndata(2, new Metric { Name = "N", Alias = 1, DataType = DataType.Int32, Value = MetricValue.Int32(3), Timestamp = new Timestamp(200) }));

    [Fact]
    public void An_unknown_alias_asks_for_a_rebirth_and_never_becomes_a_metric()
    {
        Assert.Equal(["fault UnknownMetric", "rebirth UnknownAlias on 0"], _node.Ndata(2, Aliased(7, MetricValue.Int32(3))));
        Assert.Equal(["N", "bdSeq"], _node.State.Metrics.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_unknown_name_asks_for_a_rebirth_and_never_becomes_a_metric()
    {
        Assert.Equal(["fault UnknownMetric", "rebirth UnknownMetric on 0"], _node.Ddata(2, Named("Press", MetricValue.Int32(3))));
        Assert.Equal(["Temp"], _node.D1.Metrics.Keys);
    }

    [Fact]
    public void An_alias_of_a_device_is_not_one_of_the_node_or_of_another_device()
    {
        _node.Receive(MessageType.DBIRTH, "D2", Payload(2, Born("Temp", MetricValue.Double(1), 5)));
        Assert.Contains("fault UnknownMetric", _node.Ndata(3, Aliased(0, MetricValue.Double(9))));
        Assert.Contains("fault UnknownMetric", _node.Ddata(4, Aliased(5, MetricValue.Double(9))));
        Assert.Equal(MetricValue.Double(20), _node.D1.Metrics["Temp"].Value);
    }

    [Fact]
    public void Two_nodes_with_the_same_aliases_do_not_mix()
    {
        var other = new NodeUnderTest();
        other.Nbirth(0, Born("M", MetricValue.Int32(1), 1));
        _node.Ndata(2, Aliased(1, MetricValue.Int32(5)));
        other.Ndata(1, Aliased(1, MetricValue.Int32(6)));
        Assert.Equal((MetricValue.Int32(5), MetricValue.Int32(6)), (_node.State.Metrics["N"].Value, other.State.Metrics["M"].Value));
    }

    [Fact]
    [Spec("tck-id-payloads-alias-uniqueness")]
    public void An_alias_that_was_given_twice_is_good_for_neither_metric()
    {
        Assert.Contains("fault DuplicateAlias", _node.Dbirth(2, Born("Temp", MetricValue.Int32(0), 1)));
        Assert.Equal(["fault DuplicateAlias"], _node.Ndata(3, Aliased(1, MetricValue.Int32(5))));
        Assert.Equal(["fault DuplicateAlias"], _node.Ddata(4, Aliased(1, MetricValue.Int32(5))));
        Assert.Equal(["N = Int32 6 @200"], _node.Ndata(5, Named("N", MetricValue.Int32(6))));
        Assert.Empty(_node.Requests);
    }

    [Fact]
    public void A_new_DBIRTH_gives_its_aliases_anew()
    {
        _node.Dbirth(2, Born("Press", MetricValue.Double(1), 0), Born("Temp", MetricValue.Double(2), 9));
        Assert.Equal(["D1/Press = Double 3 @200", "D1/Temp = Double 4 @200"], _node.Ddata(3, Aliased(0, MetricValue.Double(3)), Aliased(9, MetricValue.Double(4))));
    }

    [Fact]
    public void A_value_of_another_type_is_left_out_and_asks_for_a_rebirth()
    {
        Assert.Equal(["fault WrongType", "rebirth WrongType on 0", "N = Int32 3 @200"],
            [.. _node.Ndata(2, Named("N", MetricValue.String("x"))), .. _node.Ndata(3, Named("N", MetricValue.Int32(3)))]);
    }

    [Fact]
    public void A_datatype_in_DATA_that_is_not_that_of_the_birth_is_a_wrong_type() =>
        Assert.Contains("fault WrongType", _node.Ndata(2, new Metric { Name = "N", DataType = DataType.Int64, Value = MetricValue.Int64(3) }));

    [Fact]
    public void A_null_is_a_value_of_the_metrics_type()
    {
        Assert.Equal(["N = Int32 null @200"], _node.Ndata(2, Named("N", default)));
        Assert.Equal(MetricValue.Null(DataType.Int32), _node.State.Metrics["N"].Value);
    }

    [Fact]
    public void A_historical_value_is_reported_and_does_not_move_the_current_one()
    {
        Assert.Equal(["N = Int32 9 @5000 past"], _node.Ndata(2, Named("N", MetricValue.Int32(9), 5000) with { IsHistorical = true, Properties = Quality0 }));
        var metric = _node.State.Metrics["N"];
        Assert.Equal((MetricValue.Int32(1), new Timestamp(100), Quality.Good, 0), (metric.Value, metric.Timestamp, metric.Quality, metric.Properties.Count));
    }

    [Fact]
    public void A_value_that_is_older_than_the_current_one_does_not_move_it()
    {
        _node.Ndata(2, Named("N", MetricValue.Int32(5), 190));
        Assert.Equal(["N = Int32 4 @180 past"], _node.Ndata(3, Named("N", MetricValue.Int32(4), 180)));
        Assert.Equal(MetricValue.Int32(5), _node.State.Metrics["N"].Value);
    }

    [Fact]
    public void The_name_of_an_unknown_metric_is_told_in_characters_that_print()
    {
        _node.Ndata(2, Named("a\u001b[31mb\r\nc", MetricValue.Int32(5)));
        Assert.Equal(@"no birth declared metric 'a\u001B[31mb\u000D\u000Ac'", _node.State.Counts.LastFaultDetail);
    }

    [Fact]
    public void A_clock_that_was_set_back_does_not_freeze_the_values_and_history_stays_history()
    {
        _node.Ndata(2, Named("N", MetricValue.Int32(5), 5000));
        Assert.Equal(["N = Int32 4 @190", "N = Int32 3 @185 past"], _node.Ndata(3,
            Named("N", MetricValue.Int32(4), 190), Named("N", MetricValue.Int32(3), 185)));
        Assert.Equal(["N = Int32 9 @100 past"], _node.Ndata(4, Named("N", MetricValue.Int32(9), 100) with { IsHistorical = true }));
        Assert.Equal(MetricValue.Int32(4), _node.State.Metrics["N"].Value);
    }

    [Fact]
    public void A_value_from_a_clock_far_ahead_does_not_shut_out_those_that_follow()
    {
        _node.Ndata(2, Named("N", MetricValue.Int32(5), ulong.MaxValue));
        Assert.Equal(["N = Int32 6 @500"], _node.Ndata(3, Named("N", MetricValue.Int32(6), 500)));
    }

    [Fact]
    public void Two_values_of_one_millisecond_are_both_reported_and_the_later_one_stays()
    {
        Assert.Equal(["N = Int32 5 @200", "N = Int32 6 @200"], _node.Ndata(2, Named("N", MetricValue.Int32(5)), Named("N", MetricValue.Int32(6))));
        Assert.Equal(MetricValue.Int32(6), _node.State.Metrics["N"].Value);
    }

    [Fact]
    public void A_metric_without_time_takes_the_payloads_and_else_the_hosts()
    {
        var metric = new Metric { Name = "N", Value = MetricValue.Int32(5) };
        Assert.Equal(["N = Int32 5 @202"], _node.Ndata(2, metric));
        Assert.Equal([$"N = Int32 5 @{_node.Now.Milliseconds}"], _node.Receive(MessageType.NDATA, null, new Payload { Seq = new Seq(3), Metrics = [metric] }));
    }

    [Fact]
    [Spec("tck-id-payloads-propertyset-quality-value-value")]
    public void The_Quality_property_is_the_quality_and_without_it_a_value_is_good()
    {
        _node.Ndata(2, Named("N", MetricValue.Int32(5)) with { Properties = Quality0 });
        Assert.Equal((Quality.Bad, Quality.Bad), (_node.State.Metrics["N"].Quality, _node.Updates[^1].Quality));
        _node.Ndata(3, Named("N", MetricValue.Int32(6)));
        Assert.Equal((Quality.Good, Quality.Good), (_node.State.Metrics["N"].Quality, _node.Updates[^1].Quality));
        Assert.True(_node.State.Metrics["N"].Properties.TryGet("Quality", out var property) && property == MetricValue.Int32(192));
    }

    [Fact]
    public void Later_properties_are_laid_over_those_of_the_birth()
    {
        _node.Dbirth(2, Born("Temp", MetricValue.Double(1), 0) with { Properties = Properties(("engUnit", MetricValue.String("C")), ("engLow", MetricValue.Double(0))) });
        _node.Ddata(3, Aliased(0, MetricValue.Double(2)) with { Properties = Properties(("engUnit", MetricValue.String("F"))) });
        Assert.Equal(Properties(("engUnit", MetricValue.String("F")), ("engLow", MetricValue.Double(0))), _node.D1.Metrics["Temp"].Properties);
    }

    [Fact]
    public void Properties_without_end_are_bounded()
    {
        var node = new NodeUnderTest(new NodeStateOptions { PropertyCapacity = 3 }).WithBirths();
        for (var i = 2; i < 10; i++) node.Ndata(i, Named("N", MetricValue.Int32(i)) with { Properties = Properties(($"p{i}", MetricValue.Int32(i))) });
        Assert.Equal(3, node.State.Metrics["N"].Properties.Count);
        Assert.Equal(5, node.State.Counts.Of(NodeFault.CapacityExceeded));
    }

    [Fact]
    public void Transient_values_and_the_payloads_uuid_are_passed_on()
    {
        _node.Receive(MessageType.NDATA, null, Payload(2, Named("N", MetricValue.Int32(5)) with { IsTransient = true }) with { Uuid = "e/7" });
        Assert.Equal((true, "e/7", MessageType.NDATA), (_node.Updates[0].IsTransient, _node.Updates[0].PayloadUuid, _node.Updates[0].Type));
        _node.Ndata(3, Named("N", MetricValue.Int32(6)));
        Assert.False(_node.State.Metrics["N"].IsTransient);
    }

    [Fact]
    public void A_birth_metric_without_name_or_datatype_is_left_out_and_the_rest_is_taken()
    {
        var lines = _node.Nbirth(0, new Metric { Alias = 3, DataType = DataType.Int32, Value = MetricValue.Int32(1) },
            new Metric { Name = "X", Value = MetricValue.Untyped(WireKind.Int, 1, null) }, Born("Y", MetricValue.Int32(2)));
        Assert.Equal(2, lines.Count(line => line == "fault IncompleteBirth"));
        Assert.Equal(["Y", "bdSeq"], _node.State.Metrics.Keys.Order(StringComparer.Ordinal));
        Assert.Empty(_node.Requests);
    }

    [Fact]
    public void What_the_decoder_left_out_is_reported()
    {
        var payload = Payload(2, Named("N", MetricValue.Int32(5))) with { Faults = [new MetricFault(0, "A", "odd"), new MetricFault(1, "B", "odd")] };
        Assert.Equal(["fault MalformedMetric", "fault MalformedMetric", "N = Int32 5 @200"], _node.Receive(MessageType.NDATA, null, payload));
        Assert.Equal(2, _node.State.Counts.Of(NodeFault.MalformedMetric));
    }

    [Fact]
    public void Metrics_and_devices_beyond_the_capacity_are_left_out_and_counted()
    {
        var node = new NodeUnderTest(new NodeStateOptions { MetricCapacity = 3, DeviceCapacity = 1 });
        node.Nbirth(0, Born("A", MetricValue.Int32(1)));
        Assert.Contains("fault CapacityExceeded", node.Dbirth(1, Born("B", MetricValue.Int32(1)), Born("C", MetricValue.Int32(1))));
        Assert.Equal(["B"], node.D1.Metrics.Keys);
        Assert.Equal(["fault CapacityExceeded"], node.Receive(MessageType.DBIRTH, "D2", Payload(2)));
        Assert.Single(node.State.Devices);
        // A second DBIRTH of the same device does not count twice.
        Assert.DoesNotContain("fault CapacityExceeded", node.Dbirth(3, Born("Z", MetricValue.Int32(1))));
    }

    [Fact]
    public void Sound_data_is_taken_without_allocating()
    {
        var quiet = new QuietOutputs();
        var messages = Enumerable.Range(2, 200).Select(seq => new NodeInput.Received(0, MessageType.NDATA, null, Payload(seq, Aliased(1, MetricValue.Int32(seq))), _node.Now)).ToArray();
        foreach (var message in messages.AsSpan(0, 100)) _node.State.Step(message, quiet);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var message in messages.AsSpan(100)) _node.State.Step(message, quiet);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(200, quiet.Count);
    }

    private static PropertySet Quality0 => Properties((PropertySet.QualityKey, MetricValue.Int32(0)));

    private static PropertySet Properties(params (string Key, MetricValue Value)[] items) => new(items.Select(item => KeyValuePair.Create(item.Key, item.Value)));

    private sealed class QuietOutputs : INodeOutputs
    {
        public int Count { get; private set; }

        public void MetricUpdated(NodeState node, DeviceState? device, MetricState metric, in MetricUpdate update) => Count++;

        public void RequestRebirth(NodeState node, int server, RebirthReason reason) => throw new InvalidOperationException();

        public void NodeBorn(NodeState node) => throw new InvalidOperationException();

        public void NodeDied(NodeState node, OfflineReason reason) => throw new InvalidOperationException();

        public void DeviceBorn(NodeState node, DeviceState device) => throw new InvalidOperationException();

        public void DeviceDied(NodeState node, DeviceState device, OfflineReason reason) => throw new InvalidOperationException();

        public void Fault(NodeState node, NodeFault fault, string detail) => throw new InvalidOperationException(detail);
    }
}
