using Microsoft.Playwright;

namespace SystemTests.HostApp;

/// <summary>One headless Chromium, Debian's own, for all tests of a class.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        });
        Assertions.SetDefaultExpectTimeout(20_000);
    }

    /// <summary>Opens an address in a window that shares nothing with others; an error in the page's scripts is a warning of the test.</summary>
    public async Task<IPage> OpenAsync(Uri address, BrowserNewPageOptions? options = null)
    {
        var page = await _browser.NewPageAsync(options);
        page.PageError += (_, error) => TestContext.Current.AddWarning($"error in the page: {error}");
        await page.GotoAsync(address.ToString());
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
