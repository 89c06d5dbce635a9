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

    // What the birth said, for values that come later and say nothing.
    private bool _isBornTransient;

    // A current value from so far ahead of the host's clock is a wrong clock, and must not shut out all that follow.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    /// <summary>The last Template instance that was not null: parts that come later are laid over it.</summary>
    internal Template? LastTemplate { get; private set; }

    /// <summary>Forgets all that an earlier birth and its data said: a birth begins.</summary>
    internal void Declare(Metric birth)
    {
        Alias = birth.Alias;
        Value = MetricValue.Null(DataType);
        LastTemplate = null;
        Timestamp = default;
        ReportedQuality = Quality.Good;
        StaleSince = null;
        Properties = PropertySet.Empty;
        MetaData = null;
        IsTransient = _isBornTransient = birth.IsTransient;
    }

    /// <summary>
    /// Takes a value of this metric's type. It becomes the current one unless it is historical or older; one of the same millisecond
    /// is a new value. Older is what its own message is newer than: where the message itself is from before the current value, whose
    /// seq it follows, the peer's clock was set back, and its values are the current ones nevertheless.
    /// </summary>
    internal MetricUpdate Take(Metric metric, MetricValue value, NodeInput.Received message)
    {
        var time = metric.Timestamp ?? message.Payload.Timestamp ?? message.Now;
        var quality = QualityProperty.Of(metric.Properties);
        var isTransient = metric.IsTransient || _isBornTransient;
        var isClockSetBack = message.Payload.Timestamp < Timestamp;
        var isPast = metric.IsHistorical || (time < Timestamp && !isClockSetBack && Timestamp <= message.Now.After(ClockTolerance));
        if (!isPast)
        {
            Value = value;
            if (value.Reference is Template instance) LastTemplate = instance;
            Timestamp = time;
            ReportedQuality = quality;
            IsTransient = isTransient;
            MetaData = metric.MetaData ?? MetaData;
        }
        return new MetricUpdate(value, time, quality, isPast, isTransient, message.Payload.Uuid, message.Type);
    }

    /// <summary>Lays properties over those that are known; false when there is no room for more.</summary>
    internal bool TryLay(PropertySet? properties, int capacity)
    {
        if (properties is not null)
        {
            for (var i = 0; i < properties.Count; i++)
            {
                var (key, value) = properties[i];
                var isKnown = Properties.TryGet(key, out var known);
                if (isKnown && known == value) continue;
                if (!isKnown && Properties.Count >= capacity) return false;
                Properties = Properties.With(key, value);
            }
        }
        Properties = QualityProperty.Follow(Properties, ReportedQuality);
        return true;
    }
}
