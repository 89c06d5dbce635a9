using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Sparkplug.Broker.Security;

/// <summary>The names and addresses that clients may reach this machine by, for the server's certificate.</summary>
internal sealed class ServerNames(IEnumerable<string> dnsNames, IEnumerable<IPAddress> addresses)
{
    /// <summary>Host names, each a legal DNS name.</summary>
    public IReadOnlyList<string> DnsNames { get; } = [.. dnsNames.Where(IsDnsName).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>IPv4 and IPv6 addresses, without link-local ones: those need a zone that a certificate cannot carry.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; } = [.. addresses.Where(a => !a.IsIPv6LinkLocal).Distinct()];

    /// <summary>localhost, the loopback addresses, the host name (also as mDNS name) and the addresses of every interface that is up.</summary>
    public static ServerNames OfThisMachine()
    {
        var host = Dns.GetHostName();
        var interfaces = NetworkInterface.GetAllNetworkInterfaces()
            .Where(adapter => adapter.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown)
            .SelectMany(adapter => adapter.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .Where(address => address.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6);
        return new ServerNames(["localhost", host, $"{host.Split('.')[0]}.local"], [IPAddress.Loopback, IPAddress.IPv6Loopback, .. interfaces]);
    }

    /// <summary>Whether a certificate carries all of them.</summary>
    public bool AreIn(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        return names is not null
            && DnsNames.All(name => names.EnumerateDnsNames().Contains(name, StringComparer.OrdinalIgnoreCase))
            && Addresses.All(address => names.EnumerateIPAddresses().Contains(address));
    }

    /// <summary>The extension for a certificate.</summary>
    public X509Extension ToExtension()
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in DnsNames)
            names.AddDnsName(name);
        foreach (var address in Addresses)
            names.AddIpAddress(address);
        return names.Build();
    }

    private static bool IsDnsName(string name) =>
        name.Length is > 0 and < 254
        && name.Split('.').All(label => label.Length is > 0 and < 64 && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && label[0] != '-');
}
