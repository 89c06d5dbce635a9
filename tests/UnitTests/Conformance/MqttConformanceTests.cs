using System.Globalization;
using System.Text;
using UnitTests.Architecture;

namespace UnitTests.Conformance;

/// <summary>Keeps docs/mqtt-conformance.md, what both MQTT standards ask of a server and which tests prove it, complete and true.</summary>
public sealed class MqttConformanceTests
{
    private static string Document => Path.Combine(SourceFiles.Root, "docs", "mqtt-conformance.md");

    [Fact]
    public void Every_MQTT_clause_that_a_test_names_exists()
    {
        var known = MqttClause.Version5.Concat(MqttClause.Version311).Select(clause => clause.Id).ToHashSet();
        var unknown = Proofs().Where(proof => proof.Key.StartsWith("MQTT", StringComparison.Ordinal) && !known.Contains(proof.Key))
            .Select(proof => $"{proof.Key}: {string.Join(", ", proof.Value)}");
        Assert.Empty(unknown);
    }

    [Fact]
    public void A_clause_of_3_1_1_that_asks_the_same_names_a_clause_of_5_0()
    {
        var known = MqttClause.Version5.Select(clause => clause.Id).ToHashSet();
        Assert.DoesNotContain(MqttClause.Version311, clause => clause.SameAs is { } same && !known.Contains(same));
    }

    [Fact]
    public void Every_clause_that_binds_a_server_has_a_test_or_a_reason()
    {
        var proofs = Proofs();
        var unproven = MqttClause.Version5.Concat(MqttClause.Version311)
            .Where(clause => clause.BindsServer && TestsOf(clause, proofs).Count == 0 && ReasonFor(clause) is null)
            .Select(clause => $"{clause.Id}: {clause.Requirement}");
        Assert.True(!unproven.Any(), string.Join('\n', unproven));
    }

    [Fact]
    public void The_table_of_MQTT_clauses_in_docs_is_up_to_date()
    {
        var text = Page(Proofs());
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1") File.WriteAllText(Document, text);
        Assert.True(File.Exists(Document) && File.ReadAllText(Document) == text, "docs/mqtt-conformance.md is out of date: UPDATE_DOCS=1 ./test unit writes it anew");
    }

    private static IReadOnlyDictionary<string, SortedSet<string>> Proofs() => ProofIndex.Read(Path.Combine(SourceFiles.Root, "tests"));

    private static List<string> TestsOf(MqttClause clause, IReadOnlyDictionary<string, SortedSet<string>> proofs) =>
    [
        .. (proofs.GetValueOrDefault(clause.Id) ?? [])
            .Concat(clause.SameAs is { } same ? proofs.GetValueOrDefault(same) ?? [] : []).Distinct(),
    ];

    private static string? ReasonFor(MqttClause clause) =>
        MqttDeviations.WithoutTest.GetValueOrDefault(clause.Id) ?? (clause.SameAs is { } same ? MqttDeviations.WithoutTest.GetValueOrDefault(same) : null);

    private static string Page(IReadOnlyDictionary<string, SortedSet<string>> proofs)
    {
        var text = new StringBuilder();
        text.Append("""
            # Conformance to MQTT

            What MQTT 5.0 and 3.1.1 ask of a server, clause by clause (appendix B of each standard), and the tests that prove it.
            Written by the tests themselves: `UPDATE_DOCS=1 ./test unit`. A test names a clause of 5.0 by its id and one of 3.1.1 as
            `MQTT311-…`, because the two number differently; where a clause of 3.1.1 asks the same as one of 5.0, tests of that one count.

            ## Where the broker goes its own way

            | What | Why |
            |---|---|

            """);
        foreach (var (what, why) in MqttDeviations.Choices)
            text.Append(CultureInfo.InvariantCulture, $"| {what} | {why} |\n");
        Append(text, "MQTT 5.0", MqttClause.Version5, proofs);
        Append(text, "MQTT 3.1.1", MqttClause.Version311, proofs);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string version, IReadOnlyList<MqttClause> all, IReadOnlyDictionary<string, SortedSet<string>> proofs)
    {
        var clauses = all.Where(clause => clause.BindsServer).ToList();
        var proven = clauses.Count(clause => TestsOf(clause, proofs).Count > 0);
        text.Append(CultureInfo.InvariantCulture, $"""

            ## {version}

            {all.Count} normative statements, {clauses.Count} of them bind a server, {proven} of those are named by tests.

            | Statement | What it asks | Tests |
            |---|---|---|

            """);
        foreach (var clause in clauses)
            text.Append(CultureInfo.InvariantCulture, $"| `{clause.Id}` | {clause.Requirement} | {Shown(clause, proofs)} |\n");
    }

    private static string Shown(MqttClause clause, IReadOnlyDictionary<string, SortedSet<string>> proofs)
    {
        var tests = TestsOf(clause, proofs);
        if (tests.Count == 0) return ReasonFor(clause) ?? "**none**";
        return string.Join("<br>", tests.Take(4).Select(test => $"`{test}`")) + (tests.Count > 4 ? $"<br>and {tests.Count - 4} more" : "");
    }
}
