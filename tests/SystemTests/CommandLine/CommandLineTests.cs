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

    [Fact]
    public async Task A_user_with_a_role_gets_a_line_in_the_access_file_and_a_new_password_later()
    {
        var options = $"--Broker:DataDirectory='{_home}'";
        Assert.Equal(0, (await TypeAsync($"echo secret | $SPARKPLUG user add ann {options}")).ExitCode);
        var added = await TypeAsync($"$SPARKPLUG user add line1 --role 'edge-node Plant1/Line1' {options} </dev/null");
        Assert.Equal(0, added.ExitCode);
        Assert.Equal("user line1 edge-node Plant1/Line1", (await File.ReadAllLinesAsync(Path.Combine(_home, "access"), TestContext.Current.CancellationToken))[^1]);

        var before = await File.ReadAllLinesAsync(Path.Combine(_home, "users"), TestContext.Current.CancellationToken);
        Assert.Equal(0, (await TypeAsync($"echo another | $SPARKPLUG user passwd line1 {options}")).ExitCode);
        var after = await File.ReadAllLinesAsync(Path.Combine(_home, "users"), TestContext.Current.CancellationToken);
        Assert.Equal((before[0], true), (after[0], before[1] != after[1] && after[1].StartsWith("line1:$argon2id$", StringComparison.Ordinal)));

        var refused = await TypeAsync($"$SPARKPLUG user add line2 --role 'edge-node Plant1' {options} </dev/null");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("edge-node GROUP/NODE", refused.Errors, StringComparison.Ordinal);
        Assert.Equal("ann\nline1\n", (await TypeAsync($"$SPARKPLUG user list {options}")).Output);
    }

    [Fact]
    public async Task The_brokers_own_configuration_file_serves_the_user_command()
    {
        await File.WriteAllTextAsync(Path.Combine(_home, "broker.json"),
            $$"""{ "Broker": { "Listeners": { "Tcp": "127.0.0.1:1883" }, "UsersFile": "{{_home}}/people" } }""", TestContext.Current.CancellationToken);
        Assert.Equal(0, (await TypeAsync($"echo secret | $SPARKPLUG user add ann --config '{_home}/broker.json'")).ExitCode);
        Assert.True(File.Exists(Path.Combine(_home, "people")));
        Assert.Equal(2, (await TypeAsync("$SPARKPLUG user list --Broker:UserFile=x </dev/null")).ExitCode);
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
