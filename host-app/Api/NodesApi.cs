using Sparkplug.Host;
using Sparkplug.Mqtt;
using Sparkplug.Topics;

namespace HostApp.Api;

/// <summary>Nodes and devices as they stand.</summary>
internal static class NodesApi
{
    public static void MapNodes(this IEndpointRouteBuilder routes)
    {
        var nodes = routes.MapGroup("/api/nodes").WithTags("Nodes");
        nodes.MapGet("/", ListAsync).WithName("ListNodes").WithSummary("Every edge node that has been heard, with its devices.");
        nodes.MapGet("/{groupId}/{edgeNodeId}", NodeAsync).WithName("GetNode").WithSummary("One edge node with its own metrics.")
            .Produces<NodeModel>().ProducesProblem(StatusCodes.Status404NotFound);
        nodes.MapGet("/{groupId}/{edgeNodeId}/devices/{deviceId}", DeviceAsync).WithName("GetDevice").WithSummary("One device with its metrics.")
            .Produces<DeviceModel>().ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static Task<IReadOnlyList<NodeModel>> ListAsync(HostClient client) => client.ReadAsync<IReadOnlyList<NodeModel>>(fleet =>
        [.. fleet.Nodes.Values.Select(node => NodeModel.Of(node, client.Addresses, withMetrics: false))]);

    private static async Task<IResult> NodeAsync(string groupId, string edgeNodeId, HostClient client)
    {
        var model = await client.ReadAsync(fleet =>
            fleet.Find(groupId, edgeNodeId) is { } node ? NodeModel.Of(node, client.Addresses, withMetrics: true) : null);
        return model is null ? NoSuchNode(groupId, edgeNodeId) : TypedResults.Ok(model);
    }

    private static async Task<IResult> DeviceAsync(string groupId, string edgeNodeId, string deviceId, HostClient client)
    {
        var model = await client.ReadAsync(fleet =>
            fleet.Find(groupId, edgeNodeId) is { } node && node.Devices.TryGetValue(deviceId, out var device) ? DeviceModel.Of(node, device) : null);
        return model is null ? NoSuchDevice(groupId, edgeNodeId, deviceId) : TypedResults.Ok(model);
    }

    /// <summary>Finds a node by ids from outside; ids that cannot be are those of no node.</summary>
    public static NodeState? Find(this Fleet fleet, string groupId, string edgeNodeId) =>
        SparkplugId.IsValid(groupId, out _) && SparkplugId.IsValid(edgeNodeId, out _) && groupId != SparkplugTopic.StateLevel
            ? fleet.Nodes.GetValueOrDefault(new EdgeNodeDescriptor(groupId, edgeNodeId))
            : null;

    public static IResult NoSuchNode(string groupId, string edgeNodeId) =>
        TypedResults.Problem($"There is no edge node '{groupId}/{edgeNodeId}'.", statusCode: StatusCodes.Status404NotFound);

    public static IResult NoSuchDevice(string groupId, string edgeNodeId, string deviceId) =>
        TypedResults.Problem($"There is no device '{groupId}/{edgeNodeId}/{deviceId}'.", statusCode: StatusCodes.Status404NotFound);
}
