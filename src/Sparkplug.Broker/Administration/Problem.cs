using Microsoft.AspNetCore.Http;

namespace Sparkplug.Broker.Administration;

/// <summary>Errors as problem+json.</summary>
internal static class Problem
{
    public static IResult Of(int status, string detail) => TypedResults.Problem(detail, statusCode: status);

    public static IResult NotFound(string detail) => Of(StatusCodes.Status404NotFound, detail);

    public static IResult BadRequest(string detail) => Of(StatusCodes.Status400BadRequest, detail);
}
