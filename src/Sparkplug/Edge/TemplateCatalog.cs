using Sparkplug.Metrics;

namespace Sparkplug.Edge;

/// <summary>The Template definitions of the Edge Node, and the rules that tie instances to them.</summary>
internal sealed class TemplateCatalog
{
    private readonly Dictionary<string, Template> _definitions = [];

    /// <summary>Collects the definitions among the metrics of the node.</summary>
    public TemplateCatalog(IEnumerable<EdgeMetric> metrics)
    {
        foreach (var metric in metrics)
            if (IsDefinition(metric.Value)) _definitions[metric.Name] = metric.Value.AsTemplate();
    }

    /// <summary>True for a value that defines a Template (tck-id-payloads-template-definition-is-definition).</summary>
    public static bool IsDefinition(MetricValue value) => IsTemplate(value) && value.AsTemplate().IsDefinition;

    /// <summary>What is wrong with a definition; null when it may be published.</summary>
    public static string? FaultOfDefinition(MetricValue value) =>
        // tck-id-payloads-template-ref-definition
        value.AsTemplate().TemplateRef is { } name ? $"is a Template definition and names the Template '{MetricText.Show(name)}', as only instances do" : null;

    /// <summary>
    /// What is wrong with a value outside the definitions; null when it may be published. Instances are asked to be complete, also in DATA,
    /// so that the next birth has all members (tck-id-payloads-template-instance-members-birth).
    /// </summary>
    public string? FaultOf(MetricValue value) => IsTemplate(value) ? FaultOf(value.AsTemplate()) : null;

    private static bool IsTemplate(MetricValue value) => value is { Type: DataType.Template, IsNull: false };

    private string? FaultOf(Template instance)
    {
        // tck-id-payloads-template-definition-nbirth-only, tck-id-payloads-template-instance-is-definition
        if (instance.IsDefinition) return "is a Template definition, which only the node can have, from its start";
        // tck-id-payloads-template-instance-ref, tck-id-payloads-template-definition-nbirth
        if (instance.TemplateRef is not { } name || !_definitions.TryGetValue(name, out var definition))
            return $"is of the Template '{MetricText.Show(instance.TemplateRef ?? "")}', which the node does not define";
        // tck-id-payloads-template-instance-members
        var members = definition.Metrics.Select(member => member.Name).ToHashSet();
        if (instance.Metrics.Count != members.Count || !instance.Metrics.All(member => members.Remove(member.Name)))
            return $"has not the members of its Template '{MetricText.Show(name)}'";
        // tck-id-payloads-template-definition-parameters
        if (instance.Parameters.FirstOrDefault(given => definition.Parameters.All(known => known.Name != given.Name)) is { Name: { } unknown })
            return $"has a parameter '{MetricText.Show(unknown)}', which its Template '{MetricText.Show(name)}' has not";
        return instance.Metrics.Select(member => FaultOf(member.Value)).FirstOrDefault(fault => fault is not null);
    }
}
