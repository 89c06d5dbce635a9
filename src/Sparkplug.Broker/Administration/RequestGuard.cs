using System.Net;
using Microsoft.AspNetCore.Http;
using Sparkplug.Configuration;

namespace Sparkplug.Broker.Administration;

/// <summary>
/// Stands before everything that HTTP can reach: the name of the request must be this machine's own, and all but health checks and
/// counters needs the token.
/// </summary>
internal sealed class RequestGuard(RequestDelegate next, AccessToken token)
{
    public Task InvokeAsync(HttpContext context)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-store";
        if (!IsThisMachine(context.Request.Host.Host))
            return Refuse(context, StatusCodes.Status403Forbidden, "The administration answers to localhost and loopback addresses only, not to other names.");
        if (IsOpen(context.Request.Path) || token.IsIn(context.Request.Headers.Authorization))
            return next(context);
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Refuse(context, StatusCodes.Status401Unauthorized, "The request needs the header 'Authorization: Bearer TOKEN'; the token stands in admin.token in the data directory.");
    }

    /// <summary>
    /// Whether a Host header names this machine. A page elsewhere can point a name of its own at it (DNS rebinding); the browser then
    /// sends that name.
    /// </summary>
    public static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    /// <summary>Whether a path is open to everyone on this machine: it tells nothing about clients.</summary>
    public static bool IsOpen(PathString path) => path.StartsWithSegments("/health") || path.StartsWithSegments("/metrics");

    private static Task Refuse(HttpContext context, int status, string detail) => TypedResults.Problem(detail, statusCode: status).ExecuteAsync(context);
}
