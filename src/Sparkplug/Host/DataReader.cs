using System.Diagnostics.CodeAnalysis;
using Sparkplug.Metrics;

namespace Sparkplug.Host;

/// <summary>Finds the metrics that an NDATA or DDATA speaks of and moves their values. Allocates nothing for a sound message of plain values.</summary>
internal sealed class DataReader(NodeState node, NodeStateOptions options, AliasTable aliases)
{
    /// <summary>Takes a message's values; the result says why a rebirth is needed, if it is.</summary>
    /// <param name="message">The message.</param>
    /// <param name="device">The device of a DDATA.</param>
    /// <param name="table">The metrics of its birth.</param>
    /// <param name="isAliasUsable">False when an alias may mean another metric by now.</param>
    /// <param name="outputs">Takes the values and faults.</param>
    public RebirthReason? Read(NodeInput.Received message, DeviceState? device, Dictionary<string, MetricState> table, bool isAliasUsable, INodeOutputs outputs)
    {
        RebirthReason? reason = null;
        var faults = new FaultSink(node, outputs, message.Now);
        faults.AddPayload(message);
        var metrics = message.Payload.Metrics;
        for (var i = 0; i < metrics.Count; i++)
        {
            var metric = metrics[i];
            if (!TryFind(metric, device, table, isAliasUsable, faults, ref reason, out var state)
                || !TryRead(metric, state, faults, ref reason, out var value)) continue;
            var update = state.Take(metric, value, message);
            if (!update.IsHistorical && !state.TryLay(metric.Properties, options.PropertyCapacity))
                faults.Add(NodeFault.CapacityExceeded, $"metric {Names.Of(metric)} has more than {options.PropertyCapacity} properties");
            outputs.MetricUpdated(node, device, state, update);
        }
        return reason;
    }

    // By name where there is one, also beside an alias (2.2 peers); else by alias, which must be one of this very device or node.
    private bool TryFind(Metric metric, DeviceState? device, Dictionary<string, MetricState> table, bool isAliasUsable, FaultSink faults,
        ref RebirthReason? reason, [NotNullWhen(true)] out MetricState? state)
    {
        if (metric.Name is { } name)
        {
            if (table.TryGetValue(name, out state)) return true;
            reason ??= RebirthReason.UnknownMetric;
            faults.Add(NodeFault.UnknownMetric, $"no birth declared metric {Names.Of(metric)}");
            return false;
        }
        state = null;
        if (metric.Alias is not { } alias)
        {
            faults.Add(NodeFault.MalformedMetric, "a metric without name and alias was left out");
            return false;
        }
        if (isAliasUsable && aliases.TryGet(alias, device, out state)) return true;
        if (aliases.IsAmbiguous(alias))
        {
            faults.Add(NodeFault.DuplicateAlias, $"alias {alias} belongs to more than one metric; the value was left out");
            return false;
        }
        reason ??= RebirthReason.UnknownAlias;
        faults.Add(NodeFault.UnknownMetric, isAliasUsable
            ? $"no birth declared alias {alias}"
            : $"alias {alias} may have been declared anew in an NBIRTH that is missing; the value was left out");
        return false;
    }

    private static bool TryRead(Metric metric, MetricState state, FaultSink faults, ref RebirthReason? reason, out MetricValue value)
    {
        // A datatype should not be there (tck-id-payloads-metric-datatype-not-req); one that is there must be that of the birth.
        var isOfType = metric.Value.TryAs(state.DataType, out value) && (metric.DataType ?? state.DataType) == state.DataType;
        if (!isOfType)
        {
            reason ??= RebirthReason.WrongType;
            faults.Add(NodeFault.WrongType,
                $"metric '{Names.Short(state.Name)}' is a {state.DataType}, not {metric.DataType?.ToString() ?? metric.Value.ToString()}; the value was left out");
            return false;
        }
        return value.Reference is not Template update || TryMerge(update, state, faults, ref reason, ref value);
    }

    private static bool TryMerge(Template update, MetricState state, FaultSink faults, ref RebirthReason? reason, ref MetricValue value)
    {
        // After a null there is nothing to lay a part over: what came must do.
        if (state.LastTemplate is not { } current) return true;
        if (TemplateMerge.TryMerge(current, update, out var merged, out var fault, out var detail))
        {
            value = MetricValue.Template(merged);
            return true;
        }
        reason ??= fault == NodeFault.UnknownMetric ? RebirthReason.UnknownMetric : RebirthReason.WrongType;
        faults.Add(fault, $"metric '{Names.Short(state.Name)}': {detail}; the value was left out");
        return false;
    }
}
