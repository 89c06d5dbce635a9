using Sparkplug.Metrics;
using Sparkplug.Payloads;

namespace Sparkplug.Host;

/// <summary>What another Host Application last said of itself on one server.</summary>
/// <param name="HostId">Its sparkplug_host_id.</param>
/// <param name="Server">The server, from 0.</param>
/// <param name="Online">True after its birth.</param>
/// <param name="Timestamp">The STATE's own timestamp.</param>
public sealed record OtherHost(string HostId, int Server, bool Online, Timestamp Timestamp);

/// <summary>The STATEs of other Host Applications; they change nothing but this list.</summary>
internal sealed class HostStates(int capacity)
{
    private readonly Dictionary<(string HostId, int Server), OtherHost> _hosts = [];

    public IReadOnlyCollection<OtherHost> All => _hosts.Values;

    /// <summary>Takes a STATE; false when there are too many hosts.</summary>
    public bool TryTake(string hostId, int server, StatePayload state)
    {
        if (_hosts.Count >= capacity && !_hosts.ContainsKey((hostId, server))) return false;
        _hosts[(hostId, server)] = new OtherHost(hostId, server, state.Online, state.Timestamp);
        return true;
    }
}
