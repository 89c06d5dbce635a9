using System.Diagnostics.CodeAnalysis;

namespace Sparkplug.Host;

/// <summary>
/// The aliases of one Edge Node and all its Devices (tck-id-payloads-alias-uniqueness); 0 is one like any other.
/// An alias that was given twice belongs to nobody: a value under a wrong name is worse than none.
/// </summary>
internal sealed class AliasTable
{
    private readonly Dictionary<ulong, Owner> _owners = [];
    private readonly List<(ulong Alias, DeviceState? Device)> _ambiguous = [];

    // A metric of a device, or of the node itself; no metric where the alias is ambiguous.
    private readonly record struct Owner(DeviceState? Device, MetricState? Metric);

    /// <summary>Gives an alias to a metric; false when another one has it, which loses it too.</summary>
    public bool TryAdd(ulong alias, DeviceState? device, MetricState metric)
    {
        if (_owners.TryAdd(alias, new Owner(device, metric))) return true;
        if (_owners[alias].Metric is not { } other) return false;
        other.Alias = null;
        _owners[alias] = default;
        _ambiguous.Add((alias, device));
        return false;
    }

    /// <summary>The metric of that device, or of the node itself, that has this alias.</summary>
    public bool TryGet(ulong alias, DeviceState? device, [NotNullWhen(true)] out MetricState? metric)
    {
        metric = _owners.TryGetValue(alias, out var owner) && ReferenceEquals(owner.Device, device) ? owner.Metric : null;
        return metric is not null;
    }

    /// <summary>True when an alias was given to more than one metric.</summary>
    public bool IsAmbiguous(ulong alias) => _owners.TryGetValue(alias, out var owner) && owner.Metric is null;

    /// <summary>Takes back the aliases of a device whose metrics are about to be declared anew.</summary>
    public void Remove(DeviceState device)
    {
        foreach (var metric in device.MetricTable.Values)
            if (metric.Alias is { } alias && _owners.TryGetValue(alias, out var owner) && ReferenceEquals(owner.Metric, metric)) _owners.Remove(alias);
        foreach (var (alias, _) in _ambiguous.Where(entry => ReferenceEquals(entry.Device, device))) _owners.Remove(alias);
        _ambiguous.RemoveAll(entry => ReferenceEquals(entry.Device, device));
    }

    /// <summary>Forgets all: an NBIRTH.</summary>
    public void Clear()
    {
        _owners.Clear();
        _ambiguous.Clear();
    }
}
