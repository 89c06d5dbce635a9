using Sparkplug.Metrics;
using Sparkplug.Payloads;

namespace Sparkplug.Edge;

/// <summary>What is known of the primary host on the server of the current connection.</summary>
internal enum HostCondition
{
    /// <summary>No valid STATE came on this connection.</summary>
    Unknown,

    /// <summary>The last valid STATE said online.</summary>
    Online,

    /// <summary>The last valid STATE said offline.</summary>
    Offline,
}

/// <summary>
/// The STATE of the primary host on each server. A host has one time stamp a server, so the last one seen is kept for each server by itself
/// and outlives the connection: a STATE that is older than it tells of a session that has ended, whoever sent it.
/// </summary>
internal sealed class PrimaryHostWatch(int serverCount)
{
    private readonly Timestamp?[] _lastSeen = new Timestamp?[serverCount];
    private int _server;

    /// <summary>What the server of the current connection told.</summary>
    public HostCondition Condition { get; private set; }

    /// <summary>A new connection: nothing is known until the server tells.</summary>
    public void Connecting(int server)
    {
        _server = server;
        Condition = HostCondition.Unknown;
    }

    /// <summary>
    /// Takes a STATE; false when it is older than the last one of this server. The first is always valid
    /// (tck-id-message-flow-edge-node-birth-publish-phid-wait-timestamp, tck-id-operational-behavior-edge-node-termination-host-offline-timestamp).
    /// </summary>
    public bool TryObserve(StatePayload state)
    {
        if (_lastSeen[_server] is { } last && state.Timestamp < last) return false;
        _lastSeen[_server] = state.Timestamp;
        Condition = state.Online ? HostCondition.Online : HostCondition.Offline;
        return true;
    }
}
