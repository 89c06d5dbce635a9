using Sparkplug.Broker;
using Sparkplug.Broker.Security;

namespace UnitTests.Broker.Security;

public sealed class FirstUserTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, false, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public async Task A_user_is_made_only_where_nobody_could_sign_in_otherwise(bool allowAnonymous, bool hasUser, bool made)
    {
        var users = BrokerUsers.Open(_folder.File("users"));
        if (hasUser)
            users.Add("ann", "secret");
        using var console = new StringWriter();
        var config = new BrokerConfig { DataDirectory = _folder.ToString(), UsersFile = users.Path, AllowAnonymous = allowAnonymous };
        await new FirstUser(config, users, console).StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal(made, users.Names.Contains("sparkplug"));
        if (!made)
        {
            Assert.Equal("", console.ToString());
            return;
        }

        var password = console.ToString().Split('\n')[0].TrimEnd().Split(' ')[^1];
        Assert.Equal(20, password.Length);
        Assert.True(users.Verify("sparkplug", password));
        Assert.DoesNotContain(password, await File.ReadAllTextAsync(users.Path, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
