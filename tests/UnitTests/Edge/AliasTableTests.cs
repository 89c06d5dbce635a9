using Sparkplug.Edge;

namespace UnitTests.Edge;

/// <summary>Aliases over a long life.</summary>
public class AliasTableTests
{
    [Fact, Spec("tck-id-payloads-alias-uniqueness")]
    public void Devices_that_came_and_went_are_forgotten_in_the_end_and_no_alias_is_given_out_twice()
    {
        var aliases = new AliasTable();
        var given = new HashSet<ulong> { aliases.For(null, "Load"), aliases.For("pump", "Flow") };
        for (var i = 0; i < 100_000; i++) Assert.True(given.Add(aliases.For($"lost{i}", "Flow")));
        aliases.ForgetLost((deviceId, _) => deviceId == "pump");
        Assert.Equal((1UL, 2UL), (aliases.For(null, "Load"), aliases.For("pump", "Flow")));
        Assert.True(given.Add(aliases.For("lost7", "Flow")));
    }

    [Fact]
    public void Aliases_of_lost_Devices_are_kept_while_there_is_room()
    {
        var aliases = new AliasTable();
        var alias = aliases.For("pump", "Flow");
        aliases.ForgetLost((_, _) => false);
        Assert.Equal(alias, aliases.For("pump", "Flow"));
    }
}
