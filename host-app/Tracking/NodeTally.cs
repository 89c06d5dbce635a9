using Sparkplug.Host;

namespace HostApp.Tracking;

/// <summary>What this host counted about one edge node; changed and read on the host's loop alone.</summary>
internal sealed class NodeTally
{
    private readonly Dictionary<RebirthReason, long> _rebirths = [];
    private readonly Dictionary<NodeFault, long> _faults = [];

    /// <summary>NBIRTHs seen.</summary>
    public long Births { get; private set; }

    public void CountBirth() => Births++;

    public void Count(RebirthReason reason) => _rebirths[reason] = _rebirths.GetValueOrDefault(reason) + 1;

    /// <summary>Counts a fault and returns how often it has been seen.</summary>
    public long Count(NodeFault fault) => _faults[fault] = _faults.GetValueOrDefault(fault) + 1;

    public Dictionary<RebirthReason, long> CopyRebirths() => new(_rebirths);

    public Dictionary<NodeFault, long> CopyFaults() => new(_faults);
}
