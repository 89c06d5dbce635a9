using System.Net;
using System.Net.Http.Headers;
using System.Text;
using SystemTests.Mqtt;
using SystemTests.Support;

namespace SystemTests.HostApp;

/// <summary>Who is let in, and which requests of a browser are another site's.</summary>
[Collection(RealClock.Name)]
public sealed class AccessTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private const string Rebirth = "/api/nodes/Plant1/Line1/rebirth";

    [Fact]
    public async Task Foreign_names_origins_and_media_types_are_refused_even_on_loopback()
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        await using var host = await RunningHost.StartAsync(mosquitto.Address);
        var own = $"http://{host.Address.Authority}";

        foreach (var path in new[] { "/", "/api/nodes", "/api/stream", "/metrics", "/health/live" })
            Assert.Equal(HttpStatusCode.Forbidden, await host.StatusAsync(HttpMethod.Get, path, request => request.Headers.Host = "evil.example"));
        foreach (var path in new[] { "/api/nodes", "/api/stream" })
        {
            Assert.Equal(HttpStatusCode.Forbidden, await host.StatusAsync(HttpMethod.Get, path, request => request.Headers.Add("Origin", "http://evil.example")));
            Assert.Equal(HttpStatusCode.Forbidden, await host.StatusAsync(HttpMethod.Get, path, request => request.Headers.Add("Sec-Fetch-Site", "cross-site")));
            Assert.Equal(HttpStatusCode.OK, await host.StatusAsync(HttpMethod.Get, path, request => request.Headers.Add("Origin", own)));
        }
        Assert.Equal(HttpStatusCode.Forbidden, await host.StatusAsync(HttpMethod.Post, Rebirth, request => request.Headers.Add("Origin", "null")));
        Assert.Equal(HttpStatusCode.NotFound, await host.StatusAsync(HttpMethod.Post, Rebirth, request => request.Headers.Add("Origin", own)));
        foreach (var type in new[] { "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonp" })
            Assert.Equal(HttpStatusCode.UnsupportedMediaType, await host.StatusAsync(HttpMethod.Post, Rebirth, request => Body(request, "{}", type)));
        Assert.Equal(HttpStatusCode.NotFound, await host.StatusAsync(HttpMethod.Post, Rebirth, request => Body(request, "{}", "application/json; charset=utf-8")));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await host.StatusAsync(HttpMethod.Post, "/api/nodes/Plant1/Line1/commands",
            request => Body(request, new string(' ', 2 * 1024 * 1024), "application/json")));
    }

    [Fact]
    public async Task The_page_is_served_with_headers_that_keep_it_to_itself()
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        await using var host = await RunningHost.StartAsync(mosquitto.Address);
        using var page = await host.Http.GetAsync(new Uri("/", UriKind.Relative), Cancel);
        var html = await page.Content.ReadAsStringAsync(Cancel);
        Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
        Assert.Contains("script-src 'self'", string.Join(' ', page.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("nosniff", string.Join(' ', page.Headers.GetValues("X-Content-Type-Options")));
        Assert.DoesNotContain("<script>", html, StringComparison.Ordinal);
        foreach (var file in new[] { "/app.css", "/app.js", "/api.js", "/fleet.js", "/view.js", "/icon.svg" })
            Assert.Equal(HttpStatusCode.OK, await host.StatusAsync(HttpMethod.Get, file));
        Assert.Equal(HttpStatusCode.NotModified, await host.StatusAsync(HttpMethod.Get, "/", request => request.Headers.IfNoneMatch.Add(page.Headers.ETag!)));
        Assert.Equal(HttpStatusCode.NotFound, await host.StatusAsync(HttpMethod.Get, "/../HostApp.dll"));
    }

    [Fact]
    public async Task Without_anonymous_access_the_api_wants_the_token_and_the_page_does_not()
    {
        await using var mosquitto = await MosquittoServer.StartAsync();
        await using var host = await RunningHost.StartAsync(mosquitto.Address, "--Host:AllowAnonymous=false");
        var token = (await File.ReadAllTextAsync(Path.Combine(host.Data.FullName, "token"), Cancel)).Trim();
        foreach (var path in new[] { "/api/nodes", "/api/stream", "/metrics", "/openapi/v1.json" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await host.StatusAsync(HttpMethod.Get, path));
            Assert.Equal(HttpStatusCode.Unauthorized, await host.StatusAsync(HttpMethod.Get, path, request => Bearer(request, "wrong")));
            Assert.Equal(HttpStatusCode.OK, await host.StatusAsync(HttpMethod.Get, path, request => Bearer(request, token)));
        }
        Assert.Equal(HttpStatusCode.Unauthorized, await host.StatusAsync(HttpMethod.Post, Rebirth));
        foreach (var path in new[] { "/", "/app.js", "/health/live", "/health/ready" })
            Assert.Equal(HttpStatusCode.OK, await host.StatusAsync(HttpMethod.Get, path));
    }

    private static void Bearer(HttpRequestMessage request, string token) => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);

    private static void Body(HttpRequestMessage request, string text, string type)
    {
        request.Content = new StringContent(text, Encoding.UTF8);
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
    }
}
