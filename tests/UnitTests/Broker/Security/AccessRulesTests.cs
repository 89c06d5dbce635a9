using Microsoft.Extensions.Logging.Abstractions;
using Sparkplug.Broker;
using Sparkplug.Broker.Security;
using Sparkplug.Configuration;

namespace UnitTests.Broker.Security;

public sealed class AccessRulesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string AccessFile => _folder.File("access");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_bad_file_stops_the_start_with_all_its_faults()
    {
        File.WriteAllText(AccessFile, "user ann monitor\nuser bob\nnobody all\n");
        var fault = Assert.Throws<ConfigurationFaultException>(Open);
        Assert.Equal(["Broker:AccessFile", "Broker:AccessFile"], fault.Faults.Select(one => one.Key));
        Assert.StartsWith($"{AccessFile}: line 2 ", fault.Faults[0].Reason, StringComparison.Ordinal);
        var told = Assert.Throws<ConfigurationFaultException>(() => BrokerConfigReader.Read([$"--Broker:DataDirectory={_folder}"]));
        Assert.Equal(fault.Faults, told.Faults);
    }

    [Fact]
    public void A_file_that_is_named_must_be_there()
    {
        Assert.Equal(AccessFile, BrokerConfigReader.Read([$"--Broker:DataDirectory={_folder}"]).Config.AccessFile);
        var fault = Assert.Throws<ConfigurationFaultException>(
            () => BrokerConfigReader.Read([$"--Broker:DataDirectory={_folder}", $"--Broker:AccessFile={_folder.File("acess")}"]));
        Assert.Equal("Broker:AccessFile", Assert.Single(fault.Faults).Key);
    }

    [Fact]
    public void A_change_counts_once_the_file_stays_as_it_is()
    {
        File.WriteAllText(AccessFile, "user ann read a\n");
        var rules = Open();
        var changes = Count(rules);
        rules.ReloadIfChanged();
        Assert.Equal(0, changes());

        Write("user ann read a\nuser ann re");
        rules.ReloadIfChanged(); // half written
        Write("user ann read a\nuser ann read b\n");
        rules.ReloadIfChanged();
        Assert.False(MayRead(rules, "b"));
        rules.ReloadIfChanged();
        Assert.True(MayRead(rules, "b"));
        Assert.Equal((1, 1), (rules.Version, changes()));
        rules.ReloadIfChanged();
        rules.ReloadIfChanged();
        Assert.Equal((1, 1), (rules.Version, changes()));
    }

    [Fact]
    public void A_bad_change_keeps_the_rules_before_it()
    {
        File.WriteAllText(AccessFile, "user ann read a\n");
        var rules = Open();
        var changes = Count(rules);
        Write("user ann read a\nuser ann\n");
        Assert.False(rules.Reload());
        Assert.True(MayRead(rules, "a"));
        Assert.Equal((0, 0), (rules.Version, changes()));
        Write("user ann read b\n");
        Assert.True(rules.Reload());
        Assert.False(MayRead(rules, "a"));
        Assert.Equal((1, 1), (rules.Version, changes()));
    }

    [Fact]
    public void A_file_that_goes_away_does_not_open_the_broker()
    {
        File.WriteAllText(AccessFile, "user ann read a\n");
        var rules = Open();
        File.Delete(AccessFile);
        Assert.False(rules.Reload());
        Assert.False(MayRead(rules, "b"));
        Assert.True(MayRead(rules, "a"));
    }

    [Fact]
    public void A_file_that_comes_ends_the_open_time()
    {
        var rules = Open();
        Assert.True(MayRead(rules, "b"));
        Assert.True(rules.Reload());
        Write("user ann read a\n");
        rules.ReloadIfChanged();
        rules.ReloadIfChanged();
        Assert.False(MayRead(rules, "b"));
        Assert.True(MayRead(rules, "a"));
    }

    [Fact]
    public void What_was_given_out_before_a_change_stays_as_it_was()
    {
        File.WriteAllText(AccessFile, "user ann read a\n");
        var rules = Open();
        var before = rules.For("ann", "c");
        Write("user ann read b\n");
        rules.Reload();
        Assert.True(before.MayRead("a"u8).IsAllowed);
        Assert.False(before.MayRead("b"u8).IsAllowed);
    }

    private static bool MayRead(AccessRules rules, string topic) => rules.For("ann", "c").MayRead(System.Text.Encoding.UTF8.GetBytes(topic)).IsAllowed;

    private static Func<int> Count(AccessRules rules)
    {
        var count = 0;
        rules.Changed += () => count++;
        return () => count;
    }

    private AccessRules Open() => AccessRules.Open(AccessFile, NullLogger<AccessRules>.Instance);

    private void Write(string text)
    {
        File.WriteAllText(AccessFile, text);
    }
}
