using Sparkplug.Topics;

namespace Sparkplug.Edge;

/// <summary>What an Edge Node is, for the whole life of its session state machine.</summary>
public sealed record EdgeSessionOptions
{
    /// <summary>Group and Edge Node id.</summary>
    public required EdgeNodeDescriptor EdgeNode { get; init; }

    /// <summary>The Host Application to wait for before births; null to wait for none (tck-id-message-flow-edge-node-birth-publish-phid-wait).</summary>
    public string? PrimaryHostId { get; init; }

    /// <summary>How many MQTT Servers there are to walk through; at least 1.</summary>
    public int ServerCount { get; init; } = 1;

    /// <summary>True to give metrics aliases and send DATA with them alone (tck-id-payloads-alias-data-cmd-requirement).</summary>
    public bool UseAliases { get; init; } = true;

    /// <summary>The bdSeq of the last CONNECT of an earlier run; null for the first start ever, which begins at 0.</summary>
    public Metrics.BdSeq? LastBdSeq { get; init; }

    /// <summary>Node-level metrics beside bdSeq, Node Control/Rebirth and Node Control/Next Server, with Template definitions first.</summary>
    public IReadOnlyList<EdgeMetric> Metrics { get; init; } = [];
}
