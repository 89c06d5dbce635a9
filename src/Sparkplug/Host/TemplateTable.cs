using Sparkplug.Metrics;

namespace Sparkplug.Host;

/// <summary>
/// The Template definitions of one Edge Node (tck-id-payloads-template-definition-nbirth) and what they do to instances: missing
/// parameters and members come from the definition, members without a type get the definition's.
/// </summary>
/// <param name="capacity">
/// Most definitions, and most members and parameters that they may add to the instances of one birth: small payloads must not unfold into large states.
/// </param>
internal sealed class TemplateTable(int capacity)
{
    private readonly Dictionary<string, Template> _definitions = [];
    private int _left;

    /// <summary>The definitions, by name.</summary>
    public IReadOnlyDictionary<string, Template> Definitions => _definitions;

    /// <summary>Forgets all definitions: an NBIRTH.</summary>
    public void Clear() => _definitions.Clear();

    /// <summary>A birth begins.</summary>
    public void StartBirth() => _left = capacity;

    /// <summary>Takes a definition; a later one of the same name replaces it. False when there are too many.</summary>
    public bool TryDefine(string name, Template definition)
    {
        if (_definitions.Count >= capacity && !_definitions.ContainsKey(name)) return false;
        _definitions[name] = definition;
        return true;
    }

    /// <summary>
    /// An instance of a birth with all that its definition gives it. False when there is no such definition, or it would add too much:
    /// the instance stays as it is.
    /// </summary>
    public bool TryComplete(Template instance, out Template complete)
    {
        complete = instance;
        if (instance.TemplateRef is null || !_definitions.TryGetValue(instance.TemplateRef, out var definition)) return false;
        var members = definition.Metrics.Where(member => member.Name is not null).GroupBy(member => member.Name!).ToDictionary(group => group.Key, group => group.Last());
        var parameters = definition.Parameters.GroupBy(parameter => parameter.Name).ToDictionary(group => group.Key, group => group.Last());
        var ownMembers = instance.Metrics.Select(member => CompleteMember(member, members)).ToList();
        var ownParameters = instance.Parameters.Select(parameter => Typed(parameter, parameters)).ToList();
        if (members.Count + parameters.Count > _left) return false;
        _left -= members.Count + parameters.Count;
        complete = new Template
        {
            Version = instance.Version ?? definition.Version,
            TemplateRef = instance.TemplateRef,
            Metrics = [.. ownMembers, .. members.Values],
            Parameters = [.. ownParameters, .. parameters.Values],
        };
        return true;
    }

    // Takes the member out of the definition's, so that those that are left are the missing ones.
    private Metric CompleteMember(Metric member, Dictionary<string, Metric> definition)
    {
        if (member.Name is not null && definition.Remove(member.Name, out var declared))
        {
            var type = declared.DataType ?? declared.Value.Type;
            if (member.Value.TryAs(type, out var typed))
                member = member with { Value = typed, DataType = type, Alias = member.Alias ?? declared.Alias };
        }
        if (member.Value.Reference is Template { IsDefinition: false } nested && TryComplete(nested, out var complete))
            member = member with { Value = MetricValue.Template(complete) };
        return member;
    }

    private static TemplateParameter Typed(TemplateParameter parameter, Dictionary<string, TemplateParameter> definition) =>
        definition.Remove(parameter.Name, out var declared) && parameter.Value.TryAs(declared.Value.Type, out var typed)
            ? parameter with { Value = typed }
            : parameter;
}
