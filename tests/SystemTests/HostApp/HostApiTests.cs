using System.Net;
using System.Text.Json.Nodes;
using SystemTests.Mqtt;
using SystemTests.Support;

namespace SystemTests.HostApp;

/// <summary>The host application with a real MQTT server and a real edge node, through its HTTP API.</summary>
[Collection(RealClock.Name)]
public sealed class HostApiTests : IAsyncLifetime
{
    private const string Node = "/api/nodes/Plant1/Line1";
    private const string Device = $"{Node}/devices/Uno";

    private MosquittoServer _mosquitto = null!;
    private RunningHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _mosquitto = await MosquittoServer.StartAsync();
        _host = await RunningHost.StartAsync(_mosquitto.Address, "--Host:CommandTimeout=00:00:02");
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _mosquitto.DisposeAsync();
    }

    [Fact]
    public async Task A_node_and_its_device_appear_with_values_types_and_properties()
    {
        await using var edge = await StartEdgeAsync();
        var node = Assert.Single((await _host.GetAsync("/api/nodes")).AsArray())!;
        Assert.Equal("Plant1", (string?)node["groupId"]);
        Assert.Equal("Line1", (string?)node["edgeNodeId"]);
        Assert.True((bool?)node["online"]);
        Assert.Equal(0, (int?)node["bdSeq"]);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", (string?)node["lastSeen"]);
        Assert.Equal("Uno", (string?)node["devices"]![0]!["deviceId"]);
        Assert.Null(node["metrics"]);

        var metrics = await _host.MetricsAsync(Device);
        Assert.Equal("""{"engUnit":"°C","engLow":-50,"engHigh":150,"readOnly":true}""", Sorted(metrics["temperature"]["properties"]!, "engUnit", "engLow", "engHigh", "readOnly"));
        Assert.Equal(21.5, (double?)metrics["temperature"]["value"]);
        Assert.Equal("Float", (string?)metrics["temperature"]["dataType"]);
        Assert.Equal("Good", (string?)metrics["temperature"]["quality"]);
        Assert.False((bool?)metrics["temperature"]["isNull"]);
        Assert.Equal("18446744073709551615", (string?)metrics["total"]["value"]);

        await edge.PublishAsync("temperature", Sparkplug.Metrics.MetricValue.Float(22.5f));
        await _host.WaitForAsync(Device, device => device["metrics"]!.AsArray().Any(metric => metric!["value"]?.ToString() == "22.5"));
    }

    [Fact]
    public async Task A_lost_device_and_a_node_that_ends_leave_stale_values()
    {
        var edge = await StartEdgeAsync();
        await edge.LoseDeviceAsync();
        await _host.WaitForAsync(Device, device => (bool?)device["online"] == false);
        Assert.Equal("DDEATH", (string?)(await _host.GetAsync(Device))["offlineReason"]);
        Assert.All((await _host.MetricsAsync(Device)).Values, metric => Assert.Equal("Stale", (string?)metric["quality"]));
        Assert.True((bool?)(await _host.GetAsync(Node))["online"]);

        await edge.DisposeAsync();
        await _host.WaitForAsync(Node, node => (bool?)node["online"] == false);
        Assert.Equal("NDEATH", (string?)(await _host.GetAsync(Node))["offlineReason"]);
        Assert.All((await _host.MetricsAsync(Node)).Values, metric => Assert.Equal("Stale", (string?)metric["quality"]));
    }

    [Fact]
    public async Task Commands_are_confirmed_or_rejected_by_the_edge_nodes_own_answer()
    {
        await using var edge = await StartEdgeAsync();
        var confirmed = await _host.OutcomeAsync(Device, """{ "metric": "relay", "value": true }""");
        Assert.Equal("Confirmed", (string?)confirmed["state"]);
        Assert.True((bool?)confirmed["appliedValue"]);
        Assert.True((long?)confirmed["latencyMs"] >= 0);
        Assert.True((bool?)(await _host.MetricsAsync(Device))["relay"]["value"]);

        var rejected = await _host.OutcomeAsync(Device, """{ "metric": "setpoint", "value": 101 }""");
        Assert.Equal("Rejected", (string?)rejected["state"]);
        Assert.Equal("beyond 100 %", (string?)rejected["reason"]);
    }

    [Fact]
    public async Task A_command_without_an_answer_times_out_and_a_newer_one_supersedes_it()
    {
        await using var edge = await StartEdgeAsync();
        edge.Silent = "relay";
        var (_, _, first) = await _host.CommandAsync(Device, """{ "metric": "relay", "value": true }""");
        var second = await _host.OutcomeAsync(Device, """{ "metric": "relay", "value": true }""");
        Assert.Equal("TimedOut", (string?)second["state"]);
        Assert.Equal("the edge node gave no answer", (string?)second["reason"]);
        Assert.Equal("Superseded", (string?)(await _host.GetAsync(first!))["state"]);
    }

    [Fact]
    public async Task Of_commands_that_come_at_once_the_one_that_is_not_superseded_is_the_last_to_arrive()
    {
        await using var edge = await StartEdgeAsync();
        edge.Silent = "setpoint";
        var sent = await Task.WhenAll(Enumerable.Range(1, 50).Select(value => _host.CommandAsync(Device, $$"""{ "metric": "setpoint", "value": {{value}} }""")));
        var commands = await Task.WhenAll(sent.Select(command => _host.GetAsync(command.Location!)));
        var valid = Assert.Single(commands, command => (string?)command["state"] != "Superseded");
        await Wait.UntilAsync("all commands are there", 30, () => Task.FromResult(edge.Heard.Count == commands.Length));
        Assert.Equal((long?)valid["value"], edge.Heard.Last().AsInt64());
    }

    [Fact]
    public async Task A_foreign_node_confirms_by_reporting_the_commanded_value()
    {
        await using var edge = await StartEdgeAsync(answers: false);
        var confirmed = await _host.OutcomeAsync(Device, """{ "metric": "setpoint", "value": 55 }""");
        Assert.Equal("Confirmed", (string?)confirmed["state"]);
        Assert.Equal("Value", (string?)confirmed["proof"]);
        var refused = await _host.OutcomeAsync(Device, """{ "metric": "setpoint", "value": 101 }""");
        Assert.Equal("TimedOut", (string?)refused["state"]);
    }

    [Fact]
    public async Task What_cannot_be_commanded_is_refused_with_a_problem_that_says_why()
    {
        var edge = await StartEdgeAsync();
        await ExpectProblemAsync(HttpStatusCode.NotFound, "/api/nodes/Plant1/Line9", """{ "metric": "relay", "value": true }""", "Plant1/Line9");
        await ExpectProblemAsync(HttpStatusCode.NotFound, $"{Node}/devices/Mega", """{ "metric": "relay", "value": true }""", "Mega");
        await ExpectProblemAsync(HttpStatusCode.NotFound, Device, """{ "metric": "relais", "value": true }""", "relais");
        await ExpectProblemAsync(HttpStatusCode.UnprocessableEntity, Device, """{ "metric": "temperature", "value": 5 }""", "read-only");
        await ExpectProblemAsync(HttpStatusCode.UnprocessableEntity, Device, """{ "metric": "relay", "value": 1 }""", "true or false");
        await ExpectProblemAsync(HttpStatusCode.UnprocessableEntity, Device, """{ "metric": "setpoint", "value": 40000 }""", "32767");
        await ExpectProblemAsync(HttpStatusCode.BadRequest, Device, """{ "metric": "relay" }""", "value");
        await ExpectProblemAsync(HttpStatusCode.BadRequest, Device, """{ "metric": """, "JSON");
        await edge.LoseDeviceAsync();
        await _host.WaitForAsync(Device, device => (bool?)device["online"] == false);
        await ExpectProblemAsync(HttpStatusCode.Conflict, Device, """{ "metric": "relay", "value": true }""", "DDEATH");
        await edge.DisposeAsync();
        await _host.WaitForAsync(Node, node => (bool?)node["online"] == false);
        await ExpectProblemAsync(HttpStatusCode.Conflict, Device, """{ "metric": "relay", "value": true }""", "NDEATH");
    }

    [Fact]
    public async Task A_rebirth_is_asked_for_and_comes()
    {
        await using var edge = await StartEdgeAsync();
        Assert.Equal(HttpStatusCode.Accepted, await _host.StatusAsync(HttpMethod.Post, $"{Node}/rebirth"));
        await _host.WaitForAsync(Node, node => (int?)node["births"] == 2 && (int?)node["rebirths"]!["Wanted"] == 1);
        Assert.Equal(HttpStatusCode.NotFound, await _host.StatusAsync(HttpMethod.Post, "/api/nodes/Plant1/Line9/rebirth"));
        var confirmed = await _host.OutcomeAsync(Node, """{ "metric": "Node Control/Rebirth", "value": true }""");
        Assert.Equal("Confirmed", (string?)confirmed["state"]);
    }

    [Fact]
    public async Task Ids_stand_percent_encoded_in_paths()
    {
        const string Odd = "50% of ä?&=;";
        await using var edge = await TestEdgeNode.StartAsync(_mosquitto.Address, "A B", Odd, device: "%2e x");
        var path = $"/api/nodes/A%20B/{Uri.EscapeDataString(Odd)}/devices/{Uri.EscapeDataString("%2e x")}";
        await _host.WaitForAsync(path, device => (string?)device["deviceId"] == "%2e x" && (string?)device["edgeNodeId"] == Odd);
        var confirmed = await _host.OutcomeAsync(path, """{ "metric": "relay", "value": true }""");
        Assert.Equal("Confirmed", (string?)confirmed["state"]);
    }

    [Fact]
    public async Task Health_figures_and_the_description_of_the_api_are_served()
    {
        await using var edge = await StartEdgeAsync();
        Assert.Equal("Live", (string?)(await _host.GetAsync("/health/live"))["status"]);
        var paths = (await _host.GetAsync("/openapi/v1.json"))["paths"]!.AsObject().Select(path => path.Key).ToList();
        Assert.Contains("/api/nodes/{groupId}/{edgeNodeId}/devices/{deviceId}/commands", paths);
        Assert.Contains("/api/stream", paths);
        var figures = await _host.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Contains("sparkplug_host_births_total", figures, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_its_server_the_host_is_not_ready_and_comes_back_by_itself()
    {
        await using var edge = await StartEdgeAsync();
        await _mosquitto.KillAsync();
        await Wait.UntilAsync("the host is not ready", 30, async () => await _host.StatusAsync(HttpMethod.Get, "/health/ready") == HttpStatusCode.ServiceUnavailable);
        await _host.WaitForAsync(Node, node => (string?)node["offlineReason"] == "ServerLost");
        Assert.Equal(HttpStatusCode.OK, await _host.StatusAsync(HttpMethod.Get, "/health/live"));
        await _mosquitto.StartAgainAsync();
        await _host.WaitForAsync(Device, device => (bool?)device["online"] == true);
        Assert.Equal("Good", (string?)(await _host.MetricsAsync(Device))["temperature"]["quality"]);
    }

    private async Task<TestEdgeNode> StartEdgeAsync(bool answers = true)
    {
        var edge = await TestEdgeNode.StartAsync(_mosquitto.Address, answers: answers);
        await _host.WaitForAsync(Device, device => (bool?)device["online"] == true);
        return edge;
    }

    private async Task ExpectProblemAsync(HttpStatusCode status, string path, string json, string detail)
    {
        var (actual, body, _) = await _host.CommandAsync(path, json);
        Assert.Equal(status, actual);
        Assert.Contains(detail, (string?)body["detail"], StringComparison.Ordinal);
    }

    private static string Sorted(JsonNode set, params string[] keys)
    {
        var sorted = new JsonObject(keys.Select(key => KeyValuePair.Create(key, set[key]?.DeepClone())));
        return sorted.ToJsonString(new System.Text.Json.JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
