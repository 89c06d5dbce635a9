using System.Net;
using HostApp.Configuration;

namespace HostApp.Access;

/// <summary>
/// Which names a request's Host header may carry. A web page elsewhere can point a name of its own at this machine (DNS rebinding);
/// the browser then sends that name, and it is refused here.
/// </summary>
internal sealed class AllowedHosts
{
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase) { "localhost", "127.0.0.1", "::1" };
    private readonly bool _isOpen;

    public AllowedHosts(IEnumerable<ListenUrl> urls, IEnumerable<string> more, string machineName)
    {
        foreach (var url in urls)
        {
            if (!url.IsWildcard) _names.Add(url.Host);
            _isOpen |= !url.IsLoopback;
        }
        if (_isOpen) _names.Add(machineName);
        _names.UnionWith(more.Select(name => name.Trim('[', ']')));
    }

    /// <summary>True for a name of ours. An open server is also reached by its own address, which no name can be made to look like.</summary>
    /// <param name="host">The host part of the header.</param>
    /// <param name="local">The address that the connection came in on.</param>
    public bool Contains(string host, IPAddress? local)
    {
        var name = host.Trim('[', ']');
        if (_names.Contains(name)) return true;
        return _isOpen && local is not null && IPAddress.TryParse(name, out var address) && Plain(address).Equals(Plain(local));
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
