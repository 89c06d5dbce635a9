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

    /// <summary>More items than <see cref="PayloadLimits.Items"/> in all.</summary>
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

/// <summary>A metric, or one property of it, that was left out of a payload that is otherwise sound.</summary>
/// <param name="Index">Its place in the payload, from 0.</param>
/// <param name="Metric">Its name or <c>alias N</c>; bounded in length, and what does not print is escaped.</param>
/// <param name="Detail">What is wrong with it, for people; bounded in length.</param>
public readonly record struct MetricFault(int Index, string Metric, string Detail)
{
    /// <summary>The key of the property that was left out while the metric was kept; null when the metric itself was left out.</summary>
    public string? Property { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Property is null
        ? $"metric {Index} ({Metric}): {Detail}"
        : $"metric {Index} ({Metric}), property {Property}: {Detail}";
}

/// <summary>Bounds for what the decoder accepts from outside.</summary>
public sealed record PayloadLimits
{
    /// <summary>The limits that are used where none are given.</summary>
    public static PayloadLimits Default { get; } = new();

    /// <summary>Largest payload in bytes.</summary>
    public int Bytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Deepest nesting of Templates, property sets and property set lists; above 40 it counts as 40.</summary>
    public int Depth { get; init; } = 16;

    /// <summary>
    /// Most entries of lists in one payload, all counted together: metrics, members, parameters, keys and values of properties,
    /// property sets in lists, names and types of DataSet columns, rows and cells.
    /// </summary>
    public int Items { get; init; } = 1_000_000;
}
