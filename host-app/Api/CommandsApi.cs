using System.Text.Json;
using HostApp.Commands;
using Microsoft.AspNetCore.Http.HttpResults;
using Sparkplug.Host;
using Sparkplug.Metrics;
using Sparkplug.Mqtt;
using Sparkplug.Topics;

namespace HostApp.Api;

/// <summary>Commands with a real outcome, and rebirths.</summary>
internal static class CommandsApi
{
    public static void MapCommands(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api").WithTags("Commands");
        api.MapPost("/nodes/{groupId}/{edgeNodeId}/commands", ToNodeAsync).WithName("CommandNode").WithSummary("Writes a metric of an edge node.").AsCommand();
        api.MapPost("/nodes/{groupId}/{edgeNodeId}/devices/{deviceId}/commands", ToDeviceAsync).WithName("CommandDevice").WithSummary("Writes a metric of a device.").AsCommand();
        api.MapPost("/nodes/{groupId}/{edgeNodeId}/rebirth", RebirthAsync).WithName("RequestRebirth").WithSummary("Asks an edge node for its births.")
            .Produces<RebirthModel>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/commands/{id:guid}", Get).WithName("GetCommand").WithSummary("How a command stands.")
            .Produces<CommandModel>().ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static void AsCommand(this RouteHandlerBuilder route) => route
        .Accepts<CommandRequest>("application/json").Produces<CommandModel>(StatusCodes.Status202Accepted)
        .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status429TooManyRequests);

    private static Task<IResult> ToNodeAsync(string groupId, string edgeNodeId, HttpRequest request, HostClient client, CommandDesk desk) =>
        CommandAsync(groupId, edgeNodeId, null, request, client, desk);

    private static Task<IResult> ToDeviceAsync(string groupId, string edgeNodeId, string deviceId, HttpRequest request, HostClient client, CommandDesk desk) =>
        CommandAsync(groupId, edgeNodeId, deviceId, request, client, desk);

    private static async Task<IResult> CommandAsync(
        string groupId, string edgeNodeId, string? deviceId, HttpRequest request, HostClient client, CommandDesk desk)
    {
        CommandRequest? body;
        try
        {
            body = await JsonSerializer.DeserializeAsync(request.Body, ApiJson.Default.CommandRequest, request.HttpContext.RequestAborted);
        }
        catch (JsonException e)
        {
            return Problem(StatusCodes.Status400BadRequest, $"The body is not JSON of the form {{ \"metric\": \"…\", \"value\": … }}: {e.Message}");
        }
        if (body is not { Metric: { } metric, Value: { } value }) return Problem(StatusCodes.Status400BadRequest, "The body needs both metric and value; a null cannot be written.");
        // Not cancelled with the request: once taken in, a command is sent or its failure is told.
        var (command, refusal) = await client.ReadAsync(fleet => Issue(fleet, groupId, edgeNodeId, deviceId, metric, value, client, desk));
        return command is null ? refusal! : TypedResults.Accepted($"/api/commands/{command.Id}", CommandModel.Of(desk.Find(command.Id) ?? command));
    }

    // On the host's loop: what is checked here is still so when the command is taken in and sent, and of several commands for one
    // metric the one that supersedes the others is the last one on the wire too.
    private static (Command? Command, IResult? Refusal) Issue(
        Fleet fleet, string groupId, string edgeNodeId, string? deviceId, string name, JsonElement json, HostClient client, CommandDesk desk)
    {
        if (fleet.Find(groupId, edgeNodeId) is not { } node) return (null, NodesApi.NoSuchNode(groupId, edgeNodeId));
        DeviceState? device = null;
        if (deviceId is not null && !node.Devices.TryGetValue(deviceId, out device)) return (null, NodesApi.NoSuchDevice(groupId, edgeNodeId, deviceId));
        if (!(device?.Metrics ?? node.Metrics).TryGetValue(name, out var metric)) return Refuse(StatusCodes.Status404NotFound, $"There is no metric '{name}'.");
        if (!node.IsOnline) return Refuse(StatusCodes.Status409Conflict, $"The edge node is offline: {node.OfflineReason}.");
        if (device is { IsOnline: false }) return Refuse(StatusCodes.Status409Conflict, $"The device is offline: {device.OfflineReason}.");
        if (metric.Properties.TryGet("readOnly", out var readOnly) && readOnly == MetricValue.Boolean(true))
            return Refuse(StatusCodes.Status422UnprocessableEntity, $"The metric '{name}' is read-only.");
        if (!MetricJsonReader.TryRead(json, metric.DataType, out var value, out var fault)) return Refuse(StatusCodes.Status422UnprocessableEntity, $"The value {fault}.");
        var target = new CommandTarget(node.EdgeNode, deviceId, name);
        var command = desk.Issue(target, value, CommandProofs.For(node, device, metric, value), isRepeat: metric.Value == value);
        if (command is null) return Refuse(StatusCodes.Status429TooManyRequests, "Too many commands wait for their outcome.");
        Send(fleet, command, client, desk);
        return (command, null);
    }

    // A node that answers commands is ours and knows its own datatypes; of others nobody knows.
    private static void Send(Fleet fleet, Command command, HostClient client, CommandDesk desk)
    {
        var (target, withDataType) = (command.Target, command.Proof != CommandProof.Result);
        var notSent = client.SendCommand(fleet, target.EdgeNode, target.DeviceId, target.Metric, command.Value, command.Id.ToString(), withDataType);
        if (notSent != CommandRefusal.None) desk.NotSent(command.Id, Describe(notSent));
    }

    private static async Task<IResult> RebirthAsync(string groupId, string edgeNodeId, HostClient client)
    {
        var edgeNode = await client.ReadAsync(fleet => fleet.Find(groupId, edgeNodeId)?.EdgeNode);
        if (edgeNode is null) return NodesApi.NoSuchNode(groupId, edgeNodeId);
        await client.RequestRebirthAsync(edgeNode);
        return TypedResults.Accepted((string?)null, new RebirthModel(groupId, edgeNodeId));
    }

    private static IResult Get(Guid id, CommandDesk desk) => desk.Find(id) is { } command
        ? TypedResults.Ok(CommandModel.Of(command))
        : Problem(StatusCodes.Status404NotFound, $"There is no command {id}, or no longer.");

    private static string Describe(CommandRefusal refusal) => refusal switch
    {
        CommandRefusal.ServerOffline => "the host application is not online on the edge node's MQTT server",
        _ => $"not sent: {refusal}",
    };

    private static (Command?, IResult?) Refuse(int status, string detail) => (null, Problem(status, detail));

    private static ProblemHttpResult Problem(int status, string detail) => TypedResults.Problem(detail, statusCode: status);
}
