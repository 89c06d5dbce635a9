namespace Sparkplug.Metrics;

/// <summary>One metric as it stands in a payload (Sparkplug 3.0, 6.4.6). Absent fields are null: 0, false and "" are values.</summary>
public sealed record Metric
{
    /// <summary>Name; absent where the alias stands for it (tck-id-payloads-alias-data-cmd-requirement).</summary>
    public string? Name { get; init; }

    /// <summary>Alias; 0 is legal.</summary>
    public ulong? Alias { get; init; }

    /// <summary>When the value was acquired; required in births and data (tck-id-payloads-name-birth-data-requirement).</summary>
    public Timestamp? Timestamp { get; init; }

    /// <summary>
    /// The datatype as it stands in the payload: required in births (tck-id-payloads-metric-datatype-req),
    /// left out elsewhere (tck-id-payloads-metric-datatype-not-req). The type of <see cref="Value"/> may be known all the same.
    /// </summary>
    public DataType? DataType { get; init; }

    /// <summary>True for a value from the past that must not become the current one.</summary>
    public bool IsHistorical { get; init; }

    /// <summary>True for a value that is not to be stored.</summary>
    public bool IsTransient { get; init; }

    /// <summary>Metadata, if any.</summary>
    public MetaData? MetaData { get; init; }

    /// <summary>Properties, if any.</summary>
    public PropertySet? Properties { get; init; }

    /// <summary>The value, or null of its type (is_null).</summary>
    public MetricValue Value { get; init; }
}
