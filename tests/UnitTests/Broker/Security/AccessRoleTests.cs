using System.Text;
using Sparkplug.Broker.Security;

namespace UnitTests.Broker.Security;

/// <summary>Each role against each kind of message, its own and others', for publishing, reading and subscribing.</summary>
public sealed class AccessRoleTests
{
    private static readonly AccessTable Table = AccessTable.Parse("access",
    [
        "user node     edge-node Plant1/Line1",
        "user host     host scada1",
        "user monitor  monitor",
        "user all      all",
        "user nothing  read only/this",
        "anonymous     read open/#",
    ], out _)!;

    /// <summary>P may publish, R may get it, S may subscribe to exactly it; a dot is a refusal.</summary>
    public static TheoryData<string, string, string, string, string> Rights => new()
    {
        //  topic                                  edge   host   monitor all
        { "spBv1.0/Plant1/NBIRTH/Line1",           "P..", ".RS", ".RS", "PRS" },
        { "spBv1.0/Plant1/NDATA/Line1",            "P..", ".RS", ".RS", "PRS" },
        { "spBv1.0/Plant1/NDEATH/Line1",           "P..", ".RS", ".RS", "PRS" },
        { "spBv1.0/Plant1/DBIRTH/Line1/D1",        "P..", ".RS", ".RS", "PRS" },
        { "spBv1.0/Plant1/DDATA/Line1/D1",         "P..", ".RS", ".RS", "PRS" },
        { "spBv1.0/Plant1/DDEATH/Line1/D1",        "P..", ".RS", ".RS", "PRS" },
        { "spBv1.0/Plant1/NCMD/Line1",             ".RS", "PRS", ".RS", "PRS" },
        { "spBv1.0/Plant1/DCMD/Line1/D1",          ".RS", "PRS", ".RS", "PRS" },
        { "spBv1.0/STATE/scada1",                  ".RS", "PRS", ".RS", "PRS" },
        { "STATE/scada1",                          ".RS", "PRS", ".RS", "PRS" },

        { "spBv1.0/Plant1/NBIRTH/Line2",           "...", ".RS", ".RS", "PRS" },
        { "spBv1.0/Plant1/NDATA/Line2",            "...", ".RS", ".RS", "PRS" },
        { "spBv1.0/Plant1/NDEATH/Line2",           "...", ".RS", ".RS", "PRS" },
        { "spBv1.0/Plant1/DBIRTH/Line2/D1",        "...", ".RS", ".RS", "PRS" },
        { "spBv1.0/Plant1/DDATA/Line2/D1",         "...", ".RS", ".RS", "PRS" },
        { "spBv1.0/Plant1/DDEATH/Line2/D1",        "...", ".RS", ".RS", "PRS" },
        { "spBv1.0/Plant1/NCMD/Line2",             "...", "PRS", ".RS", "PRS" },
        { "spBv1.0/Plant1/DCMD/Line2/D1",          "...", "PRS", ".RS", "PRS" },
        { "spBv1.0/Plant2/NDATA/Line1",            "...", ".RS", ".RS", "PRS" },
        { "spBv1.0/Plant2/NCMD/Line1",             "...", "PRS", ".RS", "PRS" },
        { "spBv1.0/STATE/scada2",                  ".RS", ".RS", ".RS", "PRS" },
        { "STATE/scada2",                          ".RS", ".RS", ".RS", "PRS" },

        // Near misses.
        { "spBv1.0/Plant1/NDATA/Line1/D1",         "...", ".RS", ".RS", "PRS" },
        { "spBv1.0/Plant1/DDATA/Line1",            "...", ".RS", ".RS", "PRS" },
        { "spBv1.0/Plant1/DDATA/Line1/D1/x",       "...", ".RS", ".RS", "PRS" },
        { "spBv1.0/Plant1/NDATA/Line10",           "...", ".RS", ".RS", "PRS" },
        { "spBv1.0/Plant1/ndata/Line1",            "...", ".RS", ".RS", "PRS" },
        { "spAv1.0/Plant1/NDATA/Line1",            "...", "...", "...", "PRS" },
        { "spBv1.0/STATE/scada1/x",                "...", ".RS", ".RS", "PRS" },
        { "temp",                                  "...", "...", "...", "PRS" },

        // The server's own.
        { "$sparkplug/certificates/spBv1.0/Plant1/NBIRTH/Line1", "...", ".RS", ".RS", ".RS" },
        { "$SYS/broker/uptime",                    "...", "...", "...", ".RS" },
    };

