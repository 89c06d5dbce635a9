namespace Sparkplug.Payloads;

/// <summary>Why bytes are not a payload that is accepted.</summary>
public enum PayloadFaultReason
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>The bytes are not protobuf of the Sparkplug B schema.</summary>
    Malformed,

    /// <summary>More bytes than <see cref="PayloadLimits.Bytes"/>.</summary>
    TooLarge,

    /// <summary>Templates, property sets or lists nested deeper than <see cref="PayloadLimits.Depth"/>.</summary>
    TooDeep,

    /// <summary>More metrics, properties, rows, columns or parameters than <see cref="PayloadLimits.Items"/> in all.</summary>
    TooMany,

    /// <summary>The seq is above 255 (tck-id-payloads-sequence-num-req-nbirth).</summary>
    SeqOutOfRange,
}

/// <summary>A fault of a payload as a whole.</summary>
/// <param name="Reason">What is wrong.</param>
/// <param name="Detail">Where and what, for people; bounded in length.</param>
public readonly record struct PayloadFault(PayloadFaultReason Reason, string Detail)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Reason}: {Detail}";
}

/// <summary>A metric that was left out of a payload that is otherwise sound.</summary>
/// <param name="Index">Its place in the payload, from 0.</param>
/// <param name="Metric">Its name or <c>alias N</c>.</param>
/// <param name="Detail">What is wrong with it, for people; bounded in length.</param>
public readonly record struct MetricFault(int Index, string Metric, string Detail)
{
    /// <inheritdoc/>
    public override string ToString() => $"metric {Index} ({Metric}): {Detail}";
}

/// <summary>Bounds for what the decoder accepts from outside.</summary>
public sealed record PayloadLimits
{
    /// <summary>The limits that are used where none are given.</summary>
    public static PayloadLimits Default { get; } = new();

    /// <summary>Largest payload in bytes.</summary>
    public int Bytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Deepest nesting of Templates, property sets and property set lists.</summary>
    public int Depth { get; init; } = 16;

    /// <summary>Most metrics, properties, DataSet columns and cells, and parameters of one payload, all counted together.</summary>
    public int Items { get; init; } = 1_000_000;
}
