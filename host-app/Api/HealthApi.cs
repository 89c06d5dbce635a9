using Sparkplug.Host;
using Sparkplug.Mqtt;

namespace HostApp.Api;

/// <summary>Health for those who watch over the process; open to all, so it tells only what they need.</summary>
internal static class HealthApi
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => TypedResults.Ok(new HealthModel("Live"))).WithTags("Health").WithSummary("The process answers.");
        routes.MapGet("/health/ready", Ready).WithTags("Health").WithSummary("The host is online on at least one MQTT server.")
            .Produces<HealthModel>().Produces<HealthModel>(StatusCodes.Status503ServiceUnavailable);
    }

    private static IResult Ready(HostClient client)
    {
        return client.Servers.Any(server => server.Phase == HostPhase.Online)
            ? TypedResults.Ok(new HealthModel("Ready"))
            : TypedResults.Json(new HealthModel("NotReady"), ApiJson.Default.HealthModel, statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}
