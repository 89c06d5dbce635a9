using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Sessions;

namespace Sparkplug.Broker.Administration;

/// <summary>Sessions as they stand, and their ends.</summary>
internal static class SessionsApi
{
    private const int MostSubscriptions = 10_000;
    private const string Why = "an operator disconnected it";

    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/sessions").WithTags("Sessions");
        api.MapGet("/", ListAsync).WithName("ListSessions").WithSummary("Sessions in the order of their client ids, a page at a time.")
            .Produces<SessionPage>().ProducesProblem(StatusCodes.Status400BadRequest);
        api.MapGet("/{clientId}", GetAsync).WithName("GetSession").WithSummary("One session with its subscriptions.")
            .Produces<SessionDetail>().ProducesProblem(StatusCodes.Status404NotFound);
        api.MapDelete("/{clientId}/connection", DisconnectAsync).WithName("Disconnect").WithSummary("Ends the connection of a client; its session stays as it asked for. With elsewhere=true a 5.0 client is told to use another server.")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound);
        api.MapDelete("/{clientId}", EndAsync).WithName("EndSession").WithSummary("Ends the connection of a client and its session, with subscriptions and queue.")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ListAsync(int? limit, string? after, EngineDoor door, CancellationToken cancellation)
    {
        if (Paging.Fault(limit) is { } fault)
            return fault;
        var size = limit ?? Paging.Default;
        var found = await door.AskAsync<List<SessionModel>>(
            engine => [.. engine.Sessions.After(after, size + 1).Select(SessionModel.Of)], cancellation);
        var page = found.Count > size ? found[..size] : found;
        return TypedResults.Ok(new SessionPage(page, found.Count > size ? page[^1].ClientId : null));
    }

    private static async Task<IResult> GetAsync(string clientId, HttpContext context, EngineDoor door)
    {
        if (!TryGetClientId(context, out clientId))
            return BadPath();
        var detail = await door.AskAsync(
            engine => engine.Sessions.Find(clientId) is { } session ? SessionDetail.Of(session, MostSubscriptions) : null, context.RequestAborted);
        return detail is null ? NoSuchSession(clientId) : TypedResults.Ok(detail);
    }

    private static async Task<IResult> DisconnectAsync(string clientId, bool? elsewhere, HttpContext context, EngineDoor door)
    {
        if (!TryGetClientId(context, out clientId))
            return BadPath();
        var isEnded = await door.AskAsync(engine => Disconnect(engine, clientId, elsewhere ?? false), context.RequestAborted);
        return isEnded ? TypedResults.NoContent() : Problem.NotFound($"There is no connection of '{clientId}'.");
    }

    private static async Task<IResult> EndAsync(string clientId, HttpContext context, EngineDoor door)
    {
        if (!TryGetClientId(context, out clientId))
            return BadPath();
        var isEnded = await door.ChangeAsync(engine => End(engine, clientId), context.RequestAborted);
        return isEnded ? TypedResults.NoContent() : NoSuchSession(clientId);
    }

    private static bool Disconnect(BrokerEngine engine, string clientId, bool isSentElsewhere)
    {
        if (engine.Sessions.Find(clientId)?.Holder is not { } client)
            return false;
        if (isSentElsewhere)
            client.End(ReasonCode.UseAnotherServer, "an operator sent it to another server", engine.Backup);
        else
            client.End(ReasonCode.AdministrativeAction, Why);
        engine.Log.Disconnected(Shown.Text(clientId));
        return true;
    }

    private static (bool IsEnded, bool IsStored) End(BrokerEngine engine, string clientId)
    {
        if (engine.Sessions.Find(clientId) is not { } session)
            return (false, false);
        session.Holder?.End(ReasonCode.AdministrativeAction, Why);
        if (engine.Sessions.Find(clientId) == session) // one that ends with its connection is gone by now
            engine.Sessions.End(session);
        engine.Log.SessionEnded(Shown.Text(clientId));
        return (true, session.IsDurable);
    }

    /// <summary>
    /// The client id as it was sent. Routing leaves <c>%2F</c> as it is, and so does not tell it from <c>%252F</c>; a client id may hold
    /// any character.
    /// </summary>
    private static bool TryGetClientId(HttpContext context, out string clientId)
    {
        const int Level = 3; // "", "api", "sessions", the id
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var levels = target.Split('?')[0].Split('/');
        clientId = levels.Length > Level ? Uri.UnescapeDataString(levels[Level]) : "";
        return clientId.Length > 0 && levels[0].Length == 0 && levels[1].Equals("api", StringComparison.OrdinalIgnoreCase)
            && levels[2].Equals("sessions", StringComparison.OrdinalIgnoreCase);
    }

    private static IResult BadPath() => Problem.Of(StatusCodes.Status400BadRequest, "The path must be written as /api/sessions/CLIENTID, the client id percent-encoded.");

    private static IResult NoSuchSession(string clientId) => Problem.NotFound($"There is no session of '{clientId}'.");
}
