using System.Security.Cryptography.X509Certificates;
using Sparkplug.Broker.Security;

namespace UnitTests.Broker.Security;

public sealed class CertificateUsersTests
{
    private static readonly TestAuthority Root = new("Plant root", new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(nameof(CertificateUser.Subject), "Line 1")]
    [InlineData(nameof(CertificateUser.SanDns), "line1.plant.example")]
    [InlineData(nameof(CertificateUser.SanEmail), "line1@plant.example")]
    [InlineData(nameof(CertificateUser.SanUri), "urn:plant:line1")]
    public void The_name_comes_from_where_the_operator_says(string part, string name)
    {
        using var certificate = Root.Issue("O=Plant, CN=Line 1, OU=x", names: names =>
        {
            names.AddIpAddress(System.Net.IPAddress.Loopback);
            names.AddUri(new Uri("urn:plant:line1"));
            names.AddEmailAddress("line1@plant.example");
            names.AddDnsName("line1.plant.example");
            names.AddUserPrincipalName("line1@domain");
        });
        Assert.Equal(name, CertificateUsers.NameIn(certificate, Enum.Parse<CertificateUser>(part)));
    }

    [Theory]
    [InlineData(nameof(CertificateUser.Subject))]
    [InlineData(nameof(CertificateUser.SanDns))]
    [InlineData(nameof(CertificateUser.SanEmail))]
    [InlineData(nameof(CertificateUser.SanUri))]
    public void A_certificate_without_it_names_nobody(string part)
    {
        using var certificate = Root.Issue("O=Plant");
        Assert.Null(CertificateUsers.NameIn(certificate, Enum.Parse<CertificateUser>(part)));
    }

    [Fact]
    public void Of_two_names_none_is_taken()
    {
        using var certificate = Root.Issue("CN=a, CN=b", names: names =>
        {
            names.AddDnsName("a");
            names.AddDnsName("b");
        });
        Assert.Null(CertificateUsers.NameIn(certificate, CertificateUser.Subject));
        Assert.Null(CertificateUsers.NameIn(certificate, CertificateUser.SanDns));
    }

    [Fact]
    public void A_name_that_no_user_can_have_is_none()
    {
        foreach (var subject in (string[])["CN=\"a\nb\"", $"CN={new string('a', 64)}, O=x"])
        {
            using var certificate = Root.Issue(subject);
            Assert.Equal(subject.Contains('\n') ? null : new string('a', 64), CertificateUsers.NameIn(certificate, CertificateUser.Subject));
        }
    }

    [Fact]
    public void A_broken_extension_names_nobody()
    {
        using var key = System.Security.Cryptography.ECDsa.Create();
        var request = new CertificateRequest("CN=a", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509Extension("2.5.29.17", [0x30, 0x10, 0x82, 0x0F], critical: false));
        using var certificate = request.CreateSelfSigned(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.Null(CertificateUsers.NameIn(certificate, CertificateUser.SanDns));
    }
}
