namespace Sparkplug.Metrics;

/// <summary>A parameter of a <see cref="Template"/> (Sparkplug 3.0, 6.4.15).</summary>
/// <param name="Name">Required (tck-id-payloads-template-parameter-name-required).</param>
/// <param name="Value">A value of a basic type, or its null where the definition gives no default.</param>
public readonly record struct TemplateParameter(string Name, MetricValue Value);

/// <summary>
/// A Template definition or instance (Sparkplug 3.0, 6.4.14). Equality is by content.
/// A definition has no <see cref="TemplateRef"/> (tck-id-payloads-template-definition-ref); an instance names its definition.
/// </summary>
public sealed class Template : IEquatable<Template>
{
    /// <summary>Optional version text (tck-id-payloads-template-version).</summary>
    public string? Version { get; init; }

    /// <summary>The name of the metric that holds the definition; null in a definition.</summary>
    public string? TemplateRef { get; init; }

    /// <summary>True for a definition (tck-id-payloads-template-is-definition).</summary>
    public bool IsDefinition { get; init; }

    /// <summary>Parameters in order.</summary>
    public IReadOnlyList<TemplateParameter> Parameters { get; init; } = [];

    /// <summary>Members in order; in DATA they may be untyped and fewer than the definition's.</summary>
    public IReadOnlyList<Metric> Metrics { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(Template? other) =>
        other is not null && Version == other.Version && TemplateRef == other.TemplateRef && IsDefinition == other.IsDefinition
        && Parameters.SequenceEqual(other.Parameters) && Metrics.SequenceEqual(other.Metrics);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Template);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Version, TemplateRef, IsDefinition, Metrics.Count);
}
