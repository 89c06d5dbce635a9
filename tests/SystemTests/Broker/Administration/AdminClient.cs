using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace SystemTests.Broker.Administration;

/// <summary>A broker whose administration is on, and an operator with its token.</summary>
internal sealed class AdminClient : IAsyncDisposable
{
    private AdminClient(BrokerFixture broker)
    {
        Broker = broker;
        Http = new HttpClient { BaseAddress = new Uri($"http://{broker.Endpoints.Admin}"), Timeout = TimeSpan.FromSeconds(30) };
        Token = File.ReadAllText(Path.Combine(broker.DataDirectory, "admin.token")).Trim();
    }

    public BrokerFixture Broker { get; }

    public HttpClient Http { get; }

    public string Token { get; }

    public static async Task<AdminClient> StartAsync(params string[] more) => new(await BrokerFixture.StartAsync(["--Broker:Admin:Listen=127.0.0.1:0", .. more]));

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        change?.Invoke(request);
        return await Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task<HttpStatusCode> StatusAsync(HttpMethod method, string path, Action<HttpRequestMessage>? change = null)
    {
        using var response = await SendAsync(method, path, change);
        return response.StatusCode;
    }

    public async Task<JsonNode> JsonAsync(HttpMethod method, string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await SendAsync(method, path);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == expected, $"{path}: {(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    public Task<JsonNode> GetAsync(string path) => JsonAsync(HttpMethod.Get, path);

    /// <summary>Only its owner may read a file.</summary>
    public static void AssertPrivate(string file)
    {
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Broker.DisposeAsync();
    }
}
