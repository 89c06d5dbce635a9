using Sparkplug.Metrics;

namespace Sparkplug.Edge;

/// <summary>One metric that an Edge Node or Device will publish: what its birth says of it, and its current sample.</summary>
public sealed record EdgeMetric
{
    /// <summary>The name, unique within its node or device.</summary>
    public required string Name { get; init; }

    /// <summary>The datatype, fixed for the life of the metric.</summary>
    public required DataType DataType { get; init; }

    /// <summary>True when commands may write it.</summary>
    public bool IsWritable { get; init; }

    /// <summary>Properties for the birth (engUnit, engLow, engHigh, readOnly, …), without Quality.</summary>
    public PropertySet Properties { get; init; } = PropertySet.Empty;

    /// <summary>Metadata for the birth.</summary>
    public MetaData? MetaData { get; init; }

    /// <summary>True for values of live interest only.</summary>
    public bool IsTransient { get; init; }

    /// <summary>The value at the start; of <see cref="DataType"/>, or its null.</summary>
    public required MetricValue Value { get; init; }

    /// <summary>The quality at the start.</summary>
    public Quality Quality { get; init; } = Quality.Good;

    /// <summary>When the value at the start was acquired; null for the time of the birth.</summary>
    public Timestamp? Timestamp { get; init; }

    /// <summary>True when a birth would say the same of both, their samples aside.</summary>
    internal bool IsDescribedAs(EdgeMetric other) =>
        Name == other.Name && DataType == other.DataType && IsWritable == other.IsWritable && IsTransient == other.IsTransient
        && MetaData == other.MetaData && Properties.Equals(other.Properties);
}

/// <summary>A Device as the Edge Node finds it: its id and all metrics that it will ever publish in this life.</summary>
/// <param name="DeviceId">Valid as a topic level; unique within the Edge Node.</param>
/// <param name="Metrics">All its metrics, names unique.</param>
public sealed record EdgeDevice(string DeviceId, IReadOnlyList<EdgeMetric> Metrics);

/// <summary>One new value of one metric.</summary>
/// <param name="Name">The metric's name.</param>
/// <param name="Value">Of the metric's datatype, or its null.</param>
/// <param name="Timestamp">When it was acquired.</param>
/// <param name="Quality">Its quality.</param>
public readonly record struct Sample(string Name, MetricValue Value, Timestamp Timestamp, Quality Quality = Quality.Good)
{
    /// <summary>True for a value from the past: published, but never the current value.</summary>
    public bool IsHistorical { get; init; }

    /// <summary>True to publish it even when value and quality are as before: an answer to a command, an event.</summary>
    public bool IsForced { get; init; }
}
