using System.Text.Json;
using System.Text.Json.Serialization;
using HostApp.Commands;
using Sparkplug.Metrics;

namespace HostApp.Api;

/// <summary>The body of a command.</summary>
/// <param name="Metric">The metric's name.</param>
/// <param name="Value">The value, in the JSON form of the metric's datatype.</param>
internal sealed record CommandRequest(string? Metric, JsonElement? Value);

/// <summary>One command as it stands.</summary>
/// <param name="Id">The id.</param>
/// <param name="State">Pending, or the outcome.</param>
/// <param name="Reason">Why it ended as it did.</param>
/// <param name="Value">What was commanded.</param>
/// <param name="AppliedValue">What the edge node reported as the outcome.</param>
/// <param name="GroupId">The group_id.</param>
/// <param name="EdgeNodeId">The edge_node_id.</param>
/// <param name="DeviceId">The device_id; null for a metric of the node itself.</param>
/// <param name="Metric">The metric's name.</param>
/// <param name="DataType">The metric's datatype.</param>
/// <param name="Proof">By what the outcome is known: the node's own answer, the metric's next value, or the next birth.</param>
/// <param name="IssuedAt">When it was issued.</param>
/// <param name="EndedAt">When the outcome was known.</param>
/// <param name="LatencyMs">Milliseconds between the two.</param>
internal sealed record CommandModel(
    Guid Id, CommandState State, string? Reason, MetricValue Value, MetricValue? AppliedValue,
    string GroupId, string EdgeNodeId, string? DeviceId, string Metric, DataType DataType, CommandProof Proof,
    Timestamp IssuedAt, Timestamp? EndedAt,
    [property: JsonPropertyName("latencyMs")] long? LatencyMs)
{
    public static CommandModel Of(Command command) => new(
        command.Id, command.State, command.Reason, command.Value, command.Applied,
        command.Target.EdgeNode.GroupId, command.Target.EdgeNode.EdgeNodeId, command.Target.DeviceId, command.Target.Metric, command.Value.Type, command.Proof,
        command.IssuedAt, command.EndedAt,
        command.EndedAt is { } ended ? Math.Max(0, (long)ended.Milliseconds - (long)command.IssuedAt.Milliseconds) : null);
}
