using System.Runtime.Versioning;
using Sparkplug.Broker.Security;

namespace UnitTests.Broker.Security;

public sealed class AccessFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Access => _folder.File("access");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_line_is_added_to_what_people_wrote()
    {
        File.WriteAllText(Access, "# ours\nuser ann monitor"); // without a line end
        AccessFile.Write(Access, AccessFile.WithRole(Access, "line1", "edge-node Plant1/Line1", ["ann"]));
        Assert.Equal("# ours\nuser ann monitor\nuser line1 edge-node Plant1/Line1\n", File.ReadAllText(Access));
        Assert.Equal([Access], Directory.GetFiles(_folder.ToString()));
    }

    [Fact]
    public void A_new_file_takes_nothing_from_those_who_were_there()
    {
        var table = Parse(AccessFile.WithRole(Access, "line1", "edge-node Plant1/Line1", ["ann", "Line 2"]));
        Assert.True(table.For("ann", "c").PublishesEverything && table.For("Line 2", "c").PublishesEverything && table.For(null, "c").PublishesEverything);
        Assert.False(table.For("line1", "c").PublishesEverything);
        Assert.True(table.For("line1", "c").MayPublish("spBv1.0/Plant1/NDATA/Line1"u8).IsAllowed);
    }

    [Theory]
    [InlineData("line1", "edge-node Plant1")]
    [InlineData("line1", "")]
    [InlineData("line1", "monitor\nuser line1 all")]
    [InlineData("a \" b", "monitor")]
    [InlineData("\"a", "monitor")]
    public void What_cannot_stand_in_the_file_is_refused(string user, string role) =>
        Assert.Throws<ArgumentException>(() => AccessFile.WithRole(Access, user, role, []));

    [Fact]
    public void A_file_with_faults_is_left_alone()
    {
        File.WriteAllText(Access, "user ann\n");
        Assert.Contains("line 1 ", Assert.Throws<ArgumentException>(() => AccessFile.WithRole(Access, "line1", "monitor", [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void Who_may_read_the_file_stays_so()
    {
        AccessFile.Write(Access, "");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead, File.GetUnixFileMode(Access));
        File.SetUnixFileMode(Access, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        AccessFile.Write(Access, "# changed\n");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(Access));
    }

    private static AccessTable Parse(string text) => AccessTable.Parse("access", text.Split('\n'), out var faults) ?? throw new InvalidOperationException(string.Join('\n', faults));
}
