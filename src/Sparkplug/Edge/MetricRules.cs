using Sparkplug.Metrics;

namespace Sparkplug.Edge;

/// <summary>What metrics must be like to stand in a birth. A board describes itself, so this is asked of each Device that is found.</summary>
internal static class MetricRules
{
    /// <summary>The first fault of the metrics of a node or Device, for people; null when there is none.</summary>
    /// <param name="metrics">All metrics of the node or Device.</param>
    /// <param name="templates">The definitions that instances may name.</param>
    /// <param name="mayDefine">True for the node, whose birth carries the definitions (tck-id-payloads-template-definition-nbirth-only).</param>
    public static string? FaultOf(IReadOnlyList<EdgeMetric> metrics, TemplateCatalog templates, bool mayDefine)
    {
        var names = new HashSet<string>();
        foreach (var metric in metrics)
        {
            if (metric.Name.Length == 0) return "a metric has no name"; // tck-id-payloads-name-requirement
            if (!names.Add(metric.Name)) return $"the metric '{MetricText.Show(metric.Name)}' is there twice";
            if (FaultOf(metric, templates, mayDefine) is { } fault) return $"the metric '{MetricText.Show(metric.Name)}' {fault}";
        }
        return null;
    }

    private static string? FaultOf(EdgeMetric metric, TemplateCatalog templates, bool mayDefine)
    {
        // tck-id-payloads-metric-datatype-value
        if (!metric.DataType.IsForMetric()) return $"has the datatype {metric.DataType}";
        if (metric.Value.Type != metric.DataType) return $"holds '{metric.Value}', not a {metric.DataType}";
        // tck-id-payloads-metric-propertyvalue-type-value
        foreach (var (key, value) in metric.Properties)
            if (!value.Type.IsForProperty()) return $"has a property '{MetricText.Show(key)}' of the datatype {value.Type}";
        return mayDefine && TemplateCatalog.IsDefinition(metric.Value) ? TemplateCatalog.FaultOfDefinition(metric.Value) : templates.FaultOf(metric.Value);
    }
}
