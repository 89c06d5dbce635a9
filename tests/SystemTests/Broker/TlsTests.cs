using System.Globalization;
using System.Runtime.Versioning;

namespace SystemTests.Broker;

[SupportedOSPlatform("linux")]
public sealed class TlsTests
{
    [Theory]
    [InlineData("mqttv311", "tlsv1.2")]
    [InlineData("mqttv5", "tlsv1.3")]
    public async Task Mosquitto_clients_trust_the_CA_and_sign_in(string protocol, string tls)
    {
        await using var broker = await BrokerFixture.StartAsync();
        string[] common = ["--cafile", broker.CaFile, "--tls-version", tls, "-V", protocol, "-u", BrokerFixture.UserName, "-P", BrokerFixture.Password, "-q", "1"];
        var published = await Mosquitto.PublishAsync(broker.Tls, [.. common, "-t", "plant/line", "-m", "hello", "-r"]);
        Assert.Equal((0, ""), (published.ExitCode, published.Errors));
        var received = await Mosquitto.SubscribeAsync(broker.Tls, [.. common, "-t", "plant/#", "-C", "1", "-W", "20", "-F", "%t %p %r"]);
        Assert.Equal("plant/line hello 1\n", received.Output);
    }

    [Fact]
    public async Task The_certificate_names_localhost_too()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var published = await Mosquitto.RunAsync("mosquitto_pub", "-h", "localhost", "-p", broker.Tls.Port.ToString(CultureInfo.InvariantCulture),
            "--cafile", broker.CaFile, "-u", BrokerFixture.UserName, "-P", BrokerFixture.Password, "-t", "a", "-m", "b", "-q", "1");
        Assert.Equal((0, ""), (published.ExitCode, published.Errors));
    }

    [Fact]
    public async Task A_client_that_trusts_another_CA_does_not_connect()
    {
        await using var broker = await BrokerFixture.StartAsync();
        await using var other = await BrokerFixture.StartAsync();
        var published = await Mosquitto.PublishAsync(broker.Tls, "--cafile", other.CaFile, "-u", BrokerFixture.UserName, "-P", BrokerFixture.Password, "-t", "a", "-m", "b");
        Assert.NotEqual(0, published.ExitCode);
        Assert.Contains("TLS error", published.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_over_TLS_is_refused()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var published = await Mosquitto.PublishAsync(broker.Tls, "--cafile", broker.CaFile, "-u", BrokerFixture.UserName, "-P", "wrong", "-t", "a", "-m", "b");
        Assert.Equal(4, published.ExitCode); // the return code of CONNACK: bad user name or password
    }

    [Fact]
    public async Task Openssl_verifies_the_chain_with_the_host_name_and_address()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var server = Path.Combine(broker.DataDirectory, "tls", "server.crt");
        foreach (string[] check in (string[][])[["-verify_ip", "127.0.0.1"], ["-verify_ip", "::1"], ["-verify_hostname", "localhost"]])
        {
            var verified = await Mosquitto.RunAsync("openssl", ["verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", broker.CaFile, .. check, server]);
            Assert.Equal((0, ""), (verified.ExitCode, verified.Errors));
        }
    }

    [Fact]
    public async Task The_CA_survives_a_restart_and_its_key_is_private()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var before = await File.ReadAllTextAsync(broker.CaFile, TestContext.Current.CancellationToken);
        await broker.StopAsync();
        await broker.StartAgainAsync();
        Assert.Equal(before, await File.ReadAllTextAsync(broker.CaFile, TestContext.Current.CancellationToken));
        foreach (var file in (string[])["tls/ca.key", "tls/server.key", "users"])
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(broker.DataDirectory, file)));
    }
}
