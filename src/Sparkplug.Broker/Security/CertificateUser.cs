using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Sparkplug.Broker.Security;

/// <summary>Which part of a client's certificate is the name of its user.</summary>
internal enum CertificateUser
{
    /// <summary>The common name of the subject.</summary>
    Subject,

    /// <summary>The DNS name among the alternative names.</summary>
    SanDns,

    /// <summary>The mail address among them.</summary>
    SanEmail,

    /// <summary>The URI among them.</summary>
    SanUri,
}

/// <summary>Reads names of certificates.</summary>
internal static class CertificateUsers
{
    private const string CommonName = "2.5.4.3", AlternativeNames = "2.5.29.17";

    /// <summary>The name, or null where the certificate has none of the kind, several, or one that no user can have.</summary>
    public static string? NameIn(X509Certificate2 certificate, CertificateUser part)
    {
        try
        {
            var names = part == CertificateUser.Subject ? CommonNames(certificate) : Alternatives(certificate, TagOf(part));
            return names is [var name] && IsUsable(name) ? name : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static bool IsUsable(string name) => name.Length is > 0 and <= BrokerUsers.MaximumNameLength && !name.Any(char.IsControl);

    private static List<string> CommonNames(X509Certificate2 certificate) =>
    [
        .. from part in certificate.SubjectName.EnumerateRelativeDistinguishedNames()
           where !part.HasMultipleElements && part.GetSingleElementType().Value == CommonName
           select part.GetSingleElementValue() ?? "",
    ];

    /// <summary>GeneralName (RFC 5280, 4.2.1.6): the context tag is the kind, these three are IA5Strings.</summary>
    private static List<string> Alternatives(X509Certificate2 certificate, Asn1Tag kind)
    {
        List<string> found = [];
        foreach (var extension in certificate.Extensions.Where(extension => extension.Oid?.Value == AlternativeNames))
        {
            var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            while (names.HasData)
            {
                if (names.PeekTag().HasSameClassAndValue(kind))
                    found.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, kind));
                else
                    names.ReadEncodedValue();
            }
        }

        return found;
    }

    private static Asn1Tag TagOf(CertificateUser part) => new(TagClass.ContextSpecific, part switch
    {
        CertificateUser.SanEmail => 1,
        CertificateUser.SanDns => 2,
        _ => 6,
    });
}
