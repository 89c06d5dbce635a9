using CsCheck;

namespace UnitTests.Broker.Routing;

/// <summary>Topics and filters of few short words, so that they meet often.</summary>
internal static class Names
{
    private static readonly string[] Words = ["a", "b", "", "$x", "ä", "abc"];

    /// <summary>All topics of up to three levels.</summary>
    public static IReadOnlyList<string> Topics { get; } = [.. All(Words, 3).Where(name => name.Length > 0)];

    /// <summary>All filters of up to three levels, of which the last may be <c>#</c>.</summary>
    public static IReadOnlyList<string> Filters { get; } =
        [.. All([.. Words, "+"], 3).Concat(All([.. Words, "+"], 2).Select(start => $"{start}/#")).Append("#").Where(name => name.Length > 0).Distinct()];

    public static Gen<string> Topic { get; } = Gen.OneOf(Topics.ToArray());

    public static Gen<string> Filter { get; } = Gen.OneOf(Filters.ToArray());

    /// <summary>Names of two words and three levels: few enough that the same come again and again.</summary>
    public static Gen<string> NarrowTopic { get; } = Gen.OneOf(All(["a", "b"], 3).Append("$x/a").ToArray());

    public static Gen<string> NarrowFilter { get; } =
        Gen.OneOf(All(["a", "b", "+"], 3).Concat(All(["a", "+"], 2).Select(start => $"{start}/#")).Append("#").Append("$x/#").ToArray());

    private static List<string> All(string[] words, int depth)
    {
        IEnumerable<string> deepest = words;
        var all = new List<string>(words);
        while (--depth > 0)
            all.AddRange(deepest = [.. deepest.SelectMany(start => words.Select(word => $"{start}/{word}"))]);
        return all;
    }
}
