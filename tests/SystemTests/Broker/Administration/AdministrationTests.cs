using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using MQTTnet;
using MQTTnet.Protocol;
using Sparkplug.Broker.Security;
using SystemTests.Support;

namespace SystemTests.Broker.Administration;

/// <summary>What an operator sees and does over HTTP.</summary>
public sealed class AdministrationTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sessions_are_listed_page_by_page_with_what_they_are()
    {
        await using var admin = await AdminClient.StartAsync();
        await using var a = await ConnectAsync(admin, "a");
        await using var b = await ConnectAsync(admin, "b/ü%2F ?", sessionExpiryInterval: 600);
        await using var c = await ConnectAsync(admin, "c");
        await b.SubscribeAsync("temp/#");
        await a.PublishAsync("temp/1", [1, 2, 3]);
        await b.NextAsync();

        var first = await admin.GetAsync("/api/sessions?limit=2");
        Assert.Equal(["a", "b/ü%2F ?"], Ids(first));
        var next = (string)first["next"]!;
        var second = await admin.GetAsync($"/api/sessions?limit=2&after={Uri.EscapeDataString(next)}");
        Assert.Equal(["c"], Ids(second));
        Assert.Null(second["next"]);

        var detail = await admin.GetAsync($"/api/sessions/{Uri.EscapeDataString("b/ü%2F ?")}");
        var session = detail["session"]!;
        Assert.Equal(BrokerFixture.UserName, (string)session["user"]!);
        Assert.Equal("MQTT 5", (string)session["version"]!);
        Assert.Equal("TCP", (string)session["transport"]!);
        Assert.True((bool)session["isConnected"]!);
        Assert.StartsWith("127.0.0.1:", (string)session["remote"]!, StringComparison.Ordinal);
        Assert.EndsWith("Z", (string)session["since"]!, StringComparison.Ordinal);
        Assert.Equal((600, 1, 1), ((int)session["expiryInterval"]!, (int)session["subscriptionCount"]!, (int)session["messagesOut"]!));
        Assert.Equal("temp/#", (string)Assert.Single(detail["subscriptions"]!.AsArray())!["filter"]!);
        Assert.Equal(1, (int)(await admin.GetAsync("/api/sessions/a"))["session"]!["messagesIn"]!);
    }

    [Fact]
    public async Task A_session_tells_the_version_of_TLS()
    {
        await using var admin = await AdminClient.StartAsync();
        using var ca = X509CertificateLoader.LoadCertificateFromFile(admin.Broker.CaFile);
        await using var client = await TestClient.ConnectAsync(admin.Broker.Tls, change: options =>
        {
            options.ClientId = "safe";
            options.ChannelOptions = new MqttClientTcpOptions
            {
                RemoteEndpoint = admin.Broker.Tls,
                TlsOptions = new MqttClientTlsOptions
                {
                    UseTls = true,
                    TargetHost = "localhost",
                    SslProtocol = SslProtocols.Tls12,
                    TrustChain = [ca],
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            };
        });
        Assert.Equal("TLS 1.2", (string)(await admin.GetAsync("/api/sessions/safe"))["session"]!["transport"]!);
    }

    [Fact]
    public async Task A_client_is_disconnected_and_told_so_and_its_session_stays()
    {
        await using var admin = await AdminClient.StartAsync();
        await using var client = await ConnectAsync(admin, "line/1", sessionExpiryInterval: 600);
        await client.SubscribeAsync("temp");
        var ended = Ended(client);
        Assert.Equal(HttpStatusCode.NoContent, await admin.StatusAsync(HttpMethod.Delete, "/api/sessions/line%2F1/connection"));
        Assert.Equal(MqttClientDisconnectReason.AdministrativeAction, await ended.WaitAsync(Cancel));
        Assert.Equal(HttpStatusCode.NotFound, await admin.StatusAsync(HttpMethod.Delete, "/api/sessions/line%2F1/connection"));
        var session = (await admin.GetAsync("/api/sessions/line%2F1"))["session"]!;
        Assert.False((bool)session["isConnected"]!);
        Assert.Null(session["remote"]);
        Assert.Equal(1, (int)session["subscriptionCount"]!);
    }

    [Fact]
    public async Task A_session_that_an_operator_ended_is_gone_after_a_restart_too()
    {
        await using var admin = await AdminClient.StartAsync();
        await using var client = await ConnectAsync(admin, "line1", sessionExpiryInterval: 600);
        await using var other = await ConnectAsync(admin, "line2", sessionExpiryInterval: 600);
        var ended = Ended(client);
        Assert.Equal(HttpStatusCode.NoContent, await admin.StatusAsync(HttpMethod.Delete, "/api/sessions/line1"));
        Assert.Equal(MqttClientDisconnectReason.AdministrativeAction, await ended.WaitAsync(Cancel));
        Assert.Equal(HttpStatusCode.NotFound, await admin.StatusAsync(HttpMethod.Get, "/api/sessions/line1"));
        Assert.Equal(HttpStatusCode.NotFound, await admin.StatusAsync(HttpMethod.Delete, "/api/sessions/line1"));

        await admin.Broker.StopAsync();
        await admin.Broker.StartAgainAsync();
        Assert.False(await ResumesAsync(admin, "line1"));
        Assert.True(await ResumesAsync(admin, "line2"));
    }

    [Fact]
    public async Task Retained_messages_are_listed_read_and_removed()
    {
        await using var admin = await AdminClient.StartAsync();
        await using var client = await ConnectAsync(admin, "sensor");
        foreach (var topic in (string[])["temp/1", "temp/2", "temp/3", "hum/1"])
            await client.PublishAsync(topic, [1, 2, 3], retain: true);

        var list = await admin.GetAsync("/api/retained?filter=temp%2F%2B&limit=2");
        Assert.Equal(2, list["messages"]!.AsArray().Count);
        Assert.False((bool)list["isWhole"]!);
        list = await admin.GetAsync("/api/retained?filter=temp%2F%23");
        Assert.True((bool)list["isWhole"]!);
        Assert.Equal(["temp/1", "temp/2", "temp/3"], list["messages"]!.AsArray().Select(message => (string)message!["topic"]!).Order());
        Assert.All(list["messages"]!.AsArray(), message => Assert.Equal((1, 3), ((int)message!["qos"]!, (int)message["size"]!)));

        using (var payload = await admin.SendAsync(HttpMethod.Get, "/api/retained/message?topic=temp%2F1"))
            Assert.Equal([1, 2, 3], await payload.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Equal(HttpStatusCode.NoContent, await admin.StatusAsync(HttpMethod.Delete, "/api/retained?topic=temp%2F1"));
        Assert.Equal(HttpStatusCode.NotFound, await admin.StatusAsync(HttpMethod.Delete, "/api/retained?topic=temp%2F1"));
        Assert.Equal(HttpStatusCode.NotFound, await admin.StatusAsync(HttpMethod.Get, "/api/retained/message?topic=temp%2F1"));

        await admin.Broker.StopAsync();
        await admin.Broker.StartAgainAsync();
        await using var later = await TestClient.ConnectAsync(admin.Broker.Tcp);
        await later.SubscribeAsync("temp/#");
        Assert.Equal(["temp/2", "temp/3"], (await later.AllUntilMarkerAsync()).Select(message => message.Topic).Order());
    }

    [Fact]
    public async Task The_certificates_of_a_decommissioned_node_are_removed_and_no_others()
    {
        await using var admin = await AdminClient.StartAsync();
        await using var client = await ConnectAsync(admin, "edge");
        foreach (var topic in (string[])["spBv1.0/G/NBIRTH/old", "spBv1.0/G/DBIRTH/old/d1", "spBv1.0/G/DBIRTH/old/d2", "spBv1.0/G/NBIRTH/new", "spBv1.0/H/NBIRTH/old"])
            await client.PublishAsync(topic, [8, 1]);

        var list = await admin.GetAsync("/api/certificates?group=G&node=old");
        Assert.Equal(
            ["DBIRTH d1", "DBIRTH d2", "NBIRTH "],
            list["certificates"]!.AsArray().Select(certificate => $"{certificate!["type"]} {certificate["deviceId"]}").Order());
        Assert.Equal(5, (await admin.GetAsync("/api/certificates"))["certificates"]!.AsArray().Count);
        Assert.Equal(3, (int)(await admin.JsonAsync(HttpMethod.Delete, "/api/certificates/G/old"))["count"]!);
        Assert.Equal(HttpStatusCode.NotFound, await admin.StatusAsync(HttpMethod.Delete, "/api/certificates/G/old"));
        Assert.Equal(
            ["$sparkplug/certificates/spBv1.0/G/NBIRTH/new", "$sparkplug/certificates/spBv1.0/H/NBIRTH/old"],
            (await admin.GetAsync("/api/certificates"))["certificates"]!.AsArray().Select(certificate => (string)certificate!["topic"]!).Order());
    }

    [Fact]
    public async Task A_question_about_access_is_answered_with_the_rule()
    {
        var folder = Directory.CreateTempSubdirectory("broker-access-");
        try
        {
            var file = Path.Combine(folder.FullName, "access");
            await File.WriteAllTextAsync(file, "user line1 edge-node Plant1/Line1\n", Cancel);
            await using var admin = await AdminClient.StartAsync($"--Broker:AccessFile={file}");
            Assert.Equal((true, true), await AskAsync(admin, "user=line1&action=publish&topic=spBv1.0/Plant1/NDATA/Line1"));
            Assert.Equal((false, false), await AskAsync(admin, "user=line1&action=publish&topic=spBv1.0/Plant1/NDATA/Line2"));
            Assert.Equal((true, true), await AskAsync(admin, "user=line1&action=subscribe&topic=spBv1.0/Plant1/NCMD/Line1/%23"));
            Assert.Equal((false, false), await AskAsync(admin, "user=line1&action=subscribe&topic=%23"));
            Assert.Equal((true, true), await AskAsync(admin, "user=line1&clientId=any&action=read&topic=spBv1.0/Plant1/NCMD/Line1"));
            Assert.Equal((false, false), await AskAsync(admin, "action=read&topic=spBv1.0/Plant1/NCMD/Line1"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_backup_made_while_running_is_a_store_that_a_broker_starts_on()
    {
        await using var admin = await AdminClient.StartAsync();
        await using var client = await ConnectAsync(admin, "sensor");
        await client.PublishAsync("temp", [7], retain: true);
        var file = (string)(await admin.JsonAsync(HttpMethod.Post, "/api/backup"))["file"]!;
        Assert.Equal(Path.Combine(admin.Broker.DataDirectory, "backups"), Path.GetDirectoryName(file));
        AdminClient.AssertPrivate(file);

        var folder = Directory.CreateTempSubdirectory("broker-restored-");
        try
        {
            File.Copy(file, Path.Combine(folder.FullName, "broker.db"));
            BrokerUsers.Open(Path.Combine(folder.FullName, "users")).Add(BrokerFixture.UserName, BrokerFixture.Password);
            await using var restored = await BrokerFixture.StartOnAsync(folder.FullName);
            await using var later = await TestClient.ConnectAsync(restored.Tcp);
            await later.SubscribeAsync("temp");
            Assert.True((await later.NextAsync()).Retain);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Status_and_counters_tell_what_goes_on()
    {
        await using var admin = await AdminClient.StartAsync();
        await using var client = await ConnectAsync(admin, "sensor");
        await client.SubscribeAsync("temp");
        await client.PublishAsync("temp", [7], retain: true);
        await client.NextAsync();

        var status = await admin.GetAsync("/api/broker");
        Assert.Equal((1, 1, 1), ((int)status["clients"]!, (int)status["sessions"]!, (int)status["subscriptions"]!));
        Assert.Equal((1, 1), ((int)status["messagesReceived"]!, (int)status["messagesSent"]!));
        Assert.True((bool)status["isStoreAccepting"]!);
        var text = "";
        await Wait.UntilAsync(
            "the counters know of it",
            30,
            async () =>
            {
                text = await admin.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative), Cancel);
                string[] names = ["sparkplug_broker_clients", "sparkplug_broker_messages_received_total", "sparkplug_broker_connections_accepted_total", "sparkplug_broker_loop_delay_seconds"];
                return names.All(name => text.Contains($"\n{name}{{", StringComparison.Ordinal));
            },
            () => text);
    }

    [Fact]
    public async Task The_SYS_topics_are_there_for_who_asks_for_them_and_nobody_writes_them()
    {
        await using var broker = await BrokerFixture.StartAsync("--Broker:SysInterval=00:00:01");
        await using var client = await TestClient.ConnectAsync(broker.Tcp);
        await client.SubscribeAsync("$SYS/broker/uptime");
        Assert.True((await client.NextAsync()).Retain);
        Assert.False((await client.NextAsync()).Retain);
        Assert.Equal(MqttClientPublishReasonCode.NotAuthorized, (await client.PublishAsync("$SYS/broker/uptime", [1])).ReasonCode);
    }

    private static Task<TestClient> ConnectAsync(AdminClient admin, string clientId, uint sessionExpiryInterval = 0) =>
        TestClient.ConnectAsync(admin.Broker.Tcp, change: options =>
        {
            options.ClientId = clientId;
            options.SessionExpiryInterval = sessionExpiryInterval;
        });

    private static async Task<bool> ResumesAsync(AdminClient admin, string clientId)
    {
        await using var client = new TestClient();
        return (await client.TryConnectAsync(admin.Broker.Tcp, change: options =>
        {
            options.ClientId = clientId;
            options.CleanSession = false;
        })).IsSessionPresent;
    }

    private static Task<MqttClientDisconnectReason> Ended(TestClient client)
    {
        var reason = new TaskCompletionSource<MqttClientDisconnectReason>(TaskCreationOptions.RunContinuationsAsynchronously);
        client.Client.DisconnectedAsync += end =>
        {
            reason.TrySetResult(end.Reason);
            return Task.CompletedTask;
        };
        return reason.Task;
    }

    private static async Task<(bool IsAllowed, bool IsByALine)> AskAsync(AdminClient admin, string query)
    {
        var answer = await admin.GetAsync($"/api/access?{query}");
        return ((bool)answer["isAllowed"]!, ((string)answer["rule"]!).Contains("line 1: ", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Ids(JsonNode page) => page["sessions"]!.AsArray().Select(session => (string)session!["clientId"]!);
}
