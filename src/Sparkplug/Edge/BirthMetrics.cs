using Sparkplug.Metrics;

namespace Sparkplug.Edge;

/// <summary>What a birth says of all metrics of a node or Device.</summary>
internal static class BirthMetrics
{
    /// <summary>
    /// All metrics with their current values (tck-id-topics-nbirth-metric-reqs, tck-id-topics-dbirth-metric-reqs): Template definitions first, so
    /// that a host knows them when instances come, then the others in order of time (tck-id-operational-behavior-data-publish-nbirth-order).
    /// </summary>
    public static IReadOnlyList<Metric> Of(MetricTable table, Timestamp now)
    {
        var metrics = table.Metrics.Where(metric => !metric.IsTemplateDefinition)
            .Select(metric => Of(metric, metric.Timestamp ?? now))
            .OrderBy(metric => metric.Timestamp!.Value)
            .ToList();
        // A definition is older than everything that uses it, or the order of time would not hold.
        var earliest = metrics.Count > 0 ? metrics[0].Timestamp!.Value : now;
        return [.. table.Metrics.Where(metric => metric.IsTemplateDefinition).Select(metric => Of(metric, earliest)), .. metrics];
    }

    /// <summary>Properties with the quality among them (tck-id-payloads-propertyset-quality-value-type).</summary>
    public static PropertySet WithQuality(PropertySet properties, Quality quality) =>
        properties.With(PropertySet.QualityKey, MetricValue.Int32((int)quality));

    // Name, alias where there is one, time, datatype and value or its null (tck-id-topics-nbirth-metrics, tck-id-payloads-alias-birth-requirement,
    // tck-id-payloads-metric-datatype-req, tck-id-operational-behavior-data-publish-nbirth-values).
    private static Metric Of(LiveMetric metric, Timestamp acquired)
    {
        var definition = metric.Definition;
        var properties = metric.Quality == Quality.Good ? definition.Properties : WithQuality(definition.Properties, metric.Quality);
        return new Metric
        {
            Name = definition.Name,
            Alias = metric.Alias,
            Timestamp = acquired,
            DataType = definition.DataType,
            Value = metric.Value,
            IsTransient = definition.IsTransient,
            MetaData = definition.MetaData,
            Properties = properties.Count == 0 ? null : properties,
        };
    }
}
