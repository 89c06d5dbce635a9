using System.Globalization;
using System.Text.RegularExpressions;

namespace UnitTests.Architecture;

/// <summary>Whoever filters a log by event id finds one sentence of one component.</summary>
public sealed partial class LogEventTests
{
    private const int BlockSize = 1000;

    [Theory]
    [InlineData("src/Sparkplug.Broker", 1000)]
    [InlineData("edge-node", 3000)]
    [InlineData("host-app", 4000)]
    [InlineData("src/Sparkplug", 5000)]
    public void A_component_has_a_block_of_event_ids_and_each_is_used_once(string folder, int first)
    {
        var ids = Ids(folder);
        Assert.NotEmpty(ids);
        Assert.All(ids, id => Assert.InRange(id, first, first + BlockSize - 1));
        Assert.Empty(ids.GroupBy(id => id).Where(uses => uses.Count() > 1).Select(uses => uses.Key));
    }

    [Fact]
    public void The_command_logs_nothing_itself() => Assert.Empty(Ids("src/Sparkplug.Cli"));

    private static List<int> Ids(string folder) =>
    [
        .. from file in SourceFiles.In(folder)
           from Match attribute in LoggerMessage().Matches(file.Code)
           select int.Parse(attribute.Groups["id"].Value, NumberStyles.None, CultureInfo.InvariantCulture),
    ];

    // An attribute without a number in front does not parse, and the test says so.
    [GeneratedRegex(@"\[LoggerMessage\((?:EventId = )?(?<id>[^,)]*)")]
    private static partial Regex LoggerMessage();
}
