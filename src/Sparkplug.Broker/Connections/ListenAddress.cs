using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Sparkplug.Broker.Connections;

/// <summary>
/// An address to listen on, <c>host:port</c>: <c>127.0.0.1:1883</c>, <c>localhost:1883</c>, <c>0.0.0.0:8883</c> (all of IPv4),
/// <c>[::]:8883</c> (IPv6 and IPv4), <c>[fd00::1]:8883</c>. Port 0 lets the system choose.
/// </summary>
internal static class ListenAddress
{
    public static bool TryParse(string text, [NotNullWhen(true)] out IPEndPoint? endPoint, [NotNullWhen(false)] out string? reason)
    {
        endPoint = null;
        var colon = text.LastIndexOf(':');
        if (colon <= 0)
            return Refuse("must be host:port, for instance 127.0.0.1:1883", out reason);
        if (!ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return Refuse("has no port between 0 and 65535 after the last colon", out reason);
        if (!TryParseHost(text[..colon], out var address))
            return Refuse("must begin with an IP address of this machine, IPv6 in brackets, or localhost", out reason);
        endPoint = new IPEndPoint(address, port);
        reason = null;
        return true;
    }

    private static bool TryParseHost(string host, [NotNullWhen(true)] out IPAddress? address)
    {
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            address = IPAddress.Loopback;
        else if (host is ['[', .. var inner, ']'])
            return IPAddress.TryParse(inner, out address) && address.AddressFamily == AddressFamily.InterNetworkV6;
        else if (host.Count(c => c == '.') != 3 || !IPAddress.TryParse(host, out address)) // "1" alone would read as 0.0.0.1
            address = null;
        return address is not null;
    }

    private static bool Refuse(string why, out string reason)
    {
        reason = why;
        return false;
    }
}
