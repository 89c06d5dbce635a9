using System.Diagnostics.CodeAnalysis;
using Sparkplug.Metrics;
using Sparkplug.Payloads;

namespace Sparkplug.Edge;

/// <summary>One metric of a command, found among ours and of the right type.</summary>
internal readonly record struct CommandedWrite(LiveMetric Metric, MetricValue Value);

/// <summary>Reads NCMD and DCMD payloads. Whoever may publish can send one, so nothing in it is believed.</summary>
internal static class CommandReader
{
    /// <summary>An answer repeats the id, so it may not be of any length; ours are UUIDs.</summary>
    private const int LongestCommandId = 64;

    private static readonly PayloadLimits Limits = new() { Bytes = 1024 * 1024, Items = 10_000 };

    /// <summary>
    /// Decodes a command; says so when it, or some metric in it, makes no sense. QoS, time stamps, seq and datatypes are not asked for.
    /// </summary>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, string topic, IEdgeOutputs outputs, [NotNullWhen(true)] out Payload? payload)
    {
        if (!PayloadCodec.TryDecode(bytes.Span, Limits, out payload, out var fault))
        {
            outputs.Ignored(EdgeFault.MalformedPayload, $"{MetricText.Show(topic)}: {fault}");
            return false;
        }
        if (payload.Faults.Count > 0)
            outputs.Ignored(EdgeFault.MalformedPayload, $"{MetricText.Show(topic)}: {payload.Faults[0]}; {payload.Faults.Count} in all");
        return true;
    }

    /// <summary>
    /// Finds the metric that is to be written, by name or alias, and gives the value its datatype. A metric that is not ours is passed over
    /// (Sparkplug 3.0, 6.4.6).
    /// </summary>
    public static bool TryRead(MetricTable table, Metric metric, string? commandId, IEdgeOutputs outputs, out CommandedWrite write)
    {
        write = default;
        if (table.Find(metric.Name, metric.Alias) is not { } found)
            return Refuse(EdgeFault.UnknownMetric, table, NameOf(metric), commandId, "is not one of ours", outputs);
        if (!found.Definition.IsWritable)
            return Refuse(EdgeFault.NotWritable, table, found.Definition.Name, commandId, "cannot be written", outputs);
        // A null has no meaning for an output, and those who carry commands out may count on a value.
        if (metric.Value.IsNull || !metric.Value.TryAs(found.Definition.DataType, out var value))
            return Refuse(EdgeFault.WrongType, table, found.Definition.Name, commandId, $"takes a {found.Definition.DataType}, not '{metric.Value}'", outputs);
        write = new CommandedWrite(found, value);
        return true;
    }

    private static string NameOf(Metric metric) => metric.Name is { } name ? MetricText.Show(name) : $"with alias {metric.Alias}";

    private static bool Refuse(EdgeFault fault, MetricTable table, string metric, string? commandId, string why, IEdgeOutputs outputs)
    {
        outputs.Ignored(fault, $"command to {table.Place}: the metric '{metric}' {why}");
        if (commandId is { Length: > 0 and <= LongestCommandId }) outputs.Refused(new EdgeRefusal(table.DeviceId, metric, commandId, $"the metric {why}"));
        return false;
    }
}
