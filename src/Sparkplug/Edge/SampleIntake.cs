using Sparkplug.Metrics;

namespace Sparkplug.Edge;

/// <summary>A sample that has to be published.</summary>
/// <param name="Metric">The metric it is of.</param>
/// <param name="Sample">The sample, its value of the metric's datatype.</param>
/// <param name="SaysQuality">True when the message must name the quality: it is not good, or it was not good before.</param>
internal readonly record struct ReportedSample(LiveMetric Metric, Sample Sample, bool SaysQuality);

/// <summary>
/// Makes samples the current ones and finds those that are news: report by exception (tck-id-principles-rbe-recommended,
/// tck-id-operational-behavior-data-publish-nbirth-change, tck-id-operational-behavior-data-publish-dbirth-change).
/// </summary>
/// <remarks>
/// Order (tck-id-operational-behavior-data-publish-nbirth-order, tck-id-operational-behavior-data-publish-dbirth-order): samples are put in
/// order of time. One that is older than its metric's current sample is published as historical, since the live value of a host must not run
/// backwards, and historical samples are outside that rule.
/// </remarks>
internal sealed class SampleIntake(TemplateCatalog templates)
{
    /// <summary>Takes samples of one table; returns what to publish, in order.</summary>
    public IReadOnlyList<ReportedSample> Take(MetricTable table, EdgeInput.Sampled input, IEdgeOutputs outputs)
    {
        var samples = Known(table, input, outputs);
        if (input.Uuid is not null && samples.Count < input.Samples.Count) return [];
        if (input.Uuid is null) samples = InOrder(samples);
        var news = new List<ReportedSample>(samples.Count);
        var newest = default(Timestamp);
        foreach (var (metric, given, _) in samples)
        {
            var sample = given with { IsHistorical = given.IsHistorical || given.Timestamp < newest || metric.IsLate(given.Timestamp, input.Now) };
            if (sample.IsHistorical || sample.IsForced || input.Uuid is not null || metric.Differs(sample))
                news.Add(new ReportedSample(metric, sample, sample.Quality != Quality.Good || metric.Quality != Quality.Good));
            if (sample.IsHistorical) continue;
            metric.Become(sample);
            newest = sample.Timestamp;
        }
        return news;
    }

    private List<ReportedSample> Known(MetricTable table, EdgeInput.Sampled input, IEdgeOutputs outputs)
    {
        var known = new List<ReportedSample>(input.Samples.Count);
        foreach (var sample in input.Samples)
        {
            var metric = table.Find(sample.Name, alias: null);
            if (metric is null || metric.IsReserved || metric.IsTemplateDefinition)
                outputs.Ignored(EdgeFault.UnknownSample, $"{table.Place} has no metric '{MetricText.Show(sample.Name)}' to sample");
            else if (!sample.Value.TryAs(metric.Definition.DataType, out var value))
                outputs.Ignored(EdgeFault.UnknownSample,
                    $"'{sample.Value}' for '{MetricText.Show(sample.Name)}' of {table.Place} is not a {metric.Definition.DataType}");
            else if (templates.FaultOf(value) is { } fault)
                outputs.Ignored(EdgeFault.UnknownSample, $"'{MetricText.Show(sample.Name)}' of {table.Place} {fault}");
            else
                known.Add(new ReportedSample(metric, sample with { Value = value }, SaysQuality: false));
        }
        return known;
    }

    private static List<ReportedSample> InOrder(List<ReportedSample> samples)
    {
        for (var i = 1; i < samples.Count; i++)
            if (samples[i].Sample.Timestamp < samples[i - 1].Sample.Timestamp) return [.. samples.OrderBy(item => item.Sample.Timestamp)];
        return samples;
    }
}
