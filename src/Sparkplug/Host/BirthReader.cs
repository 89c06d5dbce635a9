using Sparkplug.Metrics;

namespace Sparkplug.Host;

/// <summary>Makes a table of metrics of an NBIRTH or DBIRTH, and gives their aliases and Template definitions to the node's tables.</summary>
internal sealed class BirthReader(NodeStateOptions options, AliasTable aliases, TemplateTable templates)
{
    /// <summary>One value of a birth.</summary>
    public readonly record struct Entry(MetricState Metric, MetricUpdate Update);

    // Of the node and all its devices together.
    private int _metricCount;

    /// <summary>Forgets what an earlier NBIRTH declared.</summary>
    public void Clear()
    {
        aliases.Clear();
        templates.Clear();
    }

    /// <summary>Reads a birth and returns its values in order.</summary>
    /// <param name="message">The message.</param>
    /// <param name="device">The device of a DBIRTH.</param>
    /// <param name="table">The metrics of the birth before, then those of this one; those of equal name and type keep their object.</param>
    /// <param name="faults">Where to report what was left out.</param>
    public List<Entry> Read(NodeInput.Received message, DeviceState? device, ref Dictionary<string, MetricState> table, FaultSink faults)
    {
        faults.AddPayload(message);
        if (device is not null) aliases.Remove(device);
        // Definitions first: an instance may stand before its own.
        ReadDefinitions(message, faults);
        var old = table;
        var room = options.MetricCapacity - (_metricCount - old.Count);
        var (metrics, entries, leftOut) = (new Dictionary<string, MetricState>(), new List<Entry>(), 0);
        foreach (var metric in message.Payload.Metrics)
        {
            if (IsDefinition(metric) || !IsComplete(metric, faults, out var type)) continue;
            if (!metrics.TryGetValue(metric.Name!, out var state))
            {
                if (metrics.Count >= room)
                {
                    leftOut++;
                    continue;
                }
                state = Declare(metric, type, device, old, faults);
                metrics.Add(state.Name, state);
            }
            ReadValue(metric, state, message, entries, faults);
        }
        if (leftOut > 0) faults.Add(NodeFault.CapacityExceeded, $"{leftOut} metrics of {message.Type} left out: a node may have {options.MetricCapacity}");
        _metricCount += metrics.Count - old.Count;
        table = metrics;
        return entries;
    }

    // A definition belongs into the NBIRTH (tck-id-payloads-template-definition-nbirth-only); older peers put it into a DBIRTH.
    private void ReadDefinitions(NodeInput.Received message, FaultSink faults)
    {
        templates.StartBirth();
        foreach (var metric in message.Payload.Metrics)
        {
            if (!IsDefinition(metric)) continue;
            if (metric.Name is null) faults.Add(NodeFault.IncompleteBirth, "a Template definition without a name was left out");
            else if (!templates.TryDefine(metric.Name, metric.Value.AsTemplate()))
                faults.Add(NodeFault.CapacityExceeded, $"Template definition {Names.Of(metric)} left out");
        }
    }

    private static bool IsDefinition(Metric metric) => metric.Value.Reference is Template { IsDefinition: true };

    private static bool IsComplete(Metric metric, FaultSink faults, out DataType type)
    {
        type = metric.DataType ?? metric.Value.Type;
        if (metric.Name is null)
        {
            faults.Add(NodeFault.IncompleteBirth, $"a metric without a name ({Names.Of(metric)}) was left out");
            return false;
        }
        if (type.IsForMetric()) return true;
        faults.Add(NodeFault.IncompleteBirth, $"metric {Names.Of(metric)} without a datatype was left out");
        return false;
    }

    private MetricState Declare(Metric metric, DataType type, DeviceState? device, Dictionary<string, MetricState> old, FaultSink faults)
    {
        var state = old.TryGetValue(metric.Name!, out var known) && known.DataType == type ? known : new MetricState(metric.Name!, type);
        state.Declare(metric);
        if (metric.Alias is not { } alias || aliases.TryAdd(alias, device, state)) return state;
        state.Alias = null;
        faults.Add(NodeFault.DuplicateAlias, $"alias {alias} of metric {Names.Of(metric)} belongs to another metric too; it is good for neither");
        return state;
    }

    private void ReadValue(Metric metric, MetricState state, NodeInput.Received message, List<Entry> entries, FaultSink faults)
    {
        if (!metric.Value.TryAs(state.DataType, out var value))
        {
            faults.Add(NodeFault.WrongType, $"metric {Names.Of(metric)} is a {state.DataType}, not {metric.Value}; the value was left out");
            return;
        }
        if (value.Reference is Template instance)
        {
            if (templates.TryComplete(instance, out var complete)) value = MetricValue.Template(complete);
            else faults.Add(NodeFault.IncompleteBirth,
                $"metric {Names.Of(metric)} is an instance of '{Names.Short(instance.TemplateRef)}', which has no usable definition; it was taken as it is");
        }
        var update = state.Take(metric, value, message);
        if (!state.TryLay(metric.Properties, options.PropertyCapacity))
            faults.Add(NodeFault.CapacityExceeded, $"metric {Names.Of(metric)} has more than {options.PropertyCapacity} properties");
        entries.Add(new Entry(state, update));
    }
}
