using Sparkplug.Metrics;
using Sparkplug.Payloads;

namespace Sparkplug.Edge;

/// <summary>
/// The messages that an Edge Node sends and the seq that runs through them (tck-id-payloads-sequence-num-incrementing). A number is taken when
/// the message is handed over, never before.
/// </summary>
internal sealed class EdgeMessages
{
    private Seq _next;

    /// <summary>
    /// The payload of an NDEATH: exactly one metric, bdSeq, and no seq (tck-id-topics-ndeath-payload, tck-id-topics-ndeath-seq,
    /// tck-id-message-flow-edge-node-birth-publish-will-message-payload-bdSeq).
    /// </summary>
    public static byte[] NodeDeath(BdSeq bdSeq, Timestamp now) => PayloadCodec.Encode(new Payload
    {
        Timestamp = now,
        Metrics = [new Metric { Name = BdSeq.MetricName, DataType = DataType.Int64, Value = bdSeq.ToMetricValue() }],
    });

    /// <summary>NBIRTH: starts seq at 0 (tck-id-topics-nbirth-seq-num).</summary>
    public void NodeBirth(MetricTable node, Timestamp now, IEdgeOutputs outputs)
    {
        _next = default;
        Send(node.BirthTopic, BirthMetrics.Of(node, now), uuid: null, now, outputs);
    }

    /// <summary>DBIRTH (tck-id-topics-dbirth-seq).</summary>
    public void DeviceBirth(MetricTable device, Timestamp now, IEdgeOutputs outputs) =>
        Send(device.BirthTopic, BirthMetrics.Of(device, now), uuid: null, now, outputs);

    /// <summary>DDEATH (tck-id-payloads-ddeath-seq-inc, tck-id-payloads-ddeath-timestamp).</summary>
    public void DeviceDeath(MetricTable device, Timestamp now, IEdgeOutputs outputs) => Send(device.DeathTopic, [], uuid: null, now, outputs);

    /// <summary>
    /// NDATA or DDATA, more than one where a metric has two samples of the same millisecond: within one message they could not be told apart.
    /// </summary>
    public void Data(MetricTable table, IReadOnlyList<ReportedSample> samples, string? uuid, Timestamp now, IEdgeOutputs outputs)
    {
        var metrics = new List<Metric>(samples.Count);
        HashSet<(LiveMetric, Timestamp)>? seen = uuid is null && samples.Count > 1 ? [] : null;
        foreach (var item in samples)
        {
            if (seen?.Add((item.Metric, item.Sample.Timestamp)) == false)
            {
                Send(table.DataTopic, metrics, uuid, now, outputs);
                metrics = [];
                seen = [(item.Metric, item.Sample.Timestamp)];
            }
            metrics.Add(DataMetric(item));
        }
        if (metrics.Count > 0) Send(table.DataTopic, metrics, uuid, now, outputs);
    }

    // Alias alone where there is one, and no datatype (tck-id-payloads-alias-data-cmd-requirement, tck-id-payloads-metric-datatype-not-req);
    // always a time stamp (tck-id-payloads-name-birth-data-requirement).
    private static Metric DataMetric(in ReportedSample item) => new()
    {
        Name = item.Metric.Alias is null ? item.Metric.Definition.Name : null,
        Alias = item.Metric.Alias,
        Timestamp = item.Sample.Timestamp,
        Value = item.Sample.Value,
        IsHistorical = item.Sample.IsHistorical,
        IsTransient = item.Metric.Definition.IsTransient,
        Properties = item.SaysQuality ? BirthMetrics.WithQuality(PropertySet.Empty, item.Sample.Quality) : null,
    };

    // Births, data and DDEATH have QoS 0 (tck-id-payloads-nbirth-qos, -dbirth-qos, -ndata-qos, -ddata-qos, tck-id-topics-ddeath-mqtt).
    private void Send(string topic, IReadOnlyList<Metric> metrics, string? uuid, Timestamp now, IEdgeOutputs outputs)
    {
        var seq = _next;
        var payload = PayloadCodec.Encode(new Payload { Timestamp = now, Metrics = metrics, Seq = seq, Uuid = uuid });
        _next = seq.Next();
        outputs.Publish(topic, payload, qos: 0);
    }
}