    /// <summary>S may subscribe; a dot is a refusal. A grant of a part is a refusal: the subscriber would wait for what never comes.</summary>
    public static TheoryData<string, string> Subscriptions => new()
    {
        //  filter                      edge node, host, monitor, all, nothing
        { "spBv1.0/Plant1/NCMD/Line1/#",  "SSSS." },
        { "spBv1.0/Plant1/DCMD/Line1/+",  "SSSS." },
        { "spBv1.0/Plant1/DCMD/Line1/#",  "SSSS." },
        { "spBv1.0/Plant1/NCMD/+",        ".SSS." },
        { "spBv1.0/Plant1/DCMD/+/+",      ".SSS." },
        { "spBv1.0/Plant1/DCMD/Line2/#",  ".SSS." },
        { "spBv1.0/Plant1/+/Line1",       ".SSS." },
        { "spBv1.0/Plant1/+/Line1/#",     ".SSS." },
        { "spBv1.0/Plant1/#",             ".SSS." },
        { "spBv1.0/STATE/+",              "SSSS." },
        { "spBv1.0/STATE/#",              ".SSS." },
        { "spBv1.0/+/+",                  ".SSS." },
        { "spBv1.0/#",                    ".SSS." },
        { "STATE/+",                      "SSSS." },
        { "STATE/#",                      ".SSS." },
        { "$sparkplug/#",                 ".SSS." },
        { "$sparkplug/certificates/#",    ".SSS." },
        { "$sparkplug/+/spBv1.0/+/NBIRTH/+", ".SSS." },
        { "$SYS/#",                       "...S." },
        { "+/+/NDATA/+",                  "...S." },
        { "+/#",                          "...S." },
        { "#",                            "...S." },
        { "only/this",                    "...SS" },
        { "only/+",                       "...S." },
    };

    [Theory]
    [MemberData(nameof(Rights))]
    public void A_role_may_do_what_the_table_says(string topic, string edgeNode, string host, string monitor, string all)
    {
        Assert.Equal(
            $"node {edgeNode}, host {host}, monitor {monitor}, all {all}, nothing ..., stranger ..., anonymous ...",
            string.Join(", ", from user in (string[])["node", "host", "monitor", "all", "nothing", "stranger", "anonymous"] select $"{user} {RightsOf(user, topic)}"));
    }

    [Theory]
    [MemberData(nameof(Subscriptions))]
    public void A_role_may_subscribe_to_what_one_of_its_grants_covers(string filter, string expected)
    {
        var found = from user in (string[])["node", "host", "monitor", "all", "nothing"] select Of(user).MaySubscribe(Encoding.UTF8.GetBytes(filter)).IsAllowed ? 'S' : '.';
        Assert.Equal(expected, string.Concat(found));
    }

    [Fact]
    public void A_decision_names_the_line_that_made_it()
    {
        Assert.Equal(new AccessDecision(true, "access line 1: user node     edge-node Plant1/Line1"), Of("node").MayPublish("spBv1.0/Plant1/NDATA/Line1"u8));
        Assert.Equal(new AccessDecision(true, "access line 1: user node     edge-node Plant1/Line1"), Of("node").MaySubscribe("spBv1.0/STATE/+"u8));
        Assert.Equal(new AccessDecision(false, "no line of access allows it"), Of("node").MayPublish("temp"u8));
        Assert.Equal(new AccessDecision(false, "no line of access allows it"), Of("node").MayRead("temp"u8));
        Assert.Equal(new AccessDecision(false, "no line of access allows it"), Of("node").MaySubscribe("temp"u8));
        Assert.Equal(new AccessDecision(true, "access line 4: user all      all"), Of("all").MayPublish("temp"u8));
        Assert.Equal(new AccessDecision(false, "built in: nobody publishes to a topic that begins with $"), Of("all").MayPublish("$SYS/x"u8));
    }

    [Fact]
    public void Only_everything_is_told_as_everything()
    {
        Assert.True(Of("all") is { ReadsEverything: true, PublishesEverything: true });
        foreach (var user in (string[])["node", "host", "monitor", "nothing", "stranger", "anonymous"])
            Assert.True(Of(user) is { ReadsEverything: false, PublishesEverything: false });
    }

    private static Permissions Of(string user) => Table.For(user == "anonymous" ? null : user, "client");

    private static string RightsOf(string user, string topic)
    {
        var (permissions, bytes) = (Of(user), Encoding.UTF8.GetBytes(topic));
        return $"{(permissions.MayPublish(bytes).IsAllowed ? 'P' : '.')}{(permissions.MayRead(bytes).IsAllowed ? 'R' : '.')}{(permissions.MaySubscribe(bytes).IsAllowed ? 'S' : '.')}";
    }
}
