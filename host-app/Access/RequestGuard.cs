using System.Net.Mime;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace HostApp.Access;

/// <summary>
/// Stands before everything that HTTP can reach: names, origins, media types, tokens, and the headers that keep the page to itself.
/// The page's own files and the health checks need no token; they tell nothing.
/// </summary>
internal sealed class RequestGuard(RequestDelegate next, AllowedHosts hosts, Admission admission)
{
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; manifest-src 'self'; "
        + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        AddSecurityHeaders(context.Response.Headers);
        var request = context.Request;
        if (!hosts.Contains(request.Host.Host, context.Connection.LocalIpAddress))
            return Refuse(context, StatusCodes.Status403Forbidden, "This name is not one of this host application's. Host:AllowedHosts adds names.");
        if (IsGuarded(request) && Origins.IsForeign(request))
            return Refuse(context, StatusCodes.Status403Forbidden, "The request comes from a page of another site.");
        if (NeedsAdmission(request.Path) && !admission.Admits(context))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return Refuse(context, StatusCodes.Status401Unauthorized, "The request needs the header 'Authorization: Bearer TOKEN'; the token stands in the data directory.");
        }
        if (HttpMethods.IsPost(request.Method) && !IsJsonOrEmpty(context))
            return Refuse(context, StatusCodes.Status415UnsupportedMediaType, "A POST must be of the type application/json.");
        return next(context);
    }

    private static bool IsGuarded(HttpRequest request) =>
        request.Path.StartsWithSegments("/api") || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method));

    private static bool NeedsAdmission(PathString path) =>
        path.StartsWithSegments("/api") || path.StartsWithSegments("/metrics") || path.StartsWithSegments("/openapi");

    private static bool IsJsonOrEmpty(HttpContext context)
    {
        if (string.IsNullOrEmpty(context.Request.ContentType))
            return context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false };
        return MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            && type.MediaType.Equals(MediaTypeNames.Application.Json, StringComparison.OrdinalIgnoreCase);
    }

    private static void AddSecurityHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
    }

    private static Task Refuse(HttpContext context, int status, string detail) =>
        TypedResults.Problem(detail, statusCode: status).ExecuteAsync(context);
}
