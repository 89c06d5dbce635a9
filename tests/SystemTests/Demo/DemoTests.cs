using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using SystemTests.HostApp;
using SystemTests.Support;
using static Microsoft.Playwright.Assertions;

namespace SystemTests.Demo;

/// <summary>The first command of the README, as a newcomer meets it: in a terminal and in a browser.</summary>
[Collection(RealClock.Name)]
public sealed partial class DemoTests(Chromium chromium) : IClassFixture<Chromium>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("demo").FullName;

    [Fact]
    public async Task A_value_appears_a_click_switches_the_relay_and_Ctrl_C_ends_it_with_all_deaths()
    {
        await using var demo = Start();
        var address = (await demo.WaitForLineAsync("Open ", 60)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1];
        Assert.StartsWith("http://127.0.0.1:", address, StringComparison.Ordinal);
        await using var watcher = WatchAsPrinted(await demo.WaitForLineAsync("mosquitto_sub", 10));
        await demo.WaitForLineAsync("temperature is", 60);

        var page = await chromium.OpenAsync(new Uri(address));
        var relay = page.Locator("[data-metric='relay']");
        await Expect(page.Locator("[data-metric='temperature']").GetByTestId("unit")).ToHaveTextAsync("°C");
        await Expect(page.Locator("[data-metric='temperature']").GetByTestId("value")).ToHaveTextAsync(new Regex(@"^\d+(\.\d+)?$"));
        await relay.GetByTestId("switch").ClickAsync();
        await Expect(relay.GetByTestId("outcome")).ToHaveTextAsync(new Regex("^Confirmed On"));
        await Expect(relay.GetByTestId("value")).ToHaveTextAsync("On");
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Repository.Artifacts, "demo.png"), FullPage = true });

        Assert.Equal(0, await demo.InterruptAsync());
        await watcher.WaitForLineAsync("/DDEATH/", 10);
        await watcher.WaitForLineAsync("/NDEATH/", 10);
        await watcher.WaitForLineAsync("STATE/demo-host " + Convert.ToHexString("{\"online\":false"u8).ToLowerInvariant(), 10);
        Assert.DoesNotContain(demo.Lines, line => line.StartsWith("warn", StringComparison.Ordinal) || line.StartsWith("fail", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said_aloud_and_the_next_one_serves()
    {
        using var other = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        other.Start();
        var taken = ((System.Net.IPEndPoint)other.LocalEndpoint).Port;

        await using var demo = Start($"--mqtt-port={taken}");

        var line = await demo.WaitForLineAsync("MQTT over TLS on port", 60);
        Assert.Contains($"({taken} is taken", line, StringComparison.Ordinal);
        Assert.NotEqual(taken, int.Parse(PortPattern().Match(line).Groups[1].ValueSpan, CultureInfo.InvariantCulture));
        await demo.WaitForLineAsync("temperature is", 60);
        Assert.Equal(0, await demo.TerminateAsync());
    }

    [Fact]
    public async Task A_second_start_keeps_the_boards_identity_and_the_authority()
    {
        string device, authority;
        await using (var first = Start())
        {
            device = DevicePattern().Match(await first.WaitForLineAsync("temperature is", 60)).Value;
            authority = await File.ReadAllTextAsync(Path.Combine(_folder, "broker", "tls", "ca.crt"), TestContext.Current.CancellationToken);
            await first.InterruptAsync();
        }

        await using var second = Start();

        Assert.Contains(device, await second.WaitForLineAsync("temperature is", 60), StringComparison.Ordinal);
        Assert.Equal(authority, await File.ReadAllTextAsync(Path.Combine(_folder, "broker", "tls", "ca.crt"), TestContext.Current.CancellationToken));
        Assert.Equal(0, await second.InterruptAsync());
    }

    [Fact]
    public async Task What_is_not_understood_is_said_in_words()
    {
        await using var demo = ServiceProcess.Sparkplug("demo", "--cereal", "/dev/ttyACM0");

        Assert.Equal(2, await demo.WaitForExitAsync(60));
        Assert.Contains("cereal", demo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", demo.Output, StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private ServiceProcess Start(params string[] more) =>
        ServiceProcess.Sparkplug("demo", ["--data", _folder, $"--mqtt-port={FreePort.Take()}", $"--page-port={FreePort.Take()}", .. more]);

    /// <summary>Types the very line that the demo prints.</summary>
    private static ServiceProcess WatchAsPrinted(string line) => ServiceProcess.Start("watcher", "bash", ["-c", $"exec {line.Trim()}"]);

    [GeneratedRegex(@"on port (\d+)")]
    private static partial Regex PortPattern();

    [GeneratedRegex("climate-[0-9a-f]{8}")]
    private static partial Regex DevicePattern();
}
