using Sparkplug.Metrics;
using Sparkplug.Topics;

namespace HostApp.Tracking;

/// <summary>Ids and names as they stand in the log: a peer chose them, and they must not forge lines or steer a terminal.</summary>
internal static class ShownNames
{
    public static string Shown(this EdgeNodeDescriptor edgeNode) => $"{edgeNode.GroupId.Shown()}/{edgeNode.EdgeNodeId.Shown()}";

    public static string Shown(this string name) => MetricText.Show(name);
}
