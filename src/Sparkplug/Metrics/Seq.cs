namespace Sparkplug.Metrics;

/// <summary>
/// The payload's sequence number: one counter for an Edge Node and all its Devices, 0 to 255 and around
/// (tck-id-payloads-sequence-num-incrementing). <c>default</c> is 0, that of an NBIRTH (tck-id-topics-nbirth-seq-num).
/// </summary>
public readonly record struct Seq(byte Value)
{
    /// <summary>The following number; 0 after 255.</summary>
    public Seq Next() => new(unchecked((byte)(Value + 1)));

    /// <summary>How many steps this number is ahead of <paramref name="other"/>, 0 to 255.</summary>
    public int StepsAfter(Seq other) => unchecked((byte)(Value - other.Value));

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>
/// Birth/death sequence number: ties an NDEATH to its NBIRTH; one more for each MQTT CONNECT packet, 0 to 255 and around
/// (tck-id-topics-nbirth-bdseq-increment).
/// </summary>
public readonly record struct BdSeq(byte Value)
{
    /// <summary>The metric's name.</summary>
    public const string MetricName = "bdSeq";

    /// <summary>The following number; 0 after 255.</summary>
    public BdSeq Next() => new(unchecked((byte)(Value + 1)));

    /// <summary>The metric's value, an Int64 (tck-id-message-flow-edge-node-birth-publish-nbirth-payload-bdSeq).</summary>
    public MetricValue ToMetricValue() => MetricValue.Int64(Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
