using Sparkplug.Metrics;

namespace Sparkplug.Edge;

/// <summary>One metric of ours with its alias and its current sample.</summary>
internal sealed class LiveMetric(EdgeMetric definition, ulong? alias, bool isReserved)
{
    /// <summary>What births say of it.</summary>
    public EdgeMetric Definition { get; } = definition;

    /// <summary>Its alias; null where it has none and goes by its name.</summary>
    public ulong? Alias { get; } = alias;

    /// <summary>True for the metrics that the session itself looks after; no sample may touch them.</summary>
    public bool IsReserved { get; } = isReserved;

    public MetricValue Value { get; private set; } = definition.Value;

    public Quality Quality { get; private set; } = definition.Quality;

    /// <summary>When the current value was acquired; null for the time of the birth.</summary>
    public Timestamp? Timestamp { get; private set; } = definition.Timestamp;

    /// <summary>True for a Template definition, which only an NBIRTH may carry (tck-id-payloads-template-definition-nbirth-only).</summary>
    public bool IsTemplateDefinition { get; } = TemplateCatalog.IsDefinition(definition.Value);

    /// <summary>
    /// True for a sample older than the current one. After the clock was set back the current time lies in the future: then the sample is
    /// not late, or the live value would stand still until the clock has caught up.
    /// </summary>
    public bool IsLate(Timestamp acquired, Timestamp now) => Timestamp is { } current && acquired < current && current <= now;

    /// <summary>True when value or quality are not those of the current sample.</summary>
    public bool Differs(in Sample sample) => Quality != sample.Quality || Value != sample.Value;

    /// <summary>Makes a sample the current one.</summary>
    public void Become(in Sample sample)
    {
        Value = sample.Value;
        Quality = sample.Quality;
        Timestamp = sample.Timestamp;
    }

    /// <summary>Sets a reserved metric's value, which is always of the time of the birth.</summary>
    public void Set(MetricValue value) => Value = value;
}
