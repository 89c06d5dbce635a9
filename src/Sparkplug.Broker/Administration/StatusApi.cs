using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Sparkplug.Broker.Administration;

/// <summary>The copy of the store that was made.</summary>
internal sealed record BackupMade(string File);

/// <summary>What a watcher of the process wants to know.</summary>
/// <param name="Status"><c>Live</c>, <c>Ready</c> or <c>NotReady</c>.</param>
/// <param name="Reason">Why it is not ready.</param>
internal sealed record Health(string Status, string? Reason = null);

/// <summary>The broker as a whole: status, health, backup.</summary>
internal static class StatusApi
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(1);

    public static void MapStatus(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => TypedResults.Ok(new Health("Live"))).WithTags("Health").WithSummary("The process answers.");
        routes.MapGet("/health/ready", ReadyAsync).WithTags("Health").WithSummary("The broker's loop answers within a second and the disk takes what is promised.")
            .Produces<Health>().Produces<Health>(StatusCodes.Status503ServiceUnavailable);
        routes.MapGet("/api/broker", (EngineDoor door, CancellationToken cancellation) => door.AskAsync(BrokerStatus.Of, cancellation))
            .WithTags("Broker").WithName("GetBroker").WithSummary("How the broker does.");
        routes.MapPost("/api/backup", BackUpAsync).WithTags("Broker").WithName("BackUp").WithSummary("Copies the store, while the broker goes on, into the folder backups.")
            .Produces<BackupMade>().ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status500InternalServerError);
    }

    private static async Task<IResult> ReadyAsync(EngineDoor door, CancellationToken cancellation)
    {
        try
        {
            if (await door.AskAsync(engine => engine.Durability.IsAccepting, ReadyWithin, cancellation))
                return TypedResults.Ok(new Health("Ready"));
            return NotReady("the disk does not take what is promised");
        }
        catch (TimeoutException)
        {
            return NotReady("the broker's loop does not answer within a second");
        }
    }

    private static JsonHttpResult<Health> NotReady(string reason) =>
        TypedResults.Json(new Health("NotReady", reason), AdminJson.Default.Health, statusCode: StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> BackUpAsync(Backups backups, ILoggerFactory loggers)
    {
        try
        {
            if (await backups.TryMakeAsync() is not { } file)
                return Problem.Of(StatusCodes.Status409Conflict, "A backup is being made.");
            loggers.CreateLogger<Backups>().BackupWritten(file);
            return TypedResults.Ok(new BackupMade(file));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Problem.Of(StatusCodes.Status500InternalServerError, fault.Message);
        }
    }
}
