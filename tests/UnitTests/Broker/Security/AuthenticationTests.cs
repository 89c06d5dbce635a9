using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Sparkplug.Broker;
using Sparkplug.Broker.Security;

namespace UnitTests.Broker.Security;

public sealed class AuthenticationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly BrokerUsers _users;

    public AuthenticationTests()
    {
        _users = BrokerUsers.Open(_folder.File("users"));
        _users.Add("ann", "secret");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true, "127.0.0.1", nameof(Verdict.Accepted))]
    [InlineData(true, "127.8.9.10", nameof(Verdict.Accepted))]
    [InlineData(true, "::1", nameof(Verdict.Accepted))]
    [InlineData(true, "::ffff:127.0.0.2", nameof(Verdict.Accepted))]
    [InlineData(true, "192.168.1.7", nameof(Verdict.AnonymousFromElsewhere))]
    [InlineData(true, "::ffff:192.168.1.7", nameof(Verdict.AnonymousFromElsewhere))]
    [InlineData(true, "fd00::7", nameof(Verdict.AnonymousFromElsewhere))]
    [InlineData(true, null, nameof(Verdict.AnonymousFromElsewhere))]
    [InlineData(false, "127.0.0.1", nameof(Verdict.AnonymousRefused))]
    [InlineData(false, "192.168.1.7", nameof(Verdict.AnonymousRefused))]
    public async Task Anonymous_clients_come_from_this_machine_and_only_when_allowed(bool allowed, string? address, string verdict)
    {
        using var authentication = New(allowed);
        foreach (var userName in (string?[])[null, ""])
            Assert.Equal(verdict, (await authentication.DecideAsync(userName, null, address is null ? null : IPAddress.Parse(address), TestContext.Current.CancellationToken)).ToString());
    }

    [Fact]
    public async Task A_user_is_checked_even_where_anonymous_clients_may_come()
    {
        using var authentication = New(allowAnonymous: true);
        Assert.Equal(Verdict.WrongCredentials, await DecideAsync(authentication, "ann", "wrong"));
        Assert.Equal(Verdict.WrongCredentials, await DecideAsync(authentication, "bob", "secret"));
        Assert.Equal(Verdict.WrongCredentials, await authentication.DecideAsync("ann", null, IPAddress.Loopback, TestContext.Current.CancellationToken));
        Assert.Equal(Verdict.Accepted, await DecideAsync(authentication, "ann", "secret"));
    }

    [Fact]
    public async Task A_remembered_check_is_forgotten_when_the_file_changes()
    {
        using var authentication = New(allowAnonymous: false);
        Assert.Equal(Verdict.Accepted, await DecideAsync(authentication, "ann", "secret"));
        Assert.True(DecideAsync(authentication, "ann", "secret").IsCompletedSuccessfully); // at once: no hashing
        BrokerUsers.Open(_users.Path).Remove("ann");
        Assert.Equal(Verdict.WrongCredentials, await DecideAsync(authentication, "ann", "secret"));
    }

    [Fact]
    public async Task Name_and_password_are_not_just_joined_when_a_check_is_remembered()
    {
        using var authentication = New(allowAnonymous: false);
        Assert.Equal(Verdict.Accepted, await DecideAsync(authentication, "ann", "secret"));
        Assert.Equal(Verdict.WrongCredentials, await DecideAsync(authentication, "anns", "ecret"));
    }

    [Fact]
    public async Task One_address_that_tries_passwords_does_not_keep_the_others_from_signing_in()
    {
        using var authentication = New(allowAnonymous: false);
        var tried = Enumerable.Range(0, 200).Select(i => DecideAsync(authentication, "ann", $"guess {i}")).ToList();
        Assert.Equal(150, tried.Count(task => task is { IsCompletedSuccessfully: true, Result: Verdict.Busy }));

        var elsewhere = authentication.DecideAsync("ann", "secret"u8.ToArray(), IPAddress.Parse("192.168.1.8"), TestContext.Current.CancellationToken);
        Assert.Equal(Verdict.Accepted, await elsewhere);
        Assert.Equal(50, (await Task.WhenAll(tried)).Count(verdict => verdict == Verdict.WrongCredentials));
        Assert.Equal(Verdict.WrongCredentials, await DecideAsync(authentication, "ann", "guess again")); // there is room again
    }

    private Authentication New(bool allowAnonymous) => new(
        _users,
        new BrokerConfig { AllowAnonymous = allowAnonymous, DataDirectory = _folder.ToString(), UsersFile = _users.Path },
        NullLogger<Authentication>.Instance);

    private static async Task<Verdict> DecideAsync(Authentication authentication, string userName, string password) =>
        await authentication.DecideAsync(userName, System.Text.Encoding.UTF8.GetBytes(password), IPAddress.Parse("192.168.1.7"), TestContext.Current.CancellationToken);
}
