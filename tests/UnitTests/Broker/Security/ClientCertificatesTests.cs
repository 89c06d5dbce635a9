using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sparkplug.Broker;
using Sparkplug.Broker.Security;
using Sparkplug.Configuration;
using UnitTests.Mqtt;

namespace UnitTests.Broker.Security;

/// <summary>Whole handshakes over a stream in memory, with the options that the listener takes.</summary>
public sealed class ClientCertificatesTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(Start);
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly KeptLog<ClientCertificates> _log = new();
    private readonly TestAuthority _root = new("Plant root", Start);
    private readonly TestAuthority _line;

    public ClientCertificatesTests() => _line = new TestAuthority("Line CA", Start, _root);

    public void Dispose()
    {
        _services.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<SslProtocols> Protocols => [SslProtocols.Tls12, SslProtocols.Tls13];

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_good_certificate_is_accepted_and_names_the_user(SslProtocols protocol)
    {
        var options = Options(out var tls);
        using var own = _root.Issue("CN=line1, O=Plant");
        var (accepted, shown) = await ShakeHandsAsync(options, [own], protocol);
        Assert.True(accepted, string.Join('\n', _log.Lines));
        Assert.Equal("line1", tls.UserOf(shown!));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_intermediate_authority_comes_from_the_client_or_from_the_CA_file(bool fromClient)
    {
        var options = Options(out _, ca: fromClient ? _root.Pem : _root.Pem + _line.Pem);
        using var own = _line.Issue("CN=line1");
        var (accepted, _) = await ShakeHandsAsync(options, fromClient ? [own, _line.Certificate] : [own]);
        Assert.True(accepted, string.Join('\n', _log.Lines));
    }

    public static TheoryData<string, string> Refused => new()
    {
        { "of another authority", "does not lead to an authority" },
        { "of another authority with the same name", "does not lead to an authority" },
        { "signed by itself", "does not lead to an authority" },
        { "of an authority that nobody sent", "does not lead to an authority" },
        { "of a server", "does not lead to an authority" },
        { "signed by a client", "does not lead to an authority" },
        { "expired", "is valid from" },
        { "not valid yet", "is valid from" },
        { "without a name", "has not exactly one name" },
        { "with two names", "has not exactly one name" },
        { "revoked", "CN=Plant root has revoked CN=line1 (serial number" },
        { "of a revoked authority", "CN=Plant root has revoked CN=Line CA (serial number" },
        { "of an authority without a list", "there is no revocation list of CN=Line CA" },
        { "missing", "the client shows none" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_certificate_is_refused_and_the_log_says_why(string what, string words)
    {
        using var own = Make(what);
        X509Certificate2Collection shown = what switch
        {
            "missing" => [],
            "of a revoked authority" or "of an authority without a list" => [own, _line.Certificate],
            _ => [own],
        };
        var options = Options(out _, crl: what switch
        {
            "revoked" => _root.RevokePem(Start, Start.AddDays(7), own),
            "of a revoked authority" => _root.RevokePem(Start, Start.AddDays(7), _line.Certificate) + _line.RevokePem(Start, Start.AddDays(7)),
            "of an authority without a list" => _root.RevokePem(Start, Start.AddDays(7)),
            _ => null,
        }, ca: what == "of a revoked authority" ? _root.Pem + _line.Pem : null);
        var (accepted, _) = await ShakeHandsAsync(options, shown);
        Assert.False(accepted);
        Assert.Contains(words, _log.Lines[^1], StringComparison.Ordinal);
        Assert.StartsWith("Client certificate of ", _log.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_without_a_purpose_is_good_for_any()
    {
        var options = Options(out _);
        using var own = _root.Issue("CN=line1", usage: null);
        Assert.True((await ShakeHandsAsync(options, [own])).Accepted);
    }

    [Fact]
    public async Task Where_certificates_are_optional_none_is_good_and_a_bad_one_is_not()
    {
        var options = Options(out _, mode: ClientCertificateMode.Optional);
        var (accepted, shown) = await ShakeHandsAsync(options, []);
        Assert.True(accepted);
        Assert.Null(shown);
        using var bad = Make("expired");
        Assert.False((await ShakeHandsAsync(options, [bad])).Accepted);
    }

    [Fact]
    public async Task Where_they_are_off_nobody_is_asked()
    {
        var options = Options(out _, mode: ClientCertificateMode.None);
        Assert.False(options.ClientCertificateRequired);
        using var own = _root.Issue("CN=line1");
        var (accepted, shown) = await ShakeHandsAsync(options, [own]);
        Assert.True(accepted);
        Assert.Null(shown);
    }

    [Fact]
    public async Task A_list_that_is_out_of_date_refuses_everyone()
    {
        var options = Options(out _, crl: _root.RevokePem(Start, Start.AddDays(7)));
        using var own = _root.Issue("CN=line1");
        Assert.True((await ShakeHandsAsync(options, [own])).Accepted);
        _time.Advance(TimeSpan.FromDays(7));
        Assert.False((await ShakeHandsAsync(options, [own])).Accepted);
        Assert.Contains("the revocation list of CN=Plant root is out of date since", _log.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_from_the_future_refuses_everyone_until_then()
    {
        var options = Options(out _, crl: _root.RevokePem(Start.AddHours(1), Start.AddDays(7)));
        using var own = _root.Issue("CN=line1");
        Assert.False((await ShakeHandsAsync(options, [own])).Accepted);
        Assert.Contains("is valid from", _log.Lines[^1], StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromMinutes(56)); // clocks differ
        Assert.True((await ShakeHandsAsync(options, [own])).Accepted);
    }

    [Fact]
    public async Task Files_that_change_count_for_the_next_handshake_and_bad_ones_do_not()
    {
        var before = Options(out var tls, out var clients, crl: _root.RevokePem(Start, Start.AddDays(7)));
        using var own = _root.Issue("CN=line1");
        Assert.Same(before, tls.OptionsForHandshake());
        Assert.True((await ShakeHandsAsync(tls.OptionsForHandshake(), [own])).Accepted);

        File.WriteAllText(_folder.File("clients.crl"), "half a li");
        Look(clients);
        Assert.Same(before, tls.OptionsForHandshake());
        Assert.Contains("clients.crl cannot be used", _log.Lines[^1], StringComparison.Ordinal);

        File.WriteAllText(_folder.File("clients.crl"), _root.RevokePem(Start, Start.AddDays(7), own));
        Look(clients);
        Assert.False((await ShakeHandsAsync(tls.OptionsForHandshake(), [own])).Accepted);
        Assert.Contains("has revoked CN=line1", _log.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_servers_own_certificate_is_shown_anew_when_its_files_change()
    {
        using var ca = DevelopmentCa.Make(Start);
        WriteOwn(ca);
        var config = Config(ClientCertificateMode.None) with { CertificateFile = _folder.File("own.crt"), KeyFile = _folder.File("own.key") };
        var server = new ServerCertificates(config, _time, NullLogger<ServerCertificates>.Instance);
        server.Refresh();
        var tls = new TlsOptions(server, New(config));
        var before = tls.OptionsForHandshake();
        WriteOwn(ca);
        server.RefreshIfChanged();
        Assert.Same(before, tls.OptionsForHandshake());
        server.RefreshIfChanged();
        Assert.NotEqual(before.ServerCertificateContext!.TargetCertificate, tls.OptionsForHandshake().ServerCertificateContext!.TargetCertificate);

        var good = tls.OptionsForHandshake();
        File.WriteAllText(_folder.File("own.key"), "no key");
        server.RefreshIfChanged();
        server.RefreshIfChanged();
        Assert.Same(good, tls.OptionsForHandshake());
    }

    [Fact]
    public void Nothing_older_than_TLS_1_2_is_spoken_and_nothing_is_renegotiated()
    {
        var options = Options(out _);
        Assert.Equal(SslProtocols.Tls12 | SslProtocols.Tls13, options.EnabledSslProtocols);
        Assert.False(options.AllowRenegotiation);
        Assert.NotNull(options.ServerCertificateContext);
    }

    [Theory]
    [InlineData("Broker:Tls:ClientCaFile", "--Broker:Tls:ClientCertificates=Required")]
    [InlineData("Broker:Tls:ClientCertificates", "--Broker:Tls:ClientCaFile=CA")]
    [InlineData("Broker:Tls:ClientCertificates", "--Broker:Tls:ClientCertificates=Perhaps")]
    [InlineData("Broker:Tls:ClientUserFrom", "--Broker:Tls:ClientCertificates=optional", "--Broker:Tls:ClientCaFile=CA", "--Broker:Tls:ClientUserFrom=CN")]
    [InlineData("Broker:Tls:ClientCaFile", "--Broker:Tls:ClientCertificates=Required", "--Broker:Tls:ClientCaFile=/no/such.pem")]
    [InlineData("Broker:Tls:ClientCaFile", "--Broker:Tls:ClientCertificates=Required", "--Broker:Tls:ClientCaFile=LEAF")]
    [InlineData("Broker:Tls:ClientCaFile", "--Broker:Tls:ClientCertificates=Required", "--Broker:Tls:ClientCaFile=LINE")]
    [InlineData("Broker:Tls:ClientCrlFile", "--Broker:Tls:ClientCertificates=Required", "--Broker:Tls:ClientCaFile=CA", "--Broker:Tls:ClientCrlFile=CA")]
    [InlineData(null, "--Broker:Tls:ClientCertificates=Required", "--Broker:Tls:ClientCaFile=CA", "--Broker:Tls:ClientUserFrom=SanUri")]
    public void What_does_not_fit_stops_the_start(string? key, params string[] args)
    {
        File.WriteAllText(_folder.File("CA"), _root.Pem);
        File.WriteAllText(_folder.File("LINE"), _line.Pem);
        File.WriteAllText(_folder.File("LEAF"), _root.Pem + _root.Issue("CN=line1").ExportCertificatePem());
        string[] all = [$"--Broker:DataDirectory={_folder}", .. args.Select(arg => arg.Replace("=CA", $"={_folder.File("CA")}", StringComparison.Ordinal)
            .Replace("=LINE", $"={_folder.File("LINE")}", StringComparison.Ordinal).Replace("=LEAF", $"={_folder.File("LEAF")}", StringComparison.Ordinal))];
        var faults = Record.Exception(() => BrokerConfigReader.Read(all)) is ConfigurationFaultException fault ? fault.Faults.Select(one => one.Key).ToList() : [];
        Assert.Equal(key is null ? [] : [key], faults.Distinct());
    }

    private X509Certificate2 Make(string what) => what switch
    {
        "of another authority" => new TestAuthority("Other root", Start).Issue("CN=line1"),
        "of another authority with the same name" => new TestAuthority("Plant root", Start).Issue("CN=line1"),
        "signed by itself" => new TestAuthority("line1", Start).Certificate,
        "of an authority that nobody sent" => _line.Issue("CN=line1"),
        "of a server" => _root.Issue("CN=line1", TestAuthority.ServerAuthentication),
        "signed by a client" => SignedByClient(),
        "expired" => _root.Issue("CN=line1", until: TimeSpan.FromSeconds(-1)),
        "not valid yet" => _root.Issue("CN=line1", from: TimeSpan.FromMinutes(1)),
        "without a name" => _root.Issue("O=Plant"),
        "with two names" => _root.Issue("CN=line1, CN=line2"),
        "of a revoked authority" or "of an authority without a list" => _line.Issue("CN=line1"),
        _ => _root.Issue("CN=line1"),
    };

    private X509Certificate2 SignedByClient()
    {
        using var client = _root.Issue("CN=line1");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=admin", key, HashAlgorithmName.SHA256);
        using var signed = request.Create(client.SubjectName, X509SignatureGenerator.CreateForECDsa(client.GetECDsaPrivateKey()!), Start, Start.AddDays(1), [7]);
        return signed.CopyWithPrivateKey(key);
    }

    private SslServerAuthenticationOptions Options(out TlsOptions tls, string? crl = null, string? ca = null, ClientCertificateMode mode = ClientCertificateMode.Required) =>
        Options(out tls, out _, crl, ca, mode);

    private SslServerAuthenticationOptions Options(
        out TlsOptions tls, out ClientCertificates clients, string? crl = null, string? ca = null, ClientCertificateMode mode = ClientCertificateMode.Required)
    {
        File.WriteAllText(_folder.File("clients.crt"), ca ?? _root.Pem);
        if (crl is not null)
            File.WriteAllText(_folder.File("clients.crl"), crl);
        var config = Config(mode) with { ClientCaFile = _folder.File("clients.crt"), ClientCrlFile = crl is null ? null : _folder.File("clients.crl") };
        var server = new ServerCertificates(config, _time, NullLogger<ServerCertificates>.Instance) { Names = () => new ServerNames(["localhost"], [IPAddress.Loopback]) };
        server.Refresh();
        clients = New(config);
        clients.Refresh();
        tls = new TlsOptions(server, clients);
        return tls.OptionsForHandshake();
    }

    private static void Look(ClientCertificates clients)
    {
        clients.RefreshIfChanged();
        clients.RefreshIfChanged();
    }

    private BrokerConfig Config(ClientCertificateMode mode) => new() { DataDirectory = _folder.ToString(), UsersFile = _folder.File("users"), ClientCertificates = mode };

    private ClientCertificates New(BrokerConfig config) => new(config, _time, new BrokerMetrics(_services.GetRequiredService<IMeterFactory>()), _log);

    private void WriteOwn(DevelopmentCa ca)
    {
        using var own = ca.Issue(new ServerNames(["broker.example"], []), Start);
        File.WriteAllText(_folder.File("own.crt"), own.ExportCertificatePem() + "\n" + ca.Certificate.ExportCertificatePem());
        File.WriteAllText(_folder.File("own.key"), own.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Whether the server accepted, and what it saw.</summary>
    private static async Task<(bool Accepted, X509Certificate2? Shown)> ShakeHandsAsync(
        SslServerAuthenticationOptions options, X509Certificate2Collection shown, SslProtocols protocol = SslProtocols.None)
    {
        var (near, far) = StreamPair.Create();
        await using var client = new SslStream(near);
        await using var server = new SslStream(far);
        var context = shown.Count == 0 ? null : SslStreamCertificateContext.Create(shown[0], [.. shown.Skip(1)], offline: true);
        var connecting = client.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = protocol,
            ClientCertificateContext = context,
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null, // the server's side is tried here
        }, TestContext.Current.CancellationToken);
        try
        {
            await server.AuthenticateAsServerAsync(options, TestContext.Current.CancellationToken);
            await connecting;
            return (true, server.RemoteCertificate as X509Certificate2);
        }
        catch (AuthenticationException)
        {
            await server.DisposeAsync();
            await Record.ExceptionAsync(() => connecting); // refused as well, or, in TLS 1.3, done before it knew
            return (false, null);
        }
    }
}
