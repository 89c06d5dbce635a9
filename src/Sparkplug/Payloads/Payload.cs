using Sparkplug.Metrics;

namespace Sparkplug.Payloads;

/// <summary>A Sparkplug B payload (Sparkplug 3.0, 6.4.5). Absent fields are null. Equality is by content.</summary>
public sealed record Payload
{
    /// <summary>When the message was sent.</summary>
    public Timestamp? Timestamp { get; init; }

    /// <summary>The metrics in order.</summary>
    public IReadOnlyList<Metric> Metrics { get; init; } = [];

    /// <summary>Sequence number; absent in NDEATH, NCMD and DCMD.</summary>
    public Seq? Seq { get; init; }

    /// <summary>Free text; our own programs put command ids and positions here.</summary>
    public string? Uuid { get; init; }

    /// <summary>Free bytes.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>Metrics and properties that the decoder had to leave out, each with the reason; empty for a payload that was made here.</summary>
    public IReadOnlyList<MetricFault> Faults { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(Payload? other) =>
        other is not null && Timestamp == other.Timestamp && Seq == other.Seq && Uuid == other.Uuid
        && Body.HasValue == other.Body.HasValue && Body.GetValueOrDefault().Span.SequenceEqual(other.Body.GetValueOrDefault().Span)
        && Metrics.SequenceEqual(other.Metrics) && Faults.SequenceEqual(other.Faults);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Timestamp, Seq, Uuid, Metrics.Count, Faults.Count);
}
