using Sparkplug.Metrics;

namespace Sparkplug.Host;

/// <summary>What a host knows of one Device; changed by its <see cref="NodeState"/> alone.</summary>
public sealed class DeviceState
{
    internal DeviceState(string deviceId) => DeviceId = deviceId;

    /// <summary>The device_id.</summary>
    public string DeviceId { get; }

    /// <summary>True from DBIRTH to DDEATH, NDEATH, the next NBIRTH or the loss of the server.</summary>
    public bool IsOnline { get; internal set; }

    /// <summary>Why it is offline; null while it is online.</summary>
    public OfflineReason? OfflineReason { get; internal set; } = Host.OfflineReason.NotBorn;

    /// <summary>When it came online or went offline; by the host's clock or the payload's, as the specification says.</summary>
    public Timestamp Since { get; internal set; }

    /// <summary>The host's time of the last message of this device.</summary>
    public Timestamp? LastSeen { get; internal set; }

    /// <summary>The metrics of the last DBIRTH, by name.</summary>
    public IReadOnlyDictionary<string, MetricState> Metrics => MetricTable;

    internal Dictionary<string, MetricState> MetricTable { get; set; } = [];

    /// <summary>Puts the device online with the metrics of a DBIRTH.</summary>
    internal void Bear(Dictionary<string, MetricState> metrics, Timestamp now)
    {
        MetricTable = metrics;
        if (!IsOnline) Since = now;
        IsOnline = true;
        OfflineReason = null;
    }

    /// <summary>Takes the device offline and its metrics STALE; times of an earlier end stay.</summary>
    internal void End(OfflineReason reason, Timestamp time)
    {
        if (IsOnline) Since = time;
        IsOnline = false;
        OfflineReason = reason;
        foreach (var metric in MetricTable.Values) metric.StaleSince ??= time;
    }
}
