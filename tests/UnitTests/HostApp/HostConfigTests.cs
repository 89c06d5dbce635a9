using HostApp;
using HostApp.Configuration;
using Sparkplug.Configuration;
using Sparkplug.Mqtt;

namespace UnitTests.HostApp;

public class HostConfigTests
{
    private static readonly string[] Least = ["--Host:Servers:0=mqtt://127.0.0.1:1883", "--Host:HostId=scada1"];

    [Fact]
    public void Two_keys_are_enough()
    {
        var (config, _) = HostConfigReader.Read(Least);
        Assert.Equal("http://127.0.0.1:8080", Assert.Single(config.Urls).Text);
        Assert.Equal(new Uri("mqtt://127.0.0.1:1883"), Assert.Single(config.Servers));
        Assert.False(config.AllowAnonymous);
        Assert.Equal(MqttVersion.V5, config.Link.Version);
        Assert.Equal(["spBv1.0/#"], config.Filters);
    }

    [Fact]
    public void Every_fault_is_told_at_once_by_its_full_key()
    {
        var faults = Faults(
            "--urls=ftp://x", "--Host:Servers:0=http://broker", "--Host:Servers:1=mqtt://user:secret@broker", "--Host:HostId=a/b", "--Host:AllowAnonymous=yes",
            "--Host:MqttVersion=4", "--Host:Filters:0=spBv1.0/#/x", "--Host:ReorderTimeout=2", "--Host:CommandTimeout=00:00:00",
            "--Host:Tls:CaFile=/nowhere/ca.crt", "--Host:Password=secret", "--Host:HostID2=x");
        foreach (var key in new[]
        {
            "urls", "Host:Servers:0", "Host:Servers:1", "Host:HostId", "Host:AllowAnonymous", "Host:MqttVersion", "Host:Filters:0", "Host:ReorderTimeout",
            "Host:CommandTimeout", "Host:Tls:CaFile", "Host:UserName", "Host:HostID2",
        })
            Assert.Contains(faults, fault => fault.Key == key);
    }

    [Fact]
    public void What_is_missing_is_named()
    {
        var faults = Faults();
        Assert.Contains(faults, fault => fault.Key == "Host:Servers:0");
        Assert.Contains(faults, fault => fault.Key == "Host:HostId");
    }

    [Theory]
    [InlineData("http://0.0.0.0:8080")]
    [InlineData("http://*:8080")]
    [InlineData("http://[::]:8080")]
    [InlineData("http://192.168.1.7:8080")]
    [InlineData("http://my-box:8080")]
    [InlineData("http://127.0.0.1:8080;http://10.0.0.1:8080")]
    public void Anonymous_access_is_refused_where_others_can_connect(string urls)
    {
        var fault = Assert.Single(Faults([.. Least, "--Host:AllowAnonymous=true", $"--urls={urls}"]));
        Assert.Equal("Host:AllowAnonymous", fault.Key);
        Assert.NotEmpty(HostConfigReader.Read([.. Least, $"--urls={urls}"]).Config.Urls);
    }

    [Theory]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://localhost:8080")]
    [InlineData("http://[::1]:8080")]
    public void Anonymous_access_is_for_loopback(string urls) =>
        Assert.True(HostConfigReader.Read([.. Least, "--Host:AllowAnonymous=true", $"--urls={urls}"]).Config.AllowAnonymous);

    [Fact]
    public void A_secret_never_stands_in_a_fault()
    {
        var faults = Faults([.. Least, "--Host:Password=hunter2hunter2", "--Host:Servers:1=mqtt://me:hunter2@broker"]);
        Assert.Equal(["Host:Servers:1", "Host:UserName"], faults.Select(fault => fault.Key).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(faults, fault => fault.ToString().Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public void The_composition_root_refuses_what_the_reader_refuses() =>
        Assert.Throws<ConfigurationFaultException>(() => HostApplication.Build(["--Host:HostId=scada1"]));

    private static IReadOnlyList<ConfigurationFault> Faults(params string[] args) =>
        Assert.Throws<ConfigurationFaultException>(() => HostConfigReader.Read(args)).Faults;
}
