using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.Extensions.Primitives;

namespace HostApp.Web;

/// <summary>The live page: a few files inside the program, served with an ETag.</summary>
internal static class Page
{
    private const string Prefix = "Web/";

    private static readonly FrozenDictionary<string, string> ContentTypes = new Dictionary<string, string>
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    }.ToFrozenDictionary();

    /// <summary>Maps each file to its path, and <c>index.html</c> to <c>/</c>.</summary>
    public static void MapPage(this IEndpointRouteBuilder routes)
    {
        foreach (var resource in typeof(Page).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            var file = Read(resource);
            var path = resource == Prefix + "index.html" ? "/" : "/" + resource[Prefix.Length..];
            routes.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], file.SendAsync).ExcludeFromDescription();
        }
    }

    private static PageFile Read(string resource)
    {
        using var stream = typeof(Page).Assembly.GetManifestResourceStream(resource)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new PageFile(bytes, ContentTypes[Path.GetExtension(resource)], $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 12))}\"");
    }

    private sealed record PageFile(byte[] Bytes, string ContentType, string ETag)
    {
        public Task SendAsync(HttpContext context)
        {
            var headers = context.Response.Headers;
            headers.CacheControl = "no-cache";
            headers.ETag = ETag;
            if (StringValues.Equals(context.Request.Headers.IfNoneMatch, ETag))
            {
                context.Response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }
            context.Response.ContentType = ContentType;
            context.Response.ContentLength = Bytes.Length;
            return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(Bytes, context.RequestAborted).AsTask();
        }
    }
}
