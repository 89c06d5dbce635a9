using System.Text;
using Sparkplug.Broker.Security;

namespace UnitTests.Broker.Security;

public sealed class AccessTableTests
{
    [Fact]
    public void Grants_of_one_user_add_up()
    {
        var table = Table("user line1 edge-node Plant1/Line1", "user line1 read temp/#", "user line1 write temp/line1", "everyone read news");
        var line1 = table.For("line1", "c");
        Assert.True(line1.MayPublish("spBv1.0/Plant1/NDATA/Line1"u8).IsAllowed);
        Assert.True(line1.MayPublish("temp/line1"u8).IsAllowed);
        Assert.False(line1.MayPublish("temp/line2"u8).IsAllowed);
        Assert.True(line1.MaySubscribe("temp/+"u8).IsAllowed);
        Assert.True(line1.MayRead("news"u8).IsAllowed);
        Assert.False(line1.MayPublish("news"u8).IsAllowed);
        Assert.True(table.For("other", "c").MayRead("news"u8).IsAllowed);
        Assert.False(table.For(null, "c").MayRead("news"u8).IsAllowed); // everyone is everyone who signed in
        Assert.False(table.For("", "c").MayRead("news"u8).IsAllowed);
    }

    [Fact]
    public void Anonymous_clients_have_lines_of_their_own()
    {
        var table = Table("anonymous monitor", "anonymous write temp");
        Assert.True(table.For(null, "c").MayRead("spBv1.0/G/NDATA/N"u8).IsAllowed);
        Assert.True(table.For("", "c").MayPublish("temp"u8).IsAllowed);
        Assert.False(table.For("ann", "c").MayPublish("temp"u8).IsAllowed);
        Assert.False(table.For("anonymous", "c").MayPublish("temp"u8).IsAllowed); // a user may be called so
    }

    [Theory]
    [InlineData("line1", "c1", "at/line1/c1", true)]
    [InlineData("line1", "c1", "at/line2/c1", false)]
    [InlineData("line1", "c2", "at/line1/c1", false)]
    [InlineData("+", "c1", "at/line1/c1", false)]
    [InlineData("#", "c1", "at/line1/c1", false)]
    [InlineData("a/b", "c1", "at/a/b/c1", false)]
    [InlineData("line1", "c/1", "at/line1/c/1", false)]
    [InlineData("line1", "", "at/line1/", false)]
    [InlineData("ä", "ß", "at/ä/ß", true)]
    [InlineData("%c", "c1", "at/%c/c1", true)] // what is put in is not looked at again
    public void A_placeholder_is_the_clients_name_or_id_and_never_more_than_one_level(string user, string clientId, string topic, bool isAllowed)
    {
        var table = Table("everyone write at/%u/%c");
        Assert.Equal(isAllowed, table.For(user, clientId).MayPublish(Encoding.UTF8.GetBytes(topic)).IsAllowed);
    }

    [Fact]
    public void A_name_with_a_dollar_in_front_does_not_lead_to_the_servers_topics()
    {
        var permissions = Table("everyone read %u/#").For("$SYS", "c");
        Assert.Equal(
            new AccessDecision(false, "no line of access allows it; line 1 does not apply, as the user name holds one of / + # or begins with $"),
            permissions.MaySubscribe("$SYS/#"u8));
    }

    [Fact]
    public void A_percent_sign_is_written_twice()
    {
        var permissions = Table("everyone read 100%%/%%u/%u").For("ann", "c");
        Assert.True(permissions.MayRead("100%/%u/ann"u8).IsAllowed);
        Assert.False(permissions.MayRead("100%/ann/ann"u8).IsAllowed);
    }

    [Fact]
    public void Roles_take_placeholders_too()
    {
        var table = Table("everyone edge-node Plant1/%u");
        Assert.True(table.For("Line7", "c").MayPublish("spBv1.0/Plant1/NDATA/Line7"u8).IsAllowed);
        Assert.False(table.For("Line7", "c").MayPublish("spBv1.0/Plant1/NDATA/Line8"u8).IsAllowed);
    }

    [Fact]
    public void Ids_filters_and_names_may_hold_spaces()
    {
        var table = Table("user \"Line 1\" edge-node Plant 1/Line 1", "  user  bob\tread  a b/+  ");
        Assert.True(table.For("Line 1", "c").MayPublish("spBv1.0/Plant 1/NDATA/Line 1"u8).IsAllowed);
        Assert.True(table.For("bob", "c").MayRead("a b/c d"u8).IsAllowed);
    }

