namespace UnitTests.Conformance;

/// <summary>One normative statement of MQTT, from appendix B of the standard.</summary>
/// <param name="Id"><c>MQTT-x.y.z-n</c> for 5.0, <c>MQTT311-x.y.z-n</c> for 3.1.1: the two number differently.</param>
/// <param name="Binds">Who has to keep it: client, server or both.</param>
/// <param name="Requirement">What it asks, in our words.</param>
/// <param name="SameAs">For 3.1.1: the clause of 5.0 that asks the same, whose tests count here too; null for none.</param>
internal sealed record MqttClause(string Id, string Binds, string Requirement, string? SameAs)
{
    /// <summary>Those of MQTT 5.0, in the order of the standard.</summary>
    public static IReadOnlyList<MqttClause> Version5 { get; } = Read("mqtt-5.0.tsv");

    /// <summary>Those of MQTT 3.1.1, in the order of the standard.</summary>
    public static IReadOnlyList<MqttClause> Version311 { get; } = Read("mqtt-3.1.1.tsv");

    /// <summary>Whether a server has to keep it.</summary>
    public bool BindsServer => Binds != "client";

    private static IReadOnlyList<MqttClause> Read(string file) =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Conformance", file)).Skip(1).Select(Parse)];

    private static MqttClause Parse(string line) => line.Split('\t') switch
    {
        [var id, var binds, var requirement] => new MqttClause(id, binds, requirement, null),
        [var id, var binds, var requirement, var sameAs] => new MqttClause(id, binds, requirement, sameAs.Length == 0 ? null : sameAs),
        _ => throw new InvalidDataException($"not a clause: {line}"),
    };
}
