using SystemTests.Broker;
using SystemTests.Support;

namespace SystemTests.CommandLine;

/// <summary>What a person types in a shell.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("command line ").FullName; // with a space

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task Users_of_a_fresh_account_are_kept_below_its_home_wherever_one_stands()
    {
        var added = await TypeAsync("cd /tmp && echo secret | $SPARKPLUG user add line1");
        Assert.Equal(0, added.ExitCode);
        Assert.Equal("line1\n", (await TypeAsync("cd / && $SPARKPLUG user list")).Output);
        var file = Path.Combine(_home, ".local/share/sparkplug/broker/users");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(file).UnixFileMode);
        Assert.DoesNotContain("secret", added.Output + added.Errors + await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("--help", "sparkplug demo ")]
    [InlineData("broker --help", "sparkplug broker ")]
    [InlineData("edge -h", "sparkplug edge ")]
    [InlineData("user --help", "sparkplug user add NAME")]
    public async Task Help_is_an_answer_and_no_error(string words, string answer)
    {
        var asked = await TypeAsync($"$SPARKPLUG {words} </dev/null");
        Assert.Equal((0, ""), (asked.ExitCode, asked.Errors));
        Assert.Contains(answer, asked.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("frobnicate", 2, "there is no command 'frobnicate'")]
    [InlineData("user", 2, "sparkplug user add NAME")]
    [InlineData("user remove nobody", 1, "There is no user nobody.")]
    [InlineData("user add a:b", 1, "'a:b' cannot be a user name")]
    [InlineData("user add ann --Broker:UsersFile=/dev/null/users", 2, "Broker:UsersFile")]
    public async Task What_cannot_be_done_is_said_on_the_error_output(string words, int exitCode, string message)
    {
        var refused = await TypeAsync($"$SPARKPLUG {words} </dev/null");
        Assert.Equal((exitCode, ""), (refused.ExitCode, refused.Output));
        Assert.Contains(message, refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Errors, StringComparison.Ordinal);
    }

    private Task<Mosquitto.Outcome> TypeAsync(string line) => Mosquitto.RunAsync(
        "env", "-u", "XDG_DATA_HOME", $"HOME={_home}", "bash", "-c", line.Replace("$SPARKPLUG", $"'{Repository.PathOf("sparkplug")}'", StringComparison.Ordinal));
}
