using System.Runtime.Versioning;
using Sparkplug.Broker.Security;

namespace UnitTests.Broker.Security;

public sealed class BrokerUsersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string UsersPath => _folder.File("users");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_user_signs_in_with_his_password_only()
    {
        var users = BrokerUsers.Open(UsersPath);
        Assert.True(users.Add("ann", "secret"));
        Assert.True(users.Verify("ann", "secret"));
        Assert.False(users.Verify("ann", "Secret"));
        Assert.False(users.Verify("ann", ""));
        Assert.False(users.Verify("bob", "secret"));
    }

    [Fact]
    public void The_file_holds_Argon2id_hashes_with_a_salt_each()
    {
        var users = BrokerUsers.Open(UsersPath);
        users.Add("ann", "secret");
        users.Add("bob", "secret");
        var lines = File.ReadAllLines(UsersPath);
        Assert.All(lines, line => Assert.Matches(@"^(ann|bob):\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$", line));
        Assert.NotEqual(lines[0].Split(':')[1], lines[1].Split(':')[1]);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void Only_the_owner_may_read_the_file()
    {
        BrokerUsers.Open(UsersPath).Add("ann", "secret");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(UsersPath));
        Assert.Equal([UsersPath], Directory.GetFiles(_folder.ToString())); // no temporary file stays behind
    }

    [Fact]
    public void Adding_a_user_again_changes_the_password_and_keeps_comments()
    {
        File.WriteAllText(UsersPath, "# the plant\n\n");
        var users = BrokerUsers.Open(UsersPath);
        users.Add("ann", "old");
        Assert.False(users.Add("ann", "new"));
        Assert.False(users.Verify("ann", "old"));
        Assert.True(users.Verify("ann", "new"));
        Assert.Equal("# the plant", File.ReadAllLines(UsersPath)[0]);
        Assert.Equal(["ann"], users.Names);
    }

    [Fact]
    public void Another_programs_change_counts_from_the_next_check_on()
    {
        var running = BrokerUsers.Open(UsersPath);
        running.Add("ann", "secret");
        var version = running.Refresh();
        var other = BrokerUsers.Open(UsersPath);
        other.Add("bob", "secret");
        Assert.True(running.Verify("bob", "secret"));
        Assert.True(other.Remove("ann"));
        Assert.False(other.Remove("ann"));
        Assert.False(running.Verify("ann", "secret"));
        Assert.NotEqual(version, running.Refresh());
    }

    [Fact]
    public void A_line_that_cannot_be_read_is_told_and_does_not_hurt_the_others()
    {
        BrokerUsers.Open(UsersPath).Add("ann", "secret");
        File.AppendAllText(UsersPath, "bob:plain\nnobody\nann:" + PasswordHash.Of("x"u8) + "\n");
        var users = BrokerUsers.Open(UsersPath);
        Assert.True(users.Verify("ann", "secret"));
        Assert.False(users.Verify("bob", "plain"));
        Assert.Equal(3, users.Faults.Count);
        Assert.StartsWith("line 2 ", users.Faults[0], StringComparison.Ordinal);
        Assert.DoesNotContain("plain", string.Join(' ', users.Faults), StringComparison.Ordinal); // it may be a password
    }

    [Theory]
    [InlineData("")]
    [InlineData("a:b")]
    [InlineData("#a")]
    [InlineData(" a")]
    [InlineData("a\nb")]
    public void A_name_that_would_break_the_file_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => BrokerUsers.Open(UsersPath).Add(name, "secret"));

    [Theory]
    [InlineData("$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", true)]
    [InlineData("$argon2i$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", false)]
    [InlineData("$argon2id$v=19$m=99999999,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", false)]
    [InlineData("$argon2id$v=19$m=19456,t=2,p=2$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", false)]
    [InlineData("$argon2id$v=19$m=19456,t=-2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", false)]
    [InlineData("$argon2id$v=19$m=19456,t=2,p=1$AAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", false)]
    [InlineData("$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$", false)]
    [InlineData("$argon2id$v=19$m=19456,t=2,p=1$not base64 at all!!!!$AAAA", false)]
    [InlineData("", false)]
    public void A_hash_is_read_only_in_the_form_and_cost_we_can_check(string text, bool readable)
    {
        Assert.Equal(readable, PasswordHash.TryParse(text, out var hash));
        Assert.Equal(readable ? text : null, hash?.ToString());
    }
}
