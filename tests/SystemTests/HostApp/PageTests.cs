using System.Globalization;
using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Sparkplug.Metrics;
using SystemTests.Mqtt;
using SystemTests.Support;
using static Microsoft.Playwright.Assertions;

namespace SystemTests.HostApp;

/// <summary>The live page in a real browser.</summary>
[Collection(RealClock.Name)]
public sealed class PageTests(Chromium chromium) : IClassFixture<Chromium>, IAsyncLifetime
{
    private MosquittoServer _mosquitto = null!;

    public async ValueTask InitializeAsync() => _mosquitto = await MosquittoServer.StartAsync();

    public ValueTask DisposeAsync() => _mosquitto.DisposeAsync();

    [Fact]
    public async Task Values_appear_follow_and_turn_stale()
    {
        await using var host = await RunningHost.StartAsync(_mosquitto.Address);
        var page = await chromium.OpenAsync(host.Address);
        await Expect(page.GetByTestId("page-connection")).ToHaveTextAsync("Live");
        await Expect(page.GetByTestId("empty")).ToBeVisibleAsync();

        var edge = await TestEdgeNode.StartAsync(_mosquitto.Address);
        var temperature = page.Locator("[data-device='Plant1/Line1/Uno'] [data-metric='temperature']");
        await Expect(temperature.GetByTestId("value")).ToHaveTextAsync("21.5");
        await Expect(temperature.GetByTestId("unit")).ToHaveTextAsync("°C");
        await Expect(temperature.GetByTestId("quality")).ToHaveTextAsync("Good");
        await Expect(page.Locator("[data-node='Plant1/Line1'] > header").GetByTestId("state")).ToHaveTextAsync("Online");
        await Expect(page.Locator("[data-metric='total']").GetByTestId("value")).ToHaveTextAsync("18446744073709551615");

        await edge.PublishAsync("temperature", MetricValue.Float(-7.25f));
        await Expect(temperature.GetByTestId("value")).ToHaveTextAsync("-7.25");

        await edge.DisposeAsync();
        await Expect(temperature.GetByTestId("quality")).ToHaveTextAsync("Stale");
        await Expect(page.Locator("[data-node='Plant1/Line1'] > header").GetByTestId("state")).ToContainTextAsync("Offline");
        await Expect(page.Locator("[data-metric='relay']").GetByTestId("switch")).ToBeDisabledAsync();
    }

