using System.Collections.Immutable;
using HostApp.Commands;
using Sparkplug.Host;

namespace HostApp.Streaming;

/// <summary>All readers of the stream.</summary>
internal sealed class EventStream
{
    private const int Capacity = 64;

    private ImmutableArray<Follower> _followers = [];

    /// <summary>How many readers there are.</summary>
    public int Count => _followers.Length;

    /// <summary>Adds a reader; false when there are too many.</summary>
    public bool TryAdd(Follower follower) =>
        ImmutableInterlocked.Update(ref _followers, list => list.Length < Capacity ? list.Add(follower) : list);

    public void Remove(Follower follower) => ImmutableInterlocked.Update(ref _followers, list => list.Remove(follower));

    public void NodeChanged(NodeState node)
    {
        foreach (var follower in _followers) follower.NodeChanged(node);
    }

    public void DeviceChanged(NodeState node, DeviceState device)
    {
        foreach (var follower in _followers) follower.DeviceChanged(node, device);
    }

    public void MetricChanged(NodeState node, DeviceState? device, MetricState metric)
    {
        foreach (var follower in _followers) follower.MetricChanged(node, device, metric);
    }

    public void CommandEnded(Command command)
    {
        foreach (var follower in _followers) follower.CommandEnded(command);
    }

    public void ServersChanged()
    {
        foreach (var follower in _followers) follower.ServersChanged();
    }
}
