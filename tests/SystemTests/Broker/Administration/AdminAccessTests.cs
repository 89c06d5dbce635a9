using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Sparkplug.Broker;
using Sparkplug.Broker.Administration;
using Sparkplug.Broker.Connections;
using Sparkplug.Broker.Security;
using Sparkplug.Broker.Sessions;
using Sparkplug.Broker.Storage;
using Sparkplug.Configuration;

namespace SystemTests.Broker.Administration;

/// <summary>Who may administer the broker, and where.</summary>
public sealed class AdminAccessTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_but_health_and_counters_wants_the_token()
    {
        await using var admin = await AdminClient.StartAsync();
        foreach (var path in (string[])["/health/live", "/health/ready", "/metrics"])
            Assert.Equal(HttpStatusCode.OK, await admin.StatusAsync(HttpMethod.Get, path, request => request.Headers.Authorization = null));
        foreach (var path in (string[])["/api/broker", "/api/sessions", "/api/retained", "/api/certificates", "/api/access?action=read&topic=a", "/openapi/v1.json", "/nothing"])
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await admin.StatusAsync(HttpMethod.Get, path, request => request.Headers.Authorization = null));
            Assert.Equal(HttpStatusCode.Unauthorized, await admin.StatusAsync(HttpMethod.Get, path, request => request.Headers.Authorization = new("Bearer", admin.Token[..^1])));
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await admin.StatusAsync(HttpMethod.Delete, "/api/sessions/a", request => request.Headers.Authorization = null));
        Assert.Equal(HttpStatusCode.Unauthorized, await admin.StatusAsync(HttpMethod.Post, "/api/backup", request => request.Headers.Authorization = null));
        Assert.Equal(HttpStatusCode.OK, await admin.StatusAsync(HttpMethod.Get, "/openapi/v1.json"));
        Assert.Equal(HttpStatusCode.NotFound, await admin.StatusAsync(HttpMethod.Get, "/nothing"));
        AdminClient.AssertPrivate(Path.Combine(admin.Broker.DataDirectory, "admin.token"));
    }

    [Fact]
    public async Task A_name_that_is_not_this_machine_is_refused_even_with_the_token()
    {
        await using var admin = await AdminClient.StartAsync();
        foreach (var path in (string[])["/health/live", "/metrics", "/api/broker"])
        {
            foreach (var host in (string[])["evil.example", "192.168.1.7", "localhost.evil.example:9883"])
                Assert.Equal(HttpStatusCode.Forbidden, await admin.StatusAsync(HttpMethod.Get, path, request => request.Headers.Host = host));
            foreach (var host in (string[])["localhost", "127.0.0.1:1", "[::1]:9883"])
                Assert.Equal(HttpStatusCode.OK, await admin.StatusAsync(HttpMethod.Get, path, request => request.Headers.Host = host));
        }
    }

    [Fact]
    public async Task A_wrong_question_is_answered_with_what_is_wrong()
    {
        await using var admin = await AdminClient.StartAsync();
        string[] questions =
        [
            "/api/sessions?limit=0", "/api/sessions?limit=1001", "/api/sessions?limit=many", "/api/retained?filter=a%23",
            "/api/retained?filter=%24share/a/b", "/api/retained/message", "/api/certificates?group=a%2Fb", "/api/access?action=own&topic=a",
            "/api/access?action=publish&topic=a%2F%23", "/api/access?topic=a",
        ];
        foreach (var question in questions)
            await AssertBadAsync(admin, HttpMethod.Get, question);
        await AssertBadAsync(admin, HttpMethod.Delete, "/api/retained?topic=%24SYS/broker/uptime");
    }

    [Fact]
    public async Task An_address_that_was_chosen_and_is_taken_stops_the_start()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var fault = await Assert.ThrowsAsync<ConfigurationFaultException>(() => BrokerFixture.StartAsync($"--Broker:Admin:Listen={taken.LocalEndpoint}"));
        Assert.Equal("Broker:Admin:Listen", Assert.Single(fault.Faults).Key);
    }

    [Fact]
    public async Task A_default_address_that_is_taken_keeps_no_broker_from_starting()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        await using var broker = await BrokerFixture.StartAsync();
        var endpoints = new BrokerEndpoints();
        var config = broker.Service<BrokerConfig>() with { Admin = (IPEndPoint)taken.LocalEndpoint, IsAdminByDefault = true };
        var server = new AdminServer(
            config, endpoints, broker.Service<BrokerEngine>(), broker.Service<BrokerStore>(), broker.Service<AccessRules>(), TimeProvider.System, NullLoggerFactory.Instance);
        await server.StartAsync(Cancel);
        Assert.Null(endpoints.Admin);
        await server.StopAsync(Cancel);
    }

    private static async Task AssertBadAsync(AdminClient admin, HttpMethod method, string path)
    {
        using var response = await admin.SendAsync(method, path);
        Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"{path}: {(int)response.StatusCode}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
    }
}
