using Sparkplug.Metrics;
using Sparkplug.Payloads;

namespace Sparkplug.Host;

/// <summary>Reads the bdSeq metric: an Int64 by the specification, on the wire also a UInt64 or an integer of 32 bits.</summary>
internal static class BdSeqMetric
{
    /// <summary>The bdSeq of an NBIRTH or NDEATH; null where there is none of 0 to 255.</summary>
    public static BdSeq? Read(Payload payload)
    {
        for (var i = 0; i < payload.Metrics.Count; i++)
        {
            var value = payload.Metrics[i].Value;
            if (payload.Metrics[i].Name != BdSeq.MetricName) continue;
            var isInteger = value.Type <= DataType.UInt64 && value.Wire is WireKind.Int or WireKind.Long;
            return isInteger && value.Bits <= byte.MaxValue ? new BdSeq((byte)value.Bits) : null;
        }
        return null;
    }
}
