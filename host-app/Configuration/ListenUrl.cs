using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.AspNetCore.Http;

namespace HostApp.Configuration;

/// <summary>One address that HTTP listens on.</summary>
/// <param name="Text">As written.</param>
/// <param name="Host">The host part without brackets; a name other than <c>localhost</c> means every interface, as in Kestrel.</param>
internal sealed record ListenUrl(string Text, string Host)
{
    /// <summary>True when only this machine can connect.</summary>
    public bool IsLoopback =>
        Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>True for <c>*</c>, <c>+</c> and the any-addresses, which are no name that a browser would send.</summary>
    public bool IsWildcard =>
        Host is "*" or "+" || (IPAddress.TryParse(Host, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)));

    /// <summary>Reads <c>http://host:port</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ListenUrl? url)
    {
        url = null;
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(text);
        }
        catch (FormatException)
        {
            return false;
        }
        if (address.Scheme != "http" || address.IsUnixPipe || address.IsNamedPipe || address.PathBase.Length > 0 || address.Host.Length == 0) return false;
        if (address.Port is < 0 or > IPEndPoint.MaxPort) return false;
        url = new ListenUrl(text, address.Host.Trim('[', ']'));
        return true;
    }
}
