using System.Text;
using CsCheck;
using Sparkplug.Broker.Routing;

namespace UnitTests.Broker.Routing;

public sealed class TopicFilterTests
{
    [Theory]
    [Spec("MQTT-4.7.1-1", "MQTT311-4.7.1-2")]
    [InlineData("#", true)]
    [InlineData("sport/#", true)]
    [InlineData("/#", true)]
    [InlineData("+/#", true)]
    [InlineData("sport#", false)]
    [InlineData("sport/tennis#", false)]
    [InlineData("sport/#/ranking", false)]
    [InlineData("#/", false)]
    [InlineData("##", false)]
    [InlineData("/#a", false)]
    public void A_number_sign_is_alone_on_the_last_level(string text, bool isValid) =>
        Assert.Equal(isValid, TopicFilter.TryParse(text, out _, out _));

    [Theory]
    [Spec("MQTT-4.7.1-2", "MQTT311-4.7.1-3")]
    [InlineData("+", true)]
    [InlineData("+/tennis/#", true)]
    [InlineData("sport/+/player1", true)]
    [InlineData("/+", true)]
    [InlineData("+/", true)]
    [InlineData("+/+", true)]
    [InlineData("sport+", false)]
    [InlineData("+sport", false)]
    [InlineData("a/b+/c", false)]
    [InlineData("++", false)]
    [InlineData("+#", false)]
    public void A_plus_sign_is_alone_on_its_level(string text, bool isValid) =>
        Assert.Equal(isValid, TopicFilter.TryParse(text, out _, out _));

    [Theory]
    [Spec("MQTT-4.7.3-1", "MQTT-4.7.3-2", "MQTT311-4.7.3-1", "MQTT311-4.7.3-2")]
    [InlineData("")]
    [InlineData("\0")]
    [InlineData("a\0b")]
    [InlineData("a/\0/#")]
    public void An_empty_filter_and_U0000_are_refused(string text)
    {
        Assert.False(TopicFilter.TryParse(text, out var filter, out var fault));
        Assert.Null(filter);
        Assert.NotEmpty(fault);
    }

    [Theory]
    [Spec("MQTT-4.7.3-3", "MQTT311-4.7.3-3")]
    [InlineData("x", 65_535, true)]
    [InlineData("x", 65_536, false)]
    [InlineData("ä", 32_767, true)]
    [InlineData("ä", 32_768, false)]
    public void A_filter_has_at_most_65535_bytes(string letter, int count, bool isValid) =>
        Assert.Equal(isValid, TopicFilter.TryParse(string.Concat(Enumerable.Repeat(letter, count)), out _, out _));

    [Theory]
    [InlineData("", 0)]
    [InlineData("$share/group/", 0)]
    [InlineData("", 1)]
    [InlineData("$share/group/", 1)]
    public void A_filter_has_at_most_128_levels(string start, int tooMany)
    {
        var text = start + string.Join('/', Enumerable.Repeat("a", TopicFilter.MaximumDepth + tooMany));
        Assert.Equal(tooMany == 0, TopicFilter.TryParse(text, out _, out var fault));
        Assert.Equal(tooMany == 0 ? null : "it has more than 128 levels", fault);
    }

    [Theory]
    [Spec("MQTT-4.8.2-1", "MQTT-4.8.2-2")]
    [InlineData("$share/group/a/+/#", "group", "a/+/#")]
    [InlineData("$share/g//", "g", "/")]
    [InlineData("$share/g/$SYS/#", "g", "$SYS/#")]
    [InlineData("$share/$share/x", "$share", "x")]
    [InlineData("$share", null, "$share")]
    [InlineData("$SHARE/g/x", null, "$SHARE/g/x")]
    [InlineData("a/$share/g/x", null, "a/$share/g/x")]
    public void A_shared_filter_has_a_name_and_a_filter(string text, string? shareName, string inner) =>
        Assert.Equal(new TopicFilter(text, shareName, inner), Build.Filter(text));