    [Fact]
    public void Comments_and_empty_lines_count_as_lines_and_as_nothing_else()
    {
        var table = Table("# who may do what", "", "   ", "  # indented", "user ann read a");
        Assert.Equal(1, table.Count);
        Assert.Equal("access line 5: user ann read a", table.For("ann", "c").MayRead("a"u8).Rule);
    }

    [Fact]
    public void An_empty_file_allows_nothing() => Assert.False(Table().For("ann", "c").MayRead("a"u8).IsAllowed);

    [Fact]
    public void Without_a_file_everything_is_allowed_but_publishing_to_the_servers_topics()
    {
        var table = AccessTable.WithoutFile("access");
        foreach (var user in (string?[])["ann", null])
        {
            var permissions = table.For(user, "c");
            Assert.Equal(new AccessDecision(true, "built in: there is no access file access"), permissions.MayPublish("temp"u8));
            Assert.True(permissions.MayRead("$SYS/x"u8).IsAllowed && permissions.MaySubscribe("$sparkplug/#"u8).IsAllowed && permissions.MaySubscribe("#"u8).IsAllowed);
            Assert.False(permissions.MayPublish("$sparkplug/x"u8).IsAllowed);
        }
    }

    [Theory]
    [InlineData("line1 monitor", "begins with 'line1'")]
    [InlineData("User line1 monitor", "begins with 'User'")]
    [InlineData("user", "no name behind user")]
    [InlineData("user \"line 1 monitor", "no name behind user")]
    [InlineData("user \"\" monitor", "no name behind user")]
    [InlineData("user \"a\"b monitor", "no name behind user")]
    [InlineData("user line1", "does not say what is allowed")]
    [InlineData("user line 1 monitor", "allows '1'")]
    [InlineData("user line1 monitor spBv1.0/#", "which takes nothing")]
    [InlineData("user line1 all topics", "which takes nothing")]
    [InlineData("user line1 edge-node", "it is edge-node GROUP/NODE")]
    [InlineData("user line1 edge-node Plant1", "it is edge-node GROUP/NODE")]
    [InlineData("user line1 edge-node Plant1/Line1/D1", "it is edge-node GROUP/NODE")]
    [InlineData("user line1 edge-node /Line1", "group id ''")]
    [InlineData("user line1 edge-node +/Line1", "group id '+'")]
    [InlineData("user line1 edge-node Plant1/#", "edge node id '#'")]
    [InlineData("user line1 edge-node STATE/Line1", "group id STATE")]
    [InlineData("user line1 edge-node Plant1/%x", "has a % that")]
    [InlineData("user scada host", "host id ''")]
    [InlineData("user scada host a/b", "host id 'a/b'")]
    [InlineData("user scada host +", "host id '+'")]
    [InlineData("user line1 read", "which is empty")]
    [InlineData("user line1 read a#", "which has a #")]
    [InlineData("user line1 read a/b+/c", "which has a +")]
    [InlineData("user line1 read 50%", "which has a %")]
    [InlineData("user line1 read $share/g/a", "write the one behind $share/NAME/")]
    [InlineData("user line1 write $SYS/x", "nobody publishes")]
    [InlineData("user line1 write $sparkplug/#", "nobody publishes")]
    [InlineData("user line1 deny a", "allows 'deny'")]
    public void A_line_with_a_fault_is_told_in_words(string line, string words)
    {
        Assert.Null(AccessTable.Parse("access", ["# first", line], out var faults));
        var fault = Assert.Single(faults);
        Assert.StartsWith("line 2 ", fault, StringComparison.Ordinal);
        Assert.Contains(words, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_are_told_at_once()
    {
        Assert.Null(AccessTable.Parse("access", ["user", "user ann monitor", "nobody all", "user bob read #/a"], out var faults));
        Assert.Equal(["line 1", "line 3", "line 4"], faults.Select(fault => fault[..6]));
    }

    [Fact]
    public void A_check_allocates_nothing()
    {
        var permissions = Table("user line1 edge-node Plant1/Line1", "user line1 read %c/#").For("line1", "c");
        var before = GC.GetAllocatedBytesForCurrentThread();
        var allowed = 0;
        for (var i = 0; i < 1000; i++)
        {
            allowed += permissions.MayPublish("spBv1.0/Plant1/DDATA/Line1/D1"u8).IsAllowed ? 1 : 0;
            allowed += permissions.MayRead("c/x"u8).IsAllowed ? 1 : 0;
            allowed += permissions.MaySubscribe("other/#"u8).IsAllowed ? 1 : 0;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(2000, allowed);
    }

    private static AccessTable Table(params string[] lines) => AccessTable.Parse("access", lines, out var faults) ?? throw new InvalidOperationException(string.Join('\n', faults));
}
