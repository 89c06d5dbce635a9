namespace Sparkplug.Metrics;

/// <summary>Quality codes of Sparkplug 3.0 (tck-id-payloads-propertyset-quality-value-value).</summary>
public enum Quality
{
    /// <summary>The value is not to be used.</summary>
    Bad = 0,

    /// <summary>The value is good; the quality of a metric without a Quality property.</summary>
    Good = 192,

    /// <summary>The value was good once and may be no longer.</summary>
    Stale = 500,
}
