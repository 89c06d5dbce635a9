using Sparkplug.Configuration;

namespace UnitTests.Configuration;

public sealed class SettingsTests
{
    [Fact]
    public void The_command_line_wins_over_a_file()
    {
        var file = WriteFile("""{ "Broker": { "DataDirectory": "/from/file", "AllowAnonymous": "true" } }""");

        var settings = Settings.Read("Broker", ["--config", file, "--Broker:DataDirectory=/from/line"]);

        Assert.Equal("/from/line", settings.Text("DataDirectory"));
        Assert.True(settings.Flag("AllowAnonymous"));
        settings.ThrowOnFaults();
    }

    [Fact]
    public void Every_fault_is_told_at_once_with_its_full_key()
    {
        var settings = Settings.Read("EdgeNode", ["--EdgeNode:Servers:0=http://x", "--EdgeNode:Trees=3", "--EdgeNode:Wait=long", "--Brocker:X=1", "stray"]);
        settings.Servers();
        settings.Duration("Wait", TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromHours(1));
        settings.Required("GroupId", "Plant1");

        var faults = Assert.Throws<ConfigurationFaultException>(() => settings.ThrowOnFaults()).Faults;

        Assert.Equal(
            ["Brocker", "EdgeNode:GroupId", "EdgeNode:Servers:0", "EdgeNode:Trees", "EdgeNode:Wait", "stray"],
            faults.Select(fault => fault.Key).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("mqtt://127.0.0.1:1883", null)]
    [InlineData("mqtts://broker.example", null)]
    [InlineData("mqtts://[::1]:8883", null)]
    [InlineData("broker.example:1883", "is not an address")]
    [InlineData("tcp://broker.example", "must begin with")]
    [InlineData("mqtt://", "is not an address")]
    [InlineData("mqtt://me:secret@broker.example", "must not hold a user")]
    [InlineData("mqtt://broker.example/path", "must end after the port")]
    public void A_server_is_an_mqtt_or_mqtts_address(string text, string? fault)
    {
        var settings = Settings.Read("Host", [$"--Host:Servers:0={text}"]);

        var servers = settings.Servers();

        if (fault is null)
        {
            Assert.Equal(text, servers.Single().OriginalString);
            settings.ThrowOnFaults();
        }
        else
        {
            Assert.Contains(fault, Assert.Throws<ConfigurationFaultException>(() => settings.ThrowOnFaults()).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Lists_keep_the_order_of_their_numbers()
    {
        var settings = Settings.Read("Host", [.. Enumerable.Range(0, 12).Select(i => $"--Host:Servers:{i}=mqtt://s{i}")]);

        Assert.Equal([.. Enumerable.Range(0, 12).Select(i => $"s{i}")], settings.Servers().Select(server => server.Host));
    }

    [Theory]
    [InlineData("00:00:02.5", true)]
    [InlineData("2", false)]
    [InlineData("soon", false)]
    [InlineData("-00:00:01", false)]
    [InlineData("01:00:01", false)]
    public void A_duration_is_written_with_colons_and_has_bounds(string text, bool accepted)
    {
        var settings = Settings.Read("Host", [$"--Host:ReorderTimeout={text}"]);

        var time = settings.Duration("ReorderTimeout", TimeSpan.FromSeconds(9), TimeSpan.Zero, TimeSpan.FromHours(1));

        Assert.Equal(accepted ? TimeSpan.FromSeconds(2.5) : TimeSpan.FromSeconds(9), time);
        Assert.Equal(accepted, Record.Exception(() => settings.ThrowOnFaults()) is null);
    }

    [Fact]
    public void A_file_that_is_missing_or_is_not_JSON_is_a_fault_not_a_crash()
    {
        var broken = WriteFile("{ not json");

        foreach (var file in new[] { broken, "/does/not/exist.json" })
            Assert.Equal("config", Assert.Throws<ConfigurationFaultException>(() => Settings.Read("Host", ["--config", file]).ThrowOnFaults()).Faults.Single().Key);
    }

    [Fact]
    public void A_password_can_come_from_a_file()
    {
        var settings = Settings.Read("Host", ["--Host:UserName=me", $"--Host:PasswordFile={WriteFile("s3cret\n")}"]);

        Assert.Equal("s3cret", settings.Link("host-scada1").Password);
        settings.ThrowOnFaults();
    }

    private static string WriteFile(string text)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("settings").FullName, "file");
        File.WriteAllText(path, text);
        return path;
    }
}