    [Fact]
    public async Task A_click_switches_and_every_outcome_is_shown()
    {
        await using var host = await RunningHost.StartAsync(_mosquitto.Address, "--Host:CommandTimeout=00:00:01");
        await using var edge = await TestEdgeNode.StartAsync(_mosquitto.Address);
        var page = await chromium.OpenAsync(host.Address);
        var relay = page.Locator("[data-metric='relay']");
        await Expect(relay.GetByTestId("switch")).ToHaveAttributeAsync("aria-checked", "false");

        await relay.GetByTestId("switch").ClickAsync();
        await Expect(relay.GetByTestId("outcome")).ToHaveTextAsync(new Regex(@"^Confirmed On in \d+ ms$"));
        await Expect(relay.GetByTestId("switch")).ToHaveAttributeAsync("aria-checked", "true");
        await Expect(relay.GetByTestId("value")).ToHaveTextAsync("On");

        var setpoint = page.Locator("[data-metric='setpoint']");
        await setpoint.GetByTestId("field").FillAsync("101");
        await setpoint.GetByTestId("field").PressAsync("Enter");
        await Expect(setpoint.GetByTestId("outcome")).ToHaveTextAsync("Rejected: beyond 100 %");
        await setpoint.GetByTestId("field").FillAsync("70000");
        await setpoint.GetByTestId("send").ClickAsync();
        await Expect(setpoint.GetByTestId("outcome")).ToContainTextAsync("from -32768 to 32767");

        edge.Silent = "relay";
        await relay.GetByTestId("switch").ClickAsync();
        await Expect(relay.GetByTestId("outcome")).ToHaveTextAsync("Timed out: the edge node gave no answer");
        await Expect(relay.GetByTestId("switch")).ToHaveAttributeAsync("aria-checked", "true");
        await Expect(page.Locator("[data-metric='temperature']").GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task It_asks_for_the_token_and_takes_only_the_right_one()
    {
        await using var host = await RunningHost.StartAsync(_mosquitto.Address, "--Host:AllowAnonymous=false");
        await using var edge = await TestEdgeNode.StartAsync(_mosquitto.Address);
        var page = await chromium.OpenAsync(host.Address);
        await page.GetByLabel("Token", new PageGetByLabelOptions { Exact = true }).FillAsync("wrong");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Open" }).ClickAsync();
        await Expect(page.GetByTestId("login")).ToContainTextAsync("not the right one");
        Assert.Empty((await page.RunAxe()).Violations);

        var token = (await File.ReadAllTextAsync(Path.Combine(host.Data.FullName, "token"), TestContext.Current.CancellationToken)).Trim();
        await page.GetByLabel("Token", new PageGetByLabelOptions { Exact = true }).FillAsync(token);
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Open" }).ClickAsync();
        await Expect(page.GetByTestId("login")).ToBeHiddenAsync();
        await page.Locator("[data-metric='relay']").GetByTestId("switch").ClickAsync();
        await Expect(page.Locator("[data-metric='relay']").GetByTestId("outcome")).ToContainTextAsync("Confirmed");
    }

    [Fact]
    public async Task It_says_when_the_host_is_gone_and_comes_back_by_itself()
    {
        var port = FreePort.Take().ToString(CultureInfo.InvariantCulture);
        var host = await RunningHost.StartAsync(_mosquitto.Address, $"--urls=http://127.0.0.1:{port}");
        await using var edge = await TestEdgeNode.StartAsync(_mosquitto.Address);
        var page = await chromium.OpenAsync(host.Address);
        await Expect(page.Locator("[data-metric='temperature']")).ToBeVisibleAsync();

        await host.DisposeAsync();
        await Expect(page.GetByTestId("page-connection")).ToHaveTextAsync("Reconnecting");
        await Expect(page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("not current");

        await using var again = await RunningHost.StartAsync(_mosquitto.Address, $"--urls=http://127.0.0.1:{port}");
        await edge.PublishAsync("temperature", MetricValue.Float(1));
        await Expect(page.GetByTestId("page-connection")).ToHaveTextAsync("Live");
        await Expect(page.Locator("[data-metric='temperature']").GetByTestId("value")).ToHaveTextAsync("1");
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(390, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task Everybody_can_read_it(int width, ColorScheme scheme)
    {
        await using var host = await RunningHost.StartAsync(_mosquitto.Address);
        await using var edge = await TestEdgeNode.StartAsync(_mosquitto.Address);
        var lost = await TestEdgeNode.StartAsync(_mosquitto.Address, node: "Line2");
        await host.WaitForAsync("/api/nodes/Plant1/Line2/devices/Uno", device => (bool?)device["online"] == true);
        await lost.DisposeAsync();
        var page = await chromium.OpenAsync(host.Address, new BrowserNewPageOptions { ColorScheme = scheme, ViewportSize = new ViewportSize { Width = width, Height = 900 } });
        await Expect(page.Locator("[data-device='Plant1/Line2/Uno'] [data-metric='relay']").GetByTestId("quality")).ToHaveTextAsync("Stale");
        foreach (var details in await page.Locator("summary").AllAsync()) await details.ClickAsync();

        var widest = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
        Assert.True(widest <= width, $"{widest} pixels wide in a window of {width}");
        var violations = (await page.RunAxe()).Violations;
        Assert.True(violations.Length == 0, string.Join('\n', violations.Select(one => $"{one.Id}: {one.Help}: {one.Nodes[0].Html}")));
    }
}
