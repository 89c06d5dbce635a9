using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Sparkplug.Broker.Routing;
using Sparkplug.Broker.Security;

namespace Sparkplug.Broker.Administration;

/// <summary>Whether a client may do something, and which rule says so.</summary>
internal sealed record AccessAnswer(bool IsAllowed, string Rule);

/// <summary>The question that an access file leaves open: may this client do that? It asks the rules in force, and no client.</summary>
internal static class AccessApi
{
    public static void MapAccess(this IEndpointRouteBuilder routes) => routes.MapGet("/api/access", Test)
        .WithTags("Access").WithName("TestAccess").WithSummary("May a client publish to a topic, read it, or subscribe to a filter?")
        .Produces<AccessAnswer>().ProducesProblem(StatusCodes.Status400BadRequest);

    private static IResult Test(string action, string topic, string? user, string? clientId, AccessRules access)
    {
        if (Decide(access.For(user, clientId ?? ""), action, topic, out var fault) is { } decision)
            return TypedResults.Ok(new AccessAnswer(decision.IsAllowed, decision.Rule));
        return Problem.BadRequest(fault);
    }

    private static AccessDecision? Decide(Permissions permissions, string action, string topic, out string fault)
    {
        if (!TopicFilter.TryParse(topic, out var filter, out var wrong))
        {
            fault = $"The topic is none: {wrong}.";
            return null;
        }

        fault = "";
        var isName = !topic.AsSpan().ContainsAny('+', '#');
        switch (action)
        {
            case "subscribe":
                return permissions.MaySubscribe(Encoding.UTF8.GetBytes(filter.Inner));
            case "publish" when isName:
                return permissions.MayPublish(Encoding.UTF8.GetBytes(topic));
            case "read" when isName:
                return permissions.MayRead(Encoding.UTF8.GetBytes(topic));
            case "publish" or "read":
                fault = "The topic must be one without wildcards.";
                return null;
            default:
                fault = "action must be publish, read or subscribe.";
                return null;
        }
    }
}
