using Sparkplug.Metrics;

namespace Sparkplug.Host;

/// <summary>What a host knows of one metric; changed by its <see cref="NodeState"/> alone.</summary>
public sealed class MetricState
{
    internal MetricState(string name, DataType dataType)
    {
        Name = name;
        DataType = dataType;
    }

    /// <summary>The name of the birth.</summary>
    public string Name { get; }

    /// <summary>The datatype of the birth.</summary>
    public DataType DataType { get; }

    /// <summary>The alias of the birth, if any.</summary>
    public ulong? Alias { get; internal set; }

    /// <summary>The current value.</summary>
    public MetricValue Value { get; internal set; }

    /// <summary>The time of the current value.</summary>
    public Timestamp Timestamp { get; internal set; }

    /// <summary>The quality that came with the current value.</summary>
    public Quality ReportedQuality { get; internal set; } = Quality.Good;

    /// <summary>When the metric became STALE, if it is: by the host's clock after NDEATH, by the payload's after DDEATH.</summary>
    public Timestamp? StaleSince { get; internal set; }

    /// <summary>Stale while nobody vouches for the value, else as reported.</summary>
    public Quality Quality => StaleSince is null ? ReportedQuality : Quality.Stale;

    /// <summary>The properties of the birth, with those that came later laid over them.</summary>
    public PropertySet Properties { get; internal set; } = PropertySet.Empty;

    /// <summary>The metadata of the birth or of the last value that had some.</summary>
    public MetaData? MetaData { get; internal set; }

    /// <summary>True when the birth or the last value said so.</summary>
    public bool IsTransient { get; internal set; }
}
