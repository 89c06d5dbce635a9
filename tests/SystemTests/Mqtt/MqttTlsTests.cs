using Sparkplug.Mqtt;
using SystemTests.Support;

namespace SystemTests.Mqtt;

/// <summary>The link over TLS.</summary>
[Collection(RealClock.Name)]
public sealed class MqttTlsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tls").FullName;
    private readonly TestCertificates _certificates;

    public MqttTlsTests() => _certificates = new TestCertificates(_folder);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task A_server_whose_certificate_is_signed_by_the_CA_file_and_bears_its_name_is_trusted(string host)
    {
        await using var server = await StartAsync(_certificates.ForServer("127.0.0.1", "localhost"));
        await using var owner = new LinkOwner(server.TlsAddress(host), Options(new MqttTlsOptions { CaFile = _certificates.CaFile }));
        await owner.NextAsync<MqttEvent.Connected>();
        owner.Link.Publish("t", new byte[100_000], qos: 1, retain: false);
        owner.Link.Disconnect(MqttDisconnect.Normal);
        Assert.EndsWith(": disconnected", (await owner.NextAsync<MqttEvent.Disconnected>()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_CA_is_not_trusted()
    {
        await using var server = await StartAsync(_certificates.ForServer("127.0.0.1"));
        var stranger = new TestCertificates(_folder, "stranger");
        await ExpectFailureAsync(server.TlsAddress(), new MqttTlsOptions { CaFile = stranger.CaFile }, "certificate not trusted: it is not signed by a trusted authority");
    }

    [Fact]
    public async Task Without_a_CA_file_the_authorities_of_the_system_decide()
    {
        await using var server = await StartAsync(_certificates.ForServer("127.0.0.1"));
        await ExpectFailureAsync(server.TlsAddress(), new MqttTlsOptions(), "certificate not trusted: it is not signed by a trusted authority");
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_not_trusted()
    {
        await using var server = await StartAsync(_certificates.ForServer("plant.example"));
        await ExpectFailureAsync(server.TlsAddress(), new MqttTlsOptions { CaFile = _certificates.CaFile }, "certificate not trusted: it is not for 127.0.0.1");
    }

    [Fact]
    public async Task An_expired_certificate_is_not_trusted()
    {
        await using var server = await StartAsync(_certificates.Expired("127.0.0.1"));
        await ExpectFailureAsync(server.TlsAddress(), new MqttTlsOptions { CaFile = _certificates.CaFile }, "expired");
    }

    [Fact]
    public async Task A_client_certificate_lets_in_where_one_is_asked_for()
    {
        await using var server = await StartAsync(_certificates.ForServer("127.0.0.1"), requireCertificate: true);
        var (certificate, key) = _certificates.ForClient("edge-1");
        await using var owner = new LinkOwner(server.TlsAddress(), Options(new MqttTlsOptions { CaFile = _certificates.CaFile, CertificateFile = certificate, KeyFile = key }));
        await owner.NextAsync<MqttEvent.Connected>();
        await using var without = new LinkOwner(server.TlsAddress(), Options(new MqttTlsOptions { CaFile = _certificates.CaFile }) with { ClientId = "without" });
        await without.NextAsync<MqttEvent.ConnectFailed>();
    }

    [Theory]
    [InlineData("missing.pem")]
    [InlineData("not-a-certificate.pem")]
    public async Task A_CA_file_that_cannot_be_used_is_named(string name)
    {
        File.WriteAllText(Path.Combine(_folder, "not-a-certificate.pem"), "hello");
        var file = Path.Combine(_folder, name);
        await ExpectFailureAsync(new Uri($"mqtts://127.0.0.1:{FreePort.Take()}"), new MqttTlsOptions { CaFile = file }, $"CA file {file} cannot be used");
    }

    [Fact]
    public async Task A_plain_server_is_not_mistaken_for_one_with_TLS()
    {
        await using var server = await MosquittoServer.StartAsync();
        await ExpectFailureAsync(new Uri($"mqtts://127.0.0.1:{server.Port}"), new MqttTlsOptions { CaFile = _certificates.CaFile }, "TLS failed");
    }

    private static MqttLinkOptions Options(MqttTlsOptions tls) => new() { ClientId = "link", Tls = tls };

    private static async Task ExpectFailureAsync(Uri server, MqttTlsOptions tls, string reason)
    {
        await using var owner = new LinkOwner(server, Options(tls));
        Assert.Contains(reason, (await owner.NextAsync<MqttEvent.ConnectFailed>()).Reason, StringComparison.Ordinal);
    }

    private Task<MosquittoServer> StartAsync((string Certificate, string Key) files, bool requireCertificate = false) => MosquittoServer.StartAsync(
        new MosquittoOptions { Tls = new MosquittoTls(files.Certificate, files.Key, _certificates.CaFile, requireCertificate) });
}
