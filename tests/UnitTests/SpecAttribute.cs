using Xunit.v3;

namespace UnitTests;

/// <summary>Names the clauses that a test proves: <c>tck-id-…</c> of Sparkplug 3.0 or <c>MQTT-x.y.z-n</c>.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true)]
public sealed class SpecAttribute(params string[] ids) : Attribute, ITraitAttribute
{
    /// <summary>The clauses, as written in the standard.</summary>
    public IReadOnlyList<string> Ids { get; } = ids;

    /// <inheritdoc/>
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() =>
        [.. Ids.Select(id => KeyValuePair.Create("Spec", id))];
}
