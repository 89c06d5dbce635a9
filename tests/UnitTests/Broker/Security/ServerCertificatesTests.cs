using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sparkplug.Broker;
using Sparkplug.Broker.Security;
using Sparkplug.Configuration;

namespace UnitTests.Broker.Security;

public sealed class ServerCertificatesTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(Start);
    private ServerNames _names = new(["localhost", "gateway"], [IPAddress.Loopback, IPAddress.IPv6Loopback, IPAddress.Parse("192.168.1.7")]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_first_start_makes_a_CA_and_a_certificate_that_it_signed_for_every_name()
    {
        var server = Shown();
        using var ca = X509CertificateLoader.LoadCertificateFromFile(InFolder("ca.crt"));
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(ca);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = Start.UtcDateTime;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        Assert.True(chain.Build(server), string.Join(", ", chain.ChainStatus.Select(status => status.StatusInformation)));
        Assert.Equal(2, chain.ChainElements.Count);
        Assert.True(server.MatchesHostname("localhost") && server.MatchesHostname("gateway") && server.MatchesHostname("192.168.1.7") && server.MatchesHostname("::1"));
        Assert.False(server.MatchesHostname("elsewhere"));
    }

    [Fact]
    public void The_extensions_say_what_each_certificate_is_for()
    {
        var server = Shown();
        using var ca = X509CertificateLoader.LoadCertificateFromFile(InFolder("ca.crt"));
        var (caBasics, basics) = (Extension<X509BasicConstraintsExtension>(ca), Extension<X509BasicConstraintsExtension>(server));
        Assert.True(caBasics is { Critical: true, CertificateAuthority: true, HasPathLengthConstraint: true, PathLengthConstraint: 0 });
        Assert.True(basics is { Critical: true, CertificateAuthority: false });
        Assert.Equal(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, Extension<X509KeyUsageExtension>(ca).KeyUsages);
        Assert.Equal(X509KeyUsageFlags.DigitalSignature, Extension<X509KeyUsageExtension>(server).KeyUsages);
        Assert.Equal("1.3.6.1.5.5.7.3.1", Assert.Single(Extension<X509EnhancedKeyUsageExtension>(server).EnhancedKeyUsages.Cast<Oid>()).Value);
        var caKeyId = Extension<X509SubjectKeyIdentifierExtension>(ca).SubjectKeyIdentifierBytes;
        Assert.Equal(caKeyId, Extension<X509AuthorityKeyIdentifierExtension>(server).KeyIdentifier!.Value);
        Assert.NotEqual(caKeyId, Extension<X509SubjectKeyIdentifierExtension>(server).SubjectKeyIdentifierBytes);
        Assert.Equal("1.2.840.10045.3.1.7", server.GetECDsaPublicKey()!.ExportParameters(false).Curve.Oid.Value);
    }

    [Fact]
    public void A_restart_keeps_the_CA_and_the_certificate()
    {
        var first = Shown();
        _time.Advance(TimeSpan.FromDays(300));
        Assert.Equal(first, Shown());
    }

    [Fact]
    public void A_certificate_that_nears_its_end_is_issued_again_by_the_same_CA()
    {
        var first = Shown();
        var ca = File.ReadAllText(InFolder("ca.crt"));
        _time.Advance(TimeSpan.FromDays(368));
        var second = Shown();
        Assert.NotEqual(first, second);
        Assert.True(second.NotAfter > first.NotAfter);
        Assert.Equal(ca, File.ReadAllText(InFolder("ca.crt")));
    }

    [Fact]
    public void A_new_address_of_the_machine_gets_into_the_certificate_of_a_running_broker()
    {
        var certificates = New();
        certificates.Refresh();
        var first = certificates.Current.TargetCertificate;
        certificates.Refresh();
        Assert.Same(first, certificates.Current.TargetCertificate);
        _names = new ServerNames(_names.DnsNames, [.. _names.Addresses, IPAddress.Parse("10.0.0.3")]);
        certificates.Refresh();
        Assert.True(certificates.Current.TargetCertificate.MatchesHostname("10.0.0.3"));
        Assert.True(certificates.Current.TargetCertificate.MatchesHostname("192.168.1.7"));
    }

    [Fact]
    public void An_address_that_went_away_does_not_change_the_certificate()
    {
        var first = Shown();
        _names = new ServerNames(["localhost"], [IPAddress.Loopback]);
        Assert.Equal(first, Shown());
    }

    [Fact]
    public void A_crash_between_writing_key_and_certificate_is_mended()
    {
        Shown();
        File.WriteAllText(InFolder("server.key"), ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportPkcs8PrivateKeyPem());
        Assert.True(Shown().HasPrivateKey);
        File.WriteAllText(InFolder("server.crt"), "garbage");
        Assert.True(Shown().HasPrivateKey);
    }

    [Theory]
    [InlineData("ca.key", null)]
    [InlineData("ca.key", "garbage")]
    [InlineData("ca.crt", "garbage")]
    public void A_CA_that_is_not_whole_stops_the_start_instead_of_being_replaced(string file, string? text)
    {
        Shown();
        if (text is null)
            File.Delete(InFolder(file));
        else
            File.WriteAllText(InFolder(file), text);
        var fault = Assert.Throws<ConfigurationFaultException>(() => Shown());
        Assert.Contains("ca.key", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_operators_own_certificate_is_shown_as_it_is()
    {
        using var ca = DevelopmentCa.Make(Start);
        using var own = ca.Issue(new ServerNames(["broker.example"], []), Start);
        File.WriteAllText(_folder.File("own.crt"), own.ExportCertificatePem() + "\n" + ca.Certificate.ExportCertificatePem());
        File.WriteAllText(_folder.File("own.key"), own.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        var certificates = New(_folder.File("own.crt"), _folder.File("own.key"));
        certificates.Refresh();
        Assert.Equal(own, certificates.Current.TargetCertificate);
        Assert.Null(certificates.CaFile);
        Assert.False(Directory.Exists(_folder.File("tls")));
    }

    [Fact]
    public void Names_that_no_certificate_can_carry_are_left_out()
    {
        var names = new ServerNames(["ok", "with_underscore", "", "a..b", "-a"], [IPAddress.Parse("fe80::1"), IPAddress.Loopback, IPAddress.Loopback]);
        Assert.Equal(["ok"], names.DnsNames);
        Assert.Equal([IPAddress.Loopback], names.Addresses);
        Assert.Contains("localhost", ServerNames.OfThisMachine().DnsNames);
    }

    private ServerCertificates New(string? certificateFile = null, string? keyFile = null) => new(
        new BrokerConfig { DataDirectory = _folder.ToString(), UsersFile = _folder.File("users"), CertificateFile = certificateFile, KeyFile = keyFile },
        _time,
        NullLogger<ServerCertificates>.Instance) { Names = () => _names };

    private X509Certificate2 Shown()
    {
        var certificates = New();
        certificates.Refresh();
        return certificates.Current.TargetCertificate;
    }

    private string InFolder(string file) => Path.Combine(_folder.ToString(), "tls", file);

    private static T Extension<T>(X509Certificate2 certificate)
        where T : X509Extension => certificate.Extensions.OfType<T>().Single();
}
