using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sparkplug.Broker;
using Sparkplug.Broker.Security;

namespace UnitTests.Broker.Security;

public sealed class AuthenticationTests : IDisposable
{
    private static readonly IPAddress Here = IPAddress.Parse("192.168.1.7");

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
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
    public async Task What_was_decided_before_needs_no_second_check()
    {
        using var authentication = New(allowAnonymous: false);
        var elsewhere = IPAddress.Parse("192.168.1.8");
        Assert.False(authentication.TryDecideNow("ann", "secret"u8.ToArray(), elsewhere, out _));
        Assert.Equal(Verdict.Accepted, await DecideAsync(authentication, "ann", "secret"));
        Assert.True(authentication.TryDecideNow("ann", "secret"u8.ToArray(), elsewhere, out var right) && right == Verdict.Accepted);

        Assert.False(authentication.TryDecideNow("ann", "wrong"u8.ToArray(), Here, out _));
        Assert.Equal(Verdict.WrongCredentials, await DecideAsync(authentication, "ann", "wrong"));
        Assert.True(authentication.TryDecideNow("ann", "wrong"u8.ToArray(), Here, out var wrong) && wrong == Verdict.WrongCredentials);
        Assert.False(authentication.TryDecideNow("ann", "wrong"u8.ToArray(), elsewhere, out _));

        BrokerUsers.Open(_users.Path).Add("ann", "wrong"); // and now it is right
        Assert.False(authentication.TryDecideNow("ann", "wrong"u8.ToArray(), Here, out _));
        Assert.Equal(Verdict.Accepted, await DecideAsync(authentication, "ann", "wrong"));
    }

    [Fact]
    public async Task A_change_of_one_user_leaves_the_others_remembered()
    {
        using var authentication = New(allowAnonymous: false);
        Assert.Equal(Verdict.Accepted, await DecideAsync(authentication, "ann", "secret"));
        BrokerUsers.Open(_users.Path).Add("bob", "secret");
        Assert.Equal(Verdict.Accepted, await DecideAsync(authentication, "bob", "secret")); // reads the file
        Assert.True(authentication.TryDecideNow("ann", "secret"u8.ToArray(), Here, out var verdict) && verdict == Verdict.Accepted);
        BrokerUsers.Open(_users.Path).Add("ann", "secret"); // the same password, set again
        Assert.Equal(Verdict.Accepted, await DecideAsync(authentication, "bob", "secret"));
        Assert.False(authentication.TryDecideNow("ann", "secret"u8.ToArray(), Here, out _));
    }

    [Fact]
    public void Names_and_passwords_of_any_length_take_no_memory()
    {
        using var authentication = New(allowAnonymous: false);
        Assert.True(authentication.TryDecideNow(new string('a', 60_000), "secret"u8.ToArray(), Here, out var verdict) && verdict == Verdict.WrongCredentials);
        Assert.True(authentication.TryDecideNow("ann", new byte[60_000], Here, out verdict) && verdict == Verdict.WrongCredentials);
        Assert.Throws<ArgumentException>(() => _users.Add("bob", new string('a', BrokerUsers.MaximumPasswordLength + 1)));
    }

    [Fact]
    public async Task Who_fails_again_and_again_waits_longer_each_time_and_nobody_else_does()
    {
        using var authentication = New(allowAnonymous: false);
        for (var i = 0; i < FailedSignIns.FreeFailures; i++)
            Assert.Equal(Verdict.WrongCredentials, await DecideAsync(authentication, "ann", $"guess {i}"));

        var slowed = DecideAsync(authentication, "ann", "secret");
        Assert.Equal(0, authentication.Waiting);
        Assert.Equal(Verdict.Accepted, await authentication.DecideAsync("ann", "secret"u8.ToArray(), IPAddress.Parse("192.168.1.8"), TestContext.Current.CancellationToken));
        Assert.False(slowed.IsCompleted);
        Assert.True(authentication.TryDecideNow("ann", "secret"u8.ToArray(), Here, out var warm) && warm == Verdict.Accepted); // remembered by now
        _time.Advance(FailedSignIns.FirstDelay);
        Assert.Equal(Verdict.Accepted, await slowed);
    }

    /// <summary>The whole plant behind one address, each with a user of its own, none of them remembered, and with a guesser among them.</summary>
    [Fact(Timeout = 120_000)]
    public async Task Nine_thousand_at_once_from_one_address_all_get_in()
    {
        const int plant = 9_000;
        var cheap = PasswordHash.Of("secret"u8, memory: 8, passes: 1); // the queue is tried here, not the hash
        File.WriteAllLines(_users.Path, Enumerable.Range(0, plant).Select(i => $"node{i}:{cheap}"));
        using var authentication = New(allowAnonymous: false);
        var guesses = Enumerable.Range(0, 100).Select(i => DecideAsync(authentication, "node0", $"guess {i}")).ToList();
        var signIns = Enumerable.Range(1, plant - 1).Select(i => DecideAsync(authentication, $"node{i}", "secret")).ToList();
        Assert.All(await Task.WhenAll(signIns), verdict => Assert.Equal(Verdict.Accepted, verdict));
        for (var i = 1; i < plant; i++)
            Assert.True(authentication.TryDecideNow($"node{i}", "secret"u8.ToArray(), Here, out var verdict) && verdict == Verdict.Accepted);
        var guessed = Task.WhenAll(guesses);
        while (!guessed.IsCompleted)
        {
            _time.Advance(FailedSignIns.LongestDelay); // those who came after the third failure wait for their turn
            await Task.Yield();
        }

        Assert.All(await guessed, verdict => Assert.NotEqual(Verdict.Accepted, verdict));
        while (authentication.Waiting > 0) // a check goes on after its client has given up
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private Authentication New(bool allowAnonymous) => new(
        _users,
        new BrokerConfig { AllowAnonymous = allowAnonymous, DataDirectory = _folder.ToString(), UsersFile = _users.Path },
        _time,
        NullLogger<Authentication>.Instance);

    private static async Task<Verdict> DecideAsync(Authentication authentication, string userName, string password) =>
        await authentication.DecideAsync(userName, System.Text.Encoding.UTF8.GetBytes(password), Here, TestContext.Current.CancellationToken);
}
