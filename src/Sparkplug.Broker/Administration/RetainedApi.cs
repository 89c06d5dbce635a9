using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sparkplug.Broker.Routing;
using Sparkplug.Broker.Sessions;
using Sparkplug.Broker.Storage;

namespace Sparkplug.Broker.Administration;

/// <summary>Some retained messages, in no particular order.</summary>
/// <param name="Messages">The messages.</param>
/// <param name="IsWhole">Whether these are all that the filter matches; if not, ask with a narrower one.</param>
internal sealed record RetainedList(IReadOnlyList<RetainedModel> Messages, bool IsWhole);

/// <summary>A retained message without its payload.</summary>
internal sealed record RetainedModel(string Topic, int Qos, int Size, string? Expires)
{
    public static RetainedModel Of(Message message) => new(message.Topic.Text, (int)message.Qos, message.Payload.Length, AdminJson.Time(message.ExpiresAt));
}

/// <summary>How many retained messages were removed.</summary>
internal sealed record Removed(int Count);

/// <summary>The retained messages.</summary>
internal static class RetainedApi
{
    public static void MapRetained(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/retained").WithTags("Retained");
        api.MapGet("/", ListAsync).WithName("ListRetained").WithSummary("Retained messages whose topics a filter matches; # matches none that begins with $.")
            .Produces<RetainedList>().ProducesProblem(StatusCodes.Status400BadRequest);
        api.MapGet("/message", GetAsync).WithName("GetRetained").WithSummary("The payload that is retained on a topic.")
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream").ProducesProblem(StatusCodes.Status404NotFound);
        api.MapDelete("/", RemoveAsync).WithName("RemoveRetained").WithSummary("Removes what is retained on a topic; subscribers are told nothing.")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ListAsync(string? filter, int? limit, EngineDoor door, CancellationToken cancellation)
    {
        if (Paging.Fault(limit) is { } fault)
            return fault;
        if (!TopicFilter.TryParse(filter ?? "#", out var parsed, out var wrong) || parsed.ShareName is not null)
            return Problem.BadRequest($"The filter is none that can be listed: {wrong ?? "it is that of a shared subscription"}.");
        var size = limit ?? Paging.Default;
        var found = await door.AskAsync<List<RetainedModel>>(engine => [.. engine.Retained.Under(parsed, size + 1).Select(RetainedModel.Of)], cancellation);
        return TypedResults.Ok(new RetainedList(found.Count > size ? found[..size] : found, found.Count <= size));
    }

    private static async Task<IResult> GetAsync(string topic, HttpContext context, EngineDoor door)
    {
        var message = await door.AskAsync(engine => engine.Retained.Find(Encoding.UTF8.GetBytes(topic)), context.RequestAborted);
        if (message is null)
            return NothingRetained(topic);
        context.Response.Headers["Mqtt-Qos"] = ((int)message.Qos).ToString(CultureInfo.InvariantCulture);
        return TypedResults.Bytes(message.Payload, "application/octet-stream"); // never written to, so it needs no copy
    }

    private static async Task<IResult> RemoveAsync(string topic, EngineDoor door, CancellationToken cancellation)
    {
        if (topic.StartsWith(SysTopics.Prefix, StringComparison.Ordinal))
            return Problem.BadRequest($"The broker itself publishes on {SysTopics.Prefix}.");
        var isRemoved = await door.ChangeAsync(engine => Remove(engine, topic), cancellation);
        return isRemoved ? TypedResults.NoContent() : NothingRetained(topic);
    }

    private static (bool IsRemoved, bool IsStored) Remove(BrokerEngine engine, string topic)
    {
        if (engine.Retained.Remove(Encoding.UTF8.GetBytes(topic)) is not { } message)
            return (false, false);
        engine.Durability.Add(new StoreChange.Unretain(message.Topic));
        engine.Log.RetainedRemoved(Shown.Text(topic));
        return (true, true);
    }

    private static IResult NothingRetained(string topic) => Problem.NotFound($"Nothing is retained on '{topic}'.");
}
