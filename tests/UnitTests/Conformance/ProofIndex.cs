using System.Text.RegularExpressions;

namespace UnitTests.Conformance;

/// <summary>Which tests name which clauses, read from the sources of all test projects.</summary>
internal static partial class ProofIndex
{
    /// <summary>For each clause that some test names: those tests as <c>Class.Method</c>, in order.</summary>
    public static IReadOnlyDictionary<string, SortedSet<string>> Read(string testsFolder)
    {
        var index = new Dictionary<string, SortedSet<string>>();
        foreach (var file in Directory.EnumerateFiles(testsFolder, "*.cs", SearchOption.AllDirectories))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            if (file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)) continue;
            foreach (var (clause, test) in ReadFile(File.ReadAllText(file), name))
            {
                if (!index.TryGetValue(clause, out var tests)) index[clause] = tests = new SortedSet<string>(StringComparer.Ordinal);
                tests.Add(test);
            }
        }
        return index;
    }

    private static IEnumerable<(string Clause, string Test)> ReadFile(string source, string fileName)
    {
        foreach (Match attribute in SpecPattern().Matches(source))
        {
            var owner = OwnerPattern().Match(source, attribute.Index + attribute.Length);
            var test = owner.Groups["class"].Success ? owner.Groups["class"].Value : $"{fileName}.{owner.Groups["method"].Value}";
            foreach (Match clause in ClausePattern().Matches(attribute.Groups["ids"].Value)) yield return (clause.Groups["id"].Value, test);
        }
    }

    [GeneratedRegex(@"(?:\[|, )Spec\((?<ids>[^)]*)\)", RegexOptions.Singleline)]
    private static partial Regex SpecPattern();

    [GeneratedRegex(@"public (?:async |static |sealed |partial )*(?:class (?<class>\w+)|[\w<>]+ (?<method>\w+)\()")]
    private static partial Regex OwnerPattern();

    [GeneratedRegex("\"(?<id>[^\"]+)\"")]
    private static partial Regex ClausePattern();
}
