using Sparkplug.Metrics;

namespace Sparkplug.Host;

/// <summary>What went wrong with one Edge Node so far, and what the host asked of it.</summary>
public sealed class NodeCounts
{
    private readonly long[] _faults = new long[Enum.GetValues<NodeFault>().Length];
    private readonly long[] _reasons = new long[Enum.GetValues<RebirthReason>().Length];

    internal NodeCounts() { }

    /// <summary>NBIRTHs taken.</summary>
    public long Births { get; internal set; }

    /// <summary>Rebirth requests handed out; fewer than there were reasons for, as requests are limited.</summary>
    public long RebirthRequests { get; private set; }

    /// <summary>Why the last rebirth was asked for.</summary>
    public RebirthReason? LastRebirthReason { get; private set; }

    /// <summary>When the last rebirth was asked for.</summary>
    public Timestamp? LastRebirthRequest { get; private set; }

    /// <summary>The last fault.</summary>
    public NodeFault? LastFault { get; private set; }

    /// <summary>What the last fault was about.</summary>
    public string? LastFaultDetail { get; private set; }

    /// <summary>When the last fault happened.</summary>
    public Timestamp? LastFaultTime { get; private set; }

    /// <summary>How often this fault happened.</summary>
    public long Of(NodeFault fault) => _faults[(int)fault];

    /// <summary>How often there was this reason for a rebirth, whether or not a request went out at once.</summary>
    public long Of(RebirthReason reason) => _reasons[(int)reason];

    internal void Add(NodeFault fault, string detail, Timestamp now)
    {
        _faults[(int)fault]++;
        LastFault = fault;
        LastFaultDetail = detail;
        LastFaultTime = now;
    }

    internal void Add(RebirthReason reason) => _reasons[(int)reason]++;

    internal void AddRequest(RebirthReason reason, Timestamp now)
    {
        RebirthRequests++;
        LastRebirthReason = reason;
        LastRebirthRequest = now;
    }
}
