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
            if (metric.Value is { Type: DataType.Template, IsNull: false } value && value.AsTemplate().IsDefinition)
                _definitions[metric.Name] = value.AsTemplate();
    }

    /// <summary>
    /// What is wrong with a value that is not a definition; null when it may be published. Instances are asked to be complete, also in DATA,
    /// so that the next birth has all members (tck-id-payloads-template-instance-members-birth).
    /// </summary>
    public string? FaultOf(MetricValue value) => value is { Type: DataType.Template, IsNull: false } ? FaultOf(value.AsTemplate()) : null;

    private string? FaultOf(Template instance)
    {
        // tck-id-payloads-template-definition-nbirth-only, tck-id-payloads-template-instance-is-definition
        if (instance.IsDefinition) return "a Template definition can only be a node metric from the start";
        // tck-id-payloads-template-instance-ref, tck-id-payloads-template-definition-nbirth
        if (instance.TemplateRef is not { } name || !_definitions.TryGetValue(name, out var definition))
            return $"the Template '{instance.TemplateRef}' is not defined by the node";
        // tck-id-payloads-template-instance-members
        var members = definition.Metrics.Select(member => member.Name).ToHashSet();
        if (instance.Metrics.Count != members.Count || !instance.Metrics.All(member => members.Remove(member.Name)))
            return $"the members are not those of the Template '{name}'";
        // tck-id-payloads-template-definition-parameters
        if (instance.Parameters.FirstOrDefault(given => definition.Parameters.All(known => known.Name != given.Name)) is { Name: { } unknown })
            return $"the Template '{name}' has no parameter '{unknown}'";
        return instance.Metrics.Select(member => FaultOf(member.Value)).FirstOrDefault(fault => fault is not null);
    }
}
