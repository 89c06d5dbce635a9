using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sparkplug.Broker.Routing;
using Sparkplug.Broker.Sessions;
using Sparkplug.Broker.Storage;
using Sparkplug.Topics;

namespace Sparkplug.Broker.Administration;

/// <summary>Some birth certificates, in no particular order.</summary>
/// <param name="Certificates">The certificates.</param>
/// <param name="IsWhole">Whether these are all; if not, ask for one group or one edge node.</param>
internal sealed record CertificateList(IReadOnlyList<CertificateModel> Certificates, bool IsWhole);

/// <summary>A birth certificate; its payload is that of the retained message on <paramref name="Topic"/>.</summary>
internal sealed record CertificateModel(string GroupId, string EdgeNodeId, string? DeviceId, string Type, string Topic, int Size)
{
    /// <summary>Null for a topic that is not of a certificate.</summary>
    public static CertificateModel? Of(Message message)
    {
        if (!SparkplugTopic.TryParse(message.Topic.Text, out var topic, out _) || topic is not SparkplugTopic.Certificate certificate)
            return null;
        return certificate.Birth switch
        {
            SparkplugTopic.Node node => Of(message, node.EdgeNode, null, node.Type),
            SparkplugTopic.Device device => Of(message, device.EdgeNode, device.DeviceId, device.Type),
            _ => null,
        };
    }

    private static CertificateModel Of(Message message, EdgeNodeDescriptor edgeNode, string? deviceId, MessageType type) =>
        new(edgeNode.GroupId, edgeNode.EdgeNodeId, deviceId, type.ToString(), message.Topic.Text, message.Payload.Length);
}

/// <summary>The birth certificates that the broker keeps (Sparkplug 3.0, 10.1.4).</summary>
internal static class CertificatesApi
{
    private const string Prefix = SparkplugTopic.CertificatePrefix + SparkplugTopic.Namespace;

    public static void MapCertificates(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/certificates").WithTags("Certificates");
        api.MapGet("/", ListAsync).WithName("ListCertificates").WithSummary("The birth certificates of all edge nodes, of a group or of one.")
            .Produces<CertificateList>().ProducesProblem(StatusCodes.Status400BadRequest);
        api.MapDelete("/{groupId}/{edgeNodeId}", RemoveAsync).WithName("RemoveCertificates")
            .WithSummary("Removes the certificates of an edge node that is gone for good, and of its devices.")
            .Produces<Removed>().ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ListAsync(string? group, string? node, int? limit, EngineDoor door, CancellationToken cancellation)
    {
        if (Paging.Fault(limit) is { } fault)
            return fault;
        if ((group is not null && !SparkplugId.IsValid(group, out _)) || (node is not null && !SparkplugId.IsValid(node, out _)))
            return Problem.BadRequest("group and node must be ids.");
        var filter = $"{Prefix}/{group ?? "+"}/+/{node ?? "+"}/#"; // also matches the level before #, the NBIRTH
        var size = limit ?? Paging.Default;
        var found = await door.AskAsync(engine => engine.Retained.Under(Filter(filter), size + 1), cancellation);
        return TypedResults.Ok(new CertificateList([.. found.Take(size).Select(CertificateModel.Of).OfType<CertificateModel>()], found.Count <= size));
    }

    private static async Task<IResult> RemoveAsync(string groupId, string edgeNodeId, EngineDoor door, CancellationToken cancellation)
    {
        var isPossible = SparkplugId.IsValid(groupId, out _) && SparkplugId.IsValid(edgeNodeId, out _);
        var count = isPossible ? await door.ChangeAsync(engine => Remove(engine, groupId, edgeNodeId), cancellation) : 0;
        return count > 0 ? TypedResults.Ok(new Removed(count)) : Problem.NotFound($"There is no certificate of '{groupId}/{edgeNodeId}'.");
    }

    private static (int Count, bool IsStored) Remove(BrokerEngine engine, string groupId, string edgeNodeId)
    {
        List<Message> removed = [];
        engine.Retained.TakeUnder(Filter($"{Prefix}/{groupId}/{nameof(MessageType.NBIRTH)}/{edgeNodeId}"), removed);
        engine.Retained.TakeUnder(Filter($"{Prefix}/{groupId}/{nameof(MessageType.DBIRTH)}/{edgeNodeId}/+"), removed);
        foreach (var message in removed)
            engine.Durability.Add(new StoreChange.Unretain(message.Topic));
        if (removed.Count > 0)
            engine.Log.CertificatesRemoved(removed.Count, Shown.Text($"{groupId}/{edgeNodeId}"));
        return (removed.Count, removed.Count > 0);
    }

    private static TopicFilter Filter(string text) => new(text, ShareName: null, text);
}
