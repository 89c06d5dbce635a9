using Sparkplug.Metrics;

namespace Sparkplug.Host;

/// <summary>
/// Lays an instance of DATA, which may hold some of the members only (tck-id-payloads-template-instance-members-data), over the current one.
/// </summary>
internal static class TemplateMerge
{
    /// <summary>Merges; false when a member is unknown or of another type, or the instance is one of another definition.</summary>
    /// <param name="current">The instance as it is; all members have names and types.</param>
    /// <param name="update">What arrived.</param>
    /// <param name="merged">The new instance.</param>
    /// <param name="fault">What is wrong, when the result is false.</param>
    /// <param name="detail">Where it is wrong.</param>
    public static bool TryMerge(Template current, Template update, out Template merged, out NodeFault fault, out string detail)
    {
        merged = current;
        fault = NodeFault.WrongType;
        detail = "";
        if (update.IsDefinition || (update.TemplateRef is not null && update.TemplateRef != current.TemplateRef))
        {
            detail = $"an instance of '{Names.Short(update.TemplateRef)}', not of '{Names.Short(current.TemplateRef)}'";
            return false;
        }
        if (!TryMergeMembers(current, update, out var members, out fault, out detail)) return false;
        if (!TryMergeParameters(current, update, out var parameters, out detail)) return false;
        merged = new Template { Version = update.Version ?? current.Version, TemplateRef = current.TemplateRef, Metrics = members, Parameters = parameters };
        return true;
    }

    private static bool TryMergeMembers(Template current, Template update, out IReadOnlyList<Metric> members, out NodeFault fault, out string detail)
    {
        var merged = current.Metrics.ToArray();
        members = merged;
        fault = default;
        detail = "";
        if (update.Metrics.Count == 0) return true;
        var byName = new Dictionary<string, int>();
        var byAlias = new Dictionary<ulong, int>();
        for (var i = 0; i < merged.Length; i++)
        {
            if (merged[i].Name is { } name) byName[name] = i;
            if (merged[i].Alias is { } alias) byAlias[alias] = i;
        }
        foreach (var member in update.Metrics)
        {
            var at = member.Name is { } name ? byName.GetValueOrDefault(name, -1) : member.Alias is { } alias ? byAlias.GetValueOrDefault(alias, -1) : -1;
            if (at < 0)
            {
                (fault, detail) = (NodeFault.UnknownMetric, $"member {Names.Of(member)}");
                return false;
            }
            if (!TryMergeMember(merged[at], member, out merged[at], out fault, out detail)) return false;
        }
        return true;
    }

    private static bool TryMergeMember(Metric current, Metric update, out Metric merged, out NodeFault fault, out string detail)
    {
        merged = current;
        (fault, detail) = (NodeFault.WrongType, "");
        var type = current.DataType ?? current.Value.Type;
        if (!update.Value.TryAs(type, out var value))
        {
            detail = $"member {Names.Of(current)} is a {type}, not {update.Value}";
            return false;
        }
        if (current.Value.Reference is Template old && value.Reference is Template part)
        {
            if (!TryMerge(old, part, out var nested, out fault, out detail)) return false;
            value = MetricValue.Template(nested);
        }
        merged = current with
        {
            Value = value, Timestamp = update.Timestamp ?? current.Timestamp, IsHistorical = update.IsHistorical, IsTransient = update.IsTransient,
        };
        return true;
    }

    private static bool TryMergeParameters(Template current, Template update, out IReadOnlyList<TemplateParameter> parameters, out string detail)
    {
        var merged = current.Parameters.ToArray();
        parameters = merged;
        detail = "";
        if (update.Parameters.Count == 0) return true;
        var byName = new Dictionary<string, int>();
        for (var i = 0; i < merged.Length; i++) byName[merged[i].Name] = i;
        foreach (var parameter in update.Parameters)
        {
            if (byName.TryGetValue(parameter.Name, out var at) && parameter.Value.TryAs(merged[at].Value.Type, out var value))
            {
                merged[at] = merged[at] with { Value = value };
                continue;
            }
            detail = $"parameter '{Names.Short(parameter.Name)}' is not one of the definition, or not of its type";
            return false;
        }
        return true;
    }
}
