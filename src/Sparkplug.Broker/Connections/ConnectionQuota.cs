using System.Net;
using System.Runtime.InteropServices;

namespace Sparkplug.Broker.Connections;

/// <summary>
/// How many connections there may be, in all and from one address. It is the hard limit, at which a socket is closed unheard; the engine
/// has a lower one, at which clients are told. Safe from any thread.
/// </summary>
internal sealed class ConnectionQuota(int total, int perAddress)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _byAddress = [];
    private int _count;

    /// <summary>The connections that are open now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Counts a new connection, or tells which limit keeps it out.</summary>
    public string? TryEnter(IPAddress address)
    {
        lock (_gate)
        {
            if (_count >= total)
                return "connection limit";
            ref var sameAddress = ref CollectionsMarshal.GetValueRefOrAddDefault(_byAddress, address, out _);
            if (sameAddress >= perAddress)
                return "connection limit of the address";
            sameAddress++;
            _count++;
            return null;
        }
    }

    /// <summary>A connection that had entered is closed.</summary>
    public void Leave(IPAddress address)
    {
        lock (_gate)
        {
            _count--;
            if (--CollectionsMarshal.GetValueRefOrNullRef(_byAddress, address) == 0)
                _byAddress.Remove(address);
        }
    }
}
