using System.Text;
using CsCheck;
using Sparkplug.Broker.Routing;

namespace UnitTests.Broker.Routing;

public sealed class TopicFilterCoverTests
{
    [Theory]
    [Spec("MQTT-4.7.1-1", "MQTT-4.7.1-2", "MQTT-4.7.2-1")]
    [InlineData("a/b", "a/b", true)]
    [InlineData("a/b", "a/B", false)]
    [InlineData("a/b", "a", false)]
    [InlineData("a/b", "a/b/c", false)]
    [InlineData("a/b", "a/b/", false)]
    [InlineData("a/#", "a", true)]
    [InlineData("a/#", "a/", true)]
    [InlineData("a/#", "a/b/c", true)]
    [InlineData("a/#", "ab", false)]
    [InlineData("#", "a", true)]
    [InlineData("#", "/", true)]
    [InlineData("+", "a", true)]
    [InlineData("+", "", true)]
    [InlineData("+", "/a", false)]
    [InlineData("+/+", "/a", true)]
    [InlineData("/+", "/a", true)]
    [InlineData("a/+", "a", false)]
    [InlineData("a/+", "a/", true)]
    [InlineData("a/+/c", "a//c", true)]
    [InlineData("a/+/#", "a/b", true)]
    [InlineData("a/+/#", "a", false)]
    [InlineData("#", "$SYS/x", false)]
    [InlineData("+/x", "$SYS/x", false)]
    [InlineData("$SYS/#", "$SYS/x", true)]
    [InlineData("$SYS/#", "$SYS", true)]
    [InlineData("a/#", "a/$b", true)]
    [InlineData("Straße/+", "Straße/ä", true)]
    public void A_filter_matches_as_the_standard_says(string filter, string topic, bool matches) =>
        Assert.Equal(matches, TopicFilter.Matches(Encoding.UTF8.GetBytes(filter), Encoding.UTF8.GetBytes(topic)));

    [Theory]
    [InlineData("a/#", "a/#", true)]
    [InlineData("a/#", "a", true)]
    [InlineData("a/#", "a/b/+", true)]
    [InlineData("a/#", "a/b/#", true)]
    [InlineData("a/#", "#", false)]
    [InlineData("a/#", "+/b", false)]
    [InlineData("a/+", "a/+", true)]
    [InlineData("a/+", "a/b", true)]
    [InlineData("a/+", "a/#", false)]
    [InlineData("a/+", "a/+/#", false)]
    [InlineData("a/b", "a/+", false)]
    [InlineData("#", "#", true)]
    [InlineData("#", "+/a/#", true)]
    [InlineData("+/#", "#", true)]
    [InlineData("#", "$SYS/#", false)]
    [InlineData("$SYS/#", "#", false)]
    public void A_grant_covers_a_subscription_or_not(string granted, string asked, bool covers) =>
        Assert.Equal(covers, TopicFilter.Covers(Encoding.UTF8.GetBytes(granted), Encoding.UTF8.GetBytes(asked)));

    /// <summary>Over all topics of up to four levels from three words, covering is exactly what matching says it is.</summary>
    [Fact]
    public void Covering_means_matching_all_that_the_other_matches()
    {
        // One level more than any filter has, and one word more than any filter knows: that tells every pair apart.
        byte[][] topics = [.. Texts(["", "a", "$", "z"], 4).Distinct().Select(Encoding.UTF8.GetBytes)];
        Gen.Select(AFilter, AFilter).Sample((granted, asked) =>
        {
            var (wide, narrow) = (Encoding.UTF8.GetBytes(granted), Encoding.UTF8.GetBytes(asked));
            var meant = topics.Where(topic => TopicFilter.Matches(narrow, topic)).All(topic => TopicFilter.Matches(wide, topic));
            Assert.True(meant == TopicFilter.Covers(wide, narrow), $"{granted} over {asked}: {meant}");
        }, iter: 20_000);
    }

    [Theory]
    [Spec("MQTT-4.7.1-1")]
    [Spec("MQTT-4.7.3-1")]
    [InlineData("a/b", true)]
    [InlineData("/", true)]
    [InlineData("+/+/#", true)]
    [InlineData("😀/+", true)]
    [InlineData("", false)]
    [InlineData("a#", false)]
    [InlineData("#/a", false)]
    [InlineData("a/b+", false)]
    [InlineData("a\0b", false)]
    public void A_text_is_a_filter_or_not(string text, bool isFilter) => Assert.Equal(isFilter, TopicFilter.FaultOf(text) is null);

    [Fact]
    [Spec("MQTT-1.5.4-1")]
    public void Half_a_surrogate_pair_is_no_text() // an attribute cannot hold one
    {
        foreach (var text in (string[])["a\ud83d", "\ude00a", "\ude00\ud83d"])
            Assert.NotNull(TopicFilter.FaultOf(text));
    }

    private static readonly Gen<string> AFilter =
        from levels in Gen.OneOf(Gen.Const(""), Gen.Const("a"), Gen.Const("$"), Gen.Const("+")).List[1, 3]
        from isOpen in Gen.Bool
        let filter = string.Join('/', isOpen ? [.. levels.Skip(1), "#"] : levels)
        where filter.Length > 0
        select filter;

    private static IEnumerable<string> Texts(string[] words, int levels) => levels == 0
        ? []
        : words.Concat(Texts(words, levels - 1).SelectMany(text => words.Select(word => $"{text}/{word}")));
}
