namespace UnitTests.Conformance;

/// <summary>One normative statement of Sparkplug 3.0.</summary>
/// <param name="Id">Its id in the specification.</param>
/// <param name="Chapter">Where it stands.</param>
/// <param name="Level">MUST, MUST NOT, SHOULD, MAY.</param>
/// <param name="Role">Who has to keep it.</param>
/// <param name="Statement">What it asks, in our words.</param>
internal sealed record Requirement(string Id, string Chapter, string Level, string Role, string Statement)
{
    /// <summary>All of them, in the order of the specification.</summary>
    public static IReadOnlyList<Requirement> All { get; } =
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Conformance", "requirements.tsv")).Skip(1).Select(Read)];

    private static Requirement Read(string line) => line.Split('\t') switch
    {
        [var id, var chapter, var level, var role, var statement] => new Requirement(id, chapter, level, role, statement),
        _ => throw new InvalidDataException($"not a requirement: {line}"),
    };
}