    [Theory]
    [Spec("MQTT-4.8.2-1", "MQTT-4.8.2-2")]
    [InlineData("$share/")]
    [InlineData("$share//")]
    [InlineData("$share//a")]
    [InlineData("$share/g")]
    [InlineData("$share/g/")]
    [InlineData("$share/+/a")]
    [InlineData("$share/#/a")]
    [InlineData("$share/#")]
    [InlineData("$share/g+/a")]
    [InlineData("$share/g\0/a")]
    [InlineData("$share/g/a#")]
    [InlineData("$share/g/a/#/b")]
    [InlineData("$share/g/a\0")]
    public void A_shared_filter_without_them_is_refused(string text) => Assert.False(TopicFilter.TryParse(text, out _, out _));

    [Fact]
    [Spec("MQTT-4.7.2-1", "MQTT311-4.7.2-1")]
    public void Every_filter_of_three_levels_matches_the_topics_that_the_standard_says()
    {
        foreach (var inner in Names.Filters)
        {
            var filter = Build.Filter(inner);
            foreach (var topic in Names.Topics)
                Assert.True(NaiveMatcher.Matches(inner, topic) == filter.Matches(Encoding.UTF8.GetBytes(topic)), $"{inner} on {topic}");
        }
    }

    [Theory]
    [Spec("MQTT-4.7.2-1", "MQTT311-4.7.2-1")]
    [InlineData("#", "$SYS/uptime", false)]
    [InlineData("+/uptime", "$SYS/uptime", false)]
    [InlineData("$SYS/#", "$SYS/uptime", true)]
    [InlineData("$SYS/+", "$SYS/uptime", true)]
    [InlineData("a/#", "a/$b", true)]
    [InlineData("a/+", "a/$b", true)]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player1", true)]
    [InlineData("sport/tennis/player1/#", "sport/tennis/player12", false)]
    [InlineData("sport/+", "sport", false)]
    [InlineData("sport/+", "sport/", true)]
    [InlineData("+/+", "/finance", true)]
    [InlineData("/+", "/finance", true)]
    [InlineData("+", "/finance", false)]
    public void The_examples_of_the_standard_hold(string inner, string topic, bool matches) =>
        Assert.Equal(matches, TopicFilter.Matches(inner, Encoding.UTF8.GetBytes(topic)));

    [Theory]
    [Spec("MQTT-4.7.3-4", "MQTT311-4.7.3-4")]
    [InlineData("ACCOUNTS", "Accounts")]
    [InlineData("\u00e4", "a\u0308")] // the same letter, composed and decomposed
    [InlineData("K", "\u212a")] // Kelvin sign
    [InlineData("a", "\ufeffa")]
    public void Names_are_compared_as_they_are(string filter, string topic) =>
        Assert.False(TopicFilter.Matches(filter, Encoding.UTF8.GetBytes(topic)));

    [Fact]
    public void A_filter_longer_than_the_stack_allows_matches_as_well() =>
        Gen.Select(Gen.String[Gen.Char['a', 'ÿ'], 0, 2_000], Gen.Bool).Sample((name, same) =>
        {
            var topic = Encoding.UTF8.GetBytes($"x/{name}/y");
            Assert.Equal(same, TopicFilter.Matches($"+/{name}/{(same ? "y" : "z")}", topic));
        });

    [Fact]
    public void Whatever_the_text_it_is_parsed_or_a_fault_is_told() =>
        Gen.String[Gen.OneOf("$share/+#/ab\0ä".ToCharArray()), 0, 20].Sample(text =>
        {
            if (TopicFilter.TryParse(text, out var filter, out var fault))
                Assert.Equal(text, filter.ShareName is { } name ? $"$share/{name}/{filter.Inner}" : filter.Inner);
            else
                Assert.NotEmpty(fault);
        });
}
