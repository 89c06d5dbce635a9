using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto.Operators;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;
using Sparkplug.Broker.Security;

namespace UnitTests.Broker.Security;

public sealed class RevocationListsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero), Later = Now.AddDays(7);

    private readonly TestAuthority _root = new("Plant root", Now);

    [Fact]
    public void PEM_DER_and_several_lists_in_a_file_are_read()
    {
        var other = new TestAuthority("Other root", Now);
        using var revoked = _root.Issue("CN=a");
        using var good = _root.Issue("CN=b");
        foreach (var content in (byte[][])[_root.Revoke(Now, Later, revoked), Encoding.ASCII.GetBytes("comment\n" + other.RevokePem(Now, Later) + _root.RevokePem(Now, Later, revoked))])
        {
            var lists = RevocationLists.Read(content, [_root.Certificate, other.Certificate]);
            Assert.Equal(Later, lists.NextUpdate);
            Assert.Contains("has revoked CN=a", lists.FaultOf(revoked, _root.Certificate, Now), StringComparison.Ordinal);
            Assert.Null(lists.FaultOf(good, _root.Certificate, Now));
        }
    }

    [Fact]
    public void The_newest_list_of_an_authority_counts()
    {
        using var own = _root.Issue("CN=a");
        var pem = _root.RevokePem(Now.AddDays(-1), Later, own) + _root.RevokePem(Now, Later) + _root.RevokePem(Now.AddDays(-2), Later, own);
        Assert.Null(RevocationLists.Read(Encoding.ASCII.GetBytes(pem), [_root.Certificate]).FaultOf(own, _root.Certificate, Now));
    }

    /// <summary>A number whose first bit is set has a zero byte in front in DER.</summary>
    [Theory]
    [InlineData(new byte[] { 0x01 })]
    [InlineData(new byte[] { 0x7F, 0x00 })]
    [InlineData(new byte[] { 0x00, 0x80, 0x01 })]
    public void Any_serial_number_is_found(byte[] serial)
    {
        using var own = _root.Issue("CN=a", serial: serial);
        var lists = RevocationLists.Read(_root.Revoke(Now, Later, own), [_root.Certificate]);
        Assert.NotNull(lists.FaultOf(own, _root.Certificate, Now));
    }

    [Fact]
    public void A_list_is_out_of_date_at_its_end()
    {
        using var own = _root.Issue("CN=a");
        var lists = RevocationLists.Read(_root.Revoke(Now, Later), [_root.Certificate]);
        Assert.Null(lists.FaultOf(own, _root.Certificate, Later.AddTicks(-1)));
        Assert.Contains("out of date", lists.FaultOf(own, _root.Certificate, Later), StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Unusable => new()
    {
        { "nothing", "holds no" },
        { "text", "holds no" },
        { "a certificate", "holds no" },
        { "a certificate as DER", "cannot be read" },
        { "cut short", "cannot be read" },
        { "of another authority", "none of the authorities" },
        { "of another authority with the same name", "none of the authorities" },
        { "changed after it was signed", "none of the authorities" },
        { "of an authority that may not sign lists", "none of the authorities" },
        { "without an end", "does not say when the next one is due" },
        { "of changes only", "critical extension 2.5.29.27" },
        { "of some certificates only", "critical extension 2.5.29.28" },
        { "with entries of other authorities", "critical extension 2.5.29.29" },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public void A_list_that_cannot_be_relied_upon_is_refused(string what, string words)
    {
        var authority = what == "of an authority that may not sign lists" ? new TestAuthority("Plant root", Now, usage: X509KeyUsageFlags.KeyCertSign) : _root;
        var fault = Assert.Throws<CryptographicException>(() => RevocationLists.Read(Make(what, authority), [authority.Certificate]));
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_broken_byte_is_more_than_a_fault()
    {
        var whole = _root.Revoke(Now, Later, _root.Issue("CN=a"));
        for (var i = 0; i < whole.Length; i++)
        {
            var broken = (byte[])whole.Clone();
            broken[i] ^= 0x10;
            Assert.IsType<CryptographicException>(Record.Exception(() => RevocationLists.Read(broken, [_root.Certificate])));
        }
    }

    private byte[] Make(string what, TestAuthority authority)
    {
        var list = _root.Revoke(Now, Later, _root.Issue("CN=a"));
        switch (what)
        {
            case "nothing":
                return [];
            case "text":
                return "no list at all"u8.ToArray();
            case "a certificate":
                return Encoding.ASCII.GetBytes(_root.Pem);
            case "a certificate as DER":
                return _root.Certificate.RawData;
            case "cut short":
                return list[..^10];
            case "of another authority":
                return new TestAuthority("Other root", Now).Revoke(Now, Later);
            case "of another authority with the same name":
                return new TestAuthority("Plant root", Now).Revoke(Now, Later);
            case "of an authority that may not sign lists":
                return Sign(authority, _ => { });
            case "changed after it was signed":
                list[^1] ^= 1;
                return list;
            case "without an end":
                return Sign(authority, _ => { }, hasEnd: false);
            case "of changes only":
                return Sign(authority, crl => crl.AddExtension(X509Extensions.DeltaCrlIndicator, true, new CrlNumber(BigInteger.One)));
            case "of some certificates only":
                return Sign(authority, crl => crl.AddExtension(X509Extensions.IssuingDistributionPoint, true, new IssuingDistributionPoint(null, true, false, null, false, false)));
            default:
                return Sign(authority, crl => crl.AddCrlEntry(BigInteger.Two, Now.UtcDateTime, OfAnother()));
        }
    }

    private static X509Extensions OfAnother()
    {
        var extensions = new X509ExtensionsGenerator();
        extensions.AddExtension(X509Extensions.CertificateIssuer, true, new GeneralNames(new GeneralName(new X509Name("CN=Other"))));
        return extensions.Generate();
    }

    private static byte[] Sign(TestAuthority authority, Action<X509V2CrlGenerator> fill, bool hasEnd = true)
    {
        var crl = new X509V2CrlGenerator();
        crl.SetIssuerDN(new X509CertificateParser().ReadCertificate(authority.Certificate.RawData).SubjectDN);
        crl.SetThisUpdate(Now.UtcDateTime);
        if (hasEnd)
            crl.SetNextUpdate(Later.UtcDateTime);
        fill(crl);
        var key = PrivateKeyFactory.CreateKey(authority.Certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKey());
        return crl.Generate(new Asn1SignatureFactory("SHA256WITHECDSA", key)).GetEncoded();
    }
}
