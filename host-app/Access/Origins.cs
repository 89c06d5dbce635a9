namespace HostApp.Access;

/// <summary>Tells requests of our own page, and of programs, from those that another site's page sends through a browser.</summary>
internal static class Origins
{
    /// <summary>True when a page of another origin sent the request. Programs send neither header.</summary>
    public static bool IsForeign(HttpRequest request)
    {
        if (request.Headers.TryGetValue("Sec-Fetch-Site", out var site) && site != "same-origin" && site != "none") return true;
        return request.Headers.TryGetValue("Origin", out var origin)
            && !string.Equals(origin, $"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase);
    }
}
