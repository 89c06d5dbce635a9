using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Sparkplug.Metrics;

namespace Sparkplug.Payloads;

/// <summary>Sparkplug B payloads to bytes and back.</summary>
/// <remarks>
/// Encoding is deterministic: equal payloads give equal bytes. Fields that the schema does not know (newer peers, extensions) are passed over
/// when decoding; protobuf groups are refused.
/// </remarks>
public static class PayloadCodec
{
    private static readonly MessageParser<Wire.Payload> Parser = Wire.Payload.Parser.WithDiscardUnknownFields(true);

    /// <summary>
    /// Encodes a payload. Signed integers are written sign-extended, UInt32 as int_value; 0, false and "" are written;
    /// a null is written as is_null without a value. The datatype of a metric is written where <see cref="Metric.DataType"/> is set,
    /// those of properties, parameters and columns always. <see cref="Payload.Faults"/> are not written.
    /// </summary>
    /// <exception cref="ArgumentException">A value does not have the datatype that stands beside it, or one that cannot stand where it is;
    /// the message names the metric.</exception>
    public static byte[] Encode(Payload payload)
    {
        var wire = new Wire.Payload();
        if (payload.Timestamp is { } timestamp) wire.Timestamp = timestamp.Milliseconds;
        foreach (var metric in payload.Metrics) wire.Metrics.Add(MetricEncoder.Encode(metric));
        if (payload.Seq is { } seq) wire.Seq = seq.Value;
        if (payload.Uuid is { } uuid) wire.Uuid = uuid;
        if (payload.Body is { } body) wire.Body = UnsafeByteOperations.UnsafeWrap(body);
        return wire.ToByteArray();
    }

    /// <summary>Decodes bytes from outside; never throws.</summary>
    /// <param name="bytes">The MQTT payload.</param>
    /// <param name="limits">What to accept at most.</param>
    /// <param name="payload">The payload when the result is true; metrics that make no sense are listed in <see cref="Payload.Faults"/>.</param>
    /// <param name="fault">What is wrong when the result is false.</param>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, PayloadLimits limits, [NotNullWhen(true)] out Payload? payload, out PayloadFault fault)
    {
        payload = null;
        if (bytes.Length > limits.Bytes)
        {
            fault = new PayloadFault(PayloadFaultReason.TooLarge, $"{bytes.Length} bytes, at most {limits.Bytes} are accepted");
            return false;
        }
        if (!WireScanner.TryScan(bytes, limits, out fault) || !TryParse(bytes, out var wire, out fault)) return false;
        // tck-id-payloads-sequence-num-req-nbirth
        if (wire.HasSeq && wire.Seq > byte.MaxValue)
        {
            fault = new PayloadFault(PayloadFaultReason.SeqOutOfRange, $"seq is {wire.Seq}, above 255");
            return false;
        }
        payload = Decode(wire);
        return true;
    }

    private static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Wire.Payload? wire, out PayloadFault fault)
    {
        try
        {
            wire = Parser.ParseFrom(bytes);
            fault = default;
            return true;
        }
        catch (InvalidProtocolBufferException e)
        {
            wire = null;
            fault = new PayloadFault(PayloadFaultReason.Malformed, MetricText.Show(e.Message));
            return false;
        }
    }

    private static Payload Decode(Wire.Payload wire)
    {
        var metrics = new List<Metric>(wire.Metrics.Count);
        var faults = new List<MetricFault>();
        for (var i = 0; i < wire.Metrics.Count; i++)
            if (MetricDecoder.TryDecode(wire.Metrics[i], i, faults, out var metric)) metrics.Add(metric);
        return new Payload
        {
            Timestamp = wire.HasTimestamp ? new Timestamp(wire.Timestamp) : null,
            Metrics = metrics,
            Seq = wire.HasSeq ? new Seq((byte)wire.Seq) : null,
            Uuid = wire.HasUuid ? wire.Uuid : null,
            Body = wire.HasBody ? wire.Body.Memory : default(ReadOnlyMemory<byte>?),
            Faults = faults,
        };
    }
}
