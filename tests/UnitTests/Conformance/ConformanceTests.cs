using System.Globalization;
using System.Text;
using UnitTests.Architecture;

namespace UnitTests.Conformance;

/// <summary>Keeps docs/conformance.md, the table of what Sparkplug 3.0 asks and which tests prove it, complete and true.</summary>
public sealed class ConformanceTests
{
    /// <summary>What no test of a program can prove, and why.</summary>
    private static readonly Dictionary<string, string> OutsideOurReach = new()
    {
        ["tck-id-intro-edge-node-id-uniqueness"] = "a rule for whoever gives out the ids",
        ["tck-id-topic-structure-namespace-unique-edge-node-descriptor"] = "a rule for whoever gives out the ids",
        ["tck-id-payloads-nbirth-edge-node-descriptor"] = "a rule for whoever gives out the ids",
        ["tck-id-operational-behavior-host-application-host-id"] = "a rule for whoever gives out the ids",
        ["tck-id-case-sensitivity-sparkplug-ids"] = "a recommendation to whoever gives out the ids",
        ["tck-id-case-sensitivity-metric-names"] = "a recommendation to whoever names metrics",
    };

    private static string Root => SourceFiles.Root;

    [Fact]
    public void Every_clause_that_a_test_names_exists()
    {
        var known = Requirement.All.Select(requirement => requirement.Id).ToHashSet();
        var unknown = Proofs().Keys.Where(clause => clause.StartsWith("tck-id-", StringComparison.Ordinal) && !known.Contains(clause));
        Assert.Empty(unknown);
    }

    [Fact]
    public void Every_normative_statement_of_Sparkplug_3_has_a_test()
    {
        var proofs = Proofs();
        var unproven = Requirement.All.Where(requirement => !proofs.ContainsKey(requirement.Id) && !OutsideOurReach.ContainsKey(requirement.Id))
            .Select(requirement => $"{requirement.Role} {requirement.Id}: {requirement.Statement}");
        Assert.True(!unproven.Any(), string.Join('\n', unproven));
    }

    [Fact]
    public void The_table_in_docs_is_up_to_date()
    {
        var path = Path.Combine(Root, "docs", "conformance.md");
        var table = Table(Proofs());
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1") File.WriteAllText(path, table);
        Assert.True(File.Exists(path) && File.ReadAllText(path) == table, "docs/conformance.md is out of date: UPDATE_DOCS=1 ./test unit writes it anew");
    }

    private static IReadOnlyDictionary<string, SortedSet<string>> Proofs() => ProofIndex.Read(Path.Combine(Root, "tests"));

    private static string Table(IReadOnlyDictionary<string, SortedSet<string>> proofs)
    {
        var text = new StringBuilder();
        var proven = Requirement.All.Count(requirement => proofs.ContainsKey(requirement.Id));
        text.Append(CultureInfo.InvariantCulture, $"""
            # Conformance to Sparkplug 3.0

            {Requirement.All.Count} normative statements, {proven} of them named by tests, {OutsideOurReach.Count} outside the reach of a program.
            Written by the tests themselves: `UPDATE_DOCS=1 ./test unit`.

            | Statement | Level | Role | What it asks | Tests |
            |---|---|---|---|---|

            """);
        foreach (var requirement in Requirement.All)
        {
            var tests = proofs.TryGetValue(requirement.Id, out var names)
                ? string.Join("<br>", names.Take(4).Select(name => $"`{name}`")) + (names.Count > 4 ? $"<br>and {names.Count - 4} more" : "")
                : OutsideOurReach.GetValueOrDefault(requirement.Id, "**none**");
            text.Append(CultureInfo.InvariantCulture, $"| `{requirement.Id}` | {requirement.Level} | {requirement.Role} | {requirement.Statement.Replace("|", "\\|", StringComparison.Ordinal)} | {tests} |\n");
        }
        return text.ToString();
    }
}
