using Sparkplug.Broker;
using Sparkplug.Broker.Connections;
using Sparkplug.Configuration;

namespace UnitTests.Broker;

public sealed class BrokerConfigTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_a_word_it_is_TLS_on_8883_and_nothing_else()
    {
        var config = Read();
        Assert.Equal("0.0.0.0:8883", config.Tls!.ToString());
        Assert.Null(config.Tcp);
        Assert.False(config.AllowAnonymous);
        Assert.Equal(_folder.File("users"), config.UsersFile);
    }

    [Fact]
    public void An_empty_value_turns_a_listener_off()
    {
        var config = Read("--Broker:Listeners:Tls=", "--Broker:Listeners:Tcp=127.0.0.1:0");
        Assert.Null(config.Tls);
        Assert.Equal("127.0.0.1:0", config.Tcp!.ToString());
    }

    [Fact]
    public void Every_fault_is_told_at_once_by_its_full_key()
    {
        File.WriteAllText(_folder.File("users"), "nobody\n");
        var fault = Assert.Throws<ConfigurationFaultException>(() => Read(
            "--Broker:Listeners:Tcp=1883", "--Broker:Listeners:Tls=nowhere:8883", "--Broker:Listeners:WebSocket=nowhere:8083",
            "--Broker:AllowAnonymous=perhaps", "--Broker:Tls:KeyFile=/no/such.key", "--Broker:Lisseners:Tcp=x"));
        Assert.Equal(
            [
                "Broker:AllowAnonymous", "Broker:Lisseners:Tcp", "Broker:Listeners:Tcp", "Broker:Listeners:Tls", "Broker:Listeners:WebSocket",
                "Broker:Tls:KeyFile", "Broker:Tls:KeyFile", "Broker:UsersFile",
            ],
            fault.Faults.Select(one => one.Key).Order(StringComparer.Ordinal));
        Assert.Equal(8, fault.Message.Split(Environment.NewLine).Length);
    }

    [Theory]
    [InlineData("Broker:Listeners", "--Broker:Listeners:Tls=")]
    [InlineData("Broker:Listeners:Tcp", "--Broker:Listeners:Tls=127.0.0.1:1883", "--Broker:Listeners:Tcp=127.0.0.1:1883")]
    [InlineData("Broker:Tls:CertificateFile", "--Broker:Tls:CertificateFile=/no/such.crt")]
    [InlineData("Broker:Backup", "--Broker:Backup=other\n:8883")]
    [InlineData("Broker:Backup", "--Broker:Backup=ändere:8883")]
    [InlineData("Broker:SharedSubscriptions", "--Broker:SharedSubscriptions=Random")]
    public void Settings_that_do_not_fit_together_are_a_fault(string key, params string[] args) =>
        Assert.Equal(key, Assert.Single(Assert.Throws<ConfigurationFaultException>(() => Read(args)).Faults).Key);

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("other.example:8883", "other.example:8883")]
    [InlineData("[::1]:8883 other", "[::1]:8883 other")]
    public void The_backup_is_told_as_it_is_written(string? written, string? told) =>
        Assert.Equal(told, Read(written is null ? [] : [$"--Broker:Backup={written}"]).Backup);

    [Fact]
    public void A_certificate_without_its_key_is_a_fault()
    {
        File.WriteAllText(_folder.File("own.crt"), "no certificate");
        var fault = Assert.Throws<ConfigurationFaultException>(() => Read($"--Broker:Tls:CertificateFile={_folder.File("own.crt")}"));
        Assert.Equal("Broker:Tls:CertificateFile", Assert.Single(fault.Faults).Key);
    }

    [Theory]
    [InlineData("127.0.0.1:1883", "127.0.0.1:1883")]
    [InlineData("localhost:0", "127.0.0.1:0")]
    [InlineData("[::]:8883", "[::]:8883")]
    [InlineData("[fd00::1]:65535", "[fd00::1]:65535")]
    [InlineData("1883", null)]
    [InlineData(":1883", null)]
    [InlineData("1:1883", null)]
    [InlineData("::1:1883", null)]
    [InlineData("[127.0.0.1]:1883", null)]
    [InlineData("127.0.0.1:", null)]
    [InlineData("127.0.0.1:65536", null)]
    [InlineData("127.0.0.1:-1", null)]
    [InlineData("127.0.0.1:+1", null)]
    [InlineData("broker.example:1883", null)]
    public void A_listener_is_an_address_and_a_port(string text, string? endPoint)
    {
        Assert.Equal(endPoint is not null, ListenAddress.TryParse(text, out var parsed, out var reason));
        Assert.Equal(endPoint, parsed?.ToString());
        Assert.Equal(endPoint is null, reason is not null);
    }

    private BrokerConfig Read(params string[] args) => BrokerConfigReader.Read([$"--Broker:DataDirectory={_folder}", .. args]).Config;
}
